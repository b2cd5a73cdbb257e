"""Writes ../fixtures/schedules.txt: the learning rates of PyTorch's schedules, and averages of weights.

Run with any Python that has torch: python schedules.py

Sections are `[name]`; a line is one number: the learning rate of a step (or an epoch), for an optimizer whose own
learning rate is 1. `losses` are the losses that the plateaus see, an epoch a line; `weights` and `averages` are a
parameter after each step and its exponential moving average with decay 0.9.
"""

import warnings
from pathlib import Path

import torch
from torch.optim import lr_scheduler as schedules

warnings.filterwarnings("ignore")
torch.manual_seed(3)
LOSSES = [2.0, 1.5, 1.4, 1.45, 1.39999, 1.42, 1.5, 1.3, 1.31, 1.3, 1.29995, 1.4, 1.2, 1.25, 1.3, 1.2, 1.21, 1.2, 1.19]
WEIGHTS = torch.randn(12, dtype=torch.float64).tolist()


def optimizer(lr=1.0):
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))], lr=lr)


def trace(make, values):
    """The learning rate of each step; `values` are what the schedule's `step` takes, if anything."""
    o = optimizer()
    schedule = make(o)
    for value in values:
        yield o.param_groups[0]["lr"]
        o.step()
        schedule.step(*value)


def one_cycle(**more):
    return lambda o: schedules.OneCycleLR(o, max_lr=1.0, total_steps=20, cycle_momentum=False, **more)


def averages():
    model = torch.nn.Linear(1, 1, bias=False, dtype=torch.float64)
    average = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.9))
    for weight in WEIGHTS:
        with torch.no_grad():
            model.weight.fill_(weight)
        average.update_parameters(model)
        yield average.module.weight.item()


NOTHING = [()] * 20
EPOCHS = [(loss,) for loss in LOSSES]
CASES = {
    "losses": LOSSES,
    "weights": WEIGHTS,
    "averages": averages(),
    "step": trace(lambda o: schedules.StepLR(o, step_size=6, gamma=0.3), NOTHING),
    "one cycle": trace(one_cycle(), NOTHING),
    "one cycle linear": trace(one_cycle(anneal_strategy="linear"), NOTHING),
    "one cycle late": trace(one_cycle(pct_start=0.65, div_factor=10, final_div_factor=100), NOTHING),
    "plateau": trace(lambda o: schedules.ReduceLROnPlateau(o, factor=0.5, patience=1), EPOCHS),
    "plateau floor": trace(lambda o: schedules.ReduceLROnPlateau(o, factor=0.1, patience=0, min_lr=0.005), EPOCHS),
    "plateau threshold": trace(lambda o: schedules.ReduceLROnPlateau(o, factor=0.5, patience=2, threshold=0.1), EPOCHS),
}

text = f"# Made by tests/reference/schedules.py with torch {torch.__version__.split('+')[0]}.\n"
for name, values in CASES.items():
    text += f"[{name}]\n" + "".join(f"{value!r}\n" for value in values)
path = Path(__file__).parent.parent / "fixtures" / "schedules.txt"
path.write_text(text)
