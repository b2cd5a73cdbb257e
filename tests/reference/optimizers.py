"""Writes ../fixtures/optimizers.txt: ten steps of each optimizer by PyTorch, in f64.

Run with any Python that has torch: python optimizers.py

The gradients are given, not computed, so that only the optimizer is compared. Sections are `[name]`; a line is the
seven parameters (or gradients) of one step.
"""

from pathlib import Path

import torch

STEPS, SIZE = 10, 7
torch.manual_seed(20)
START = torch.randn(SIZE, dtype=torch.float64)
# Growing, so that the norms lie on both sides of the clipping limit of 1.5.
GRADIENTS = [torch.randn(SIZE, dtype=torch.float64) * 0.2 * (step + 1) for step in range(STEPS)]

optim = torch.optim


class Lion(optim.Optimizer):
    """Algorithm 2 of Chen et al., Symbolic Discovery of Optimization Algorithms (2023), which PyTorch does not have."""

    def __init__(self, params, lr, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            first, second = group["betas"]
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                update = torch.sign(first * m + (1 - first) * p.grad)
                p -= group["lr"] * (update + group["weight_decay"] * p)
                m.copy_(second * m + (1 - second) * p.grad)


CASES = {
    "sgd": (lambda p: optim.SGD(p, lr=0.1), None),
    "sgd decay": (lambda p: optim.SGD(p, lr=0.1, weight_decay=0.05), None),
    "sgd decay clip": (lambda p: optim.SGD(p, lr=0.1, weight_decay=0.05), 1.5),
    "momentum": (lambda p: optim.SGD(p, lr=0.1, momentum=0.9), None),
    "momentum decay": (lambda p: optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.05), None),
    "momentum clip": (lambda p: optim.SGD(p, lr=0.1, momentum=0.9), 1.5),
    "nesterov": (lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True), None),
    "nesterov decay": (lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.05), None),
    "adam": (lambda p: optim.Adam(p, lr=0.02), None),
    "adam decay": (lambda p: optim.Adam(p, lr=0.02, weight_decay=0.05), None),
    "adam betas": (lambda p: optim.Adam(p, lr=0.02, betas=(0.8, 0.95), eps=1e-3), None),
    "adam clip": (lambda p: optim.Adam(p, lr=0.02), 1.5),
    "adamw": (lambda p: optim.AdamW(p, lr=0.02), None),
    "adamw decay": (lambda p: optim.AdamW(p, lr=0.02, weight_decay=0.3), None),
    "adamw clip": (lambda p: optim.AdamW(p, lr=0.02), 1.5),
    "rmsprop": (lambda p: optim.RMSprop(p, lr=0.02), None),
    "rmsprop alpha decay clip": (lambda p: optim.RMSprop(p, lr=0.02, alpha=0.9, eps=1e-3, weight_decay=0.05), 1.5),
    "rmsprop centered": (lambda p: optim.RMSprop(p, lr=0.02, centered=True), None),
    "rmsprop momentum": (lambda p: optim.RMSprop(p, lr=0.02, momentum=0.9), None),
    "rmsprop centered momentum": (lambda p: optim.RMSprop(p, lr=0.02, momentum=0.9, centered=True), None),
    "adagrad": (lambda p: optim.Adagrad(p, lr=0.1), None),
    "adagrad decay clip": (
        lambda p: optim.Adagrad(p, lr=0.1, lr_decay=0.2, initial_accumulator_value=0.5, eps=1e-3, weight_decay=0.05),
        1.5,
    ),
    "lion": (lambda p: Lion(p, lr=0.02), None),
    "lion decay": (lambda p: Lion(p, lr=0.02, betas=(0.8, 0.95), weight_decay=0.3), None),
    "lion clip": (lambda p: Lion(p, lr=0.02), 1.5),
    "sgd l1": (lambda p: optim.SGD(p, lr=0.1), "l1"),
    "momentum decay l1": (lambda p: optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.05), "l1"),
    "adam l1": (lambda p: optim.Adam(p, lr=0.02), "l1"),
    "adam cosine": (lambda p: optim.Adam(p, lr=0.02), "cosine"),
}


def trace(make, extra):
    """The parameters after each step."""
    p = torch.nn.Parameter(START.clone())
    optimizer = make([p])
    schedule = extra == "cosine"
    if schedule:
        schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=STEPS, eta_min=0.002)
    for gradient in GRADIENTS:
        p.grad = gradient.clone()
        if extra == "l1":
            # By autograd, onto what stands there.
            (0.07 * p.abs().sum()).backward()
        if isinstance(extra, float):
            torch.nn.utils.clip_grad_norm_([p], extra)
        optimizer.step()
        if schedule:
            schedule.step()
        yield p.detach().clone()


def section(name, rows):
    return f"[{name}]\n" + "".join(" ".join(repr(x) for x in row.tolist()) + "\n" for row in rows)


text = f"# Made by tests/reference/optimizers.py with torch {torch.__version__.split('+')[0]}.\n"
text += section("start", [START]) + section("gradients", GRADIENTS)
for name, (make, extra) in CASES.items():
    text += section(name, trace(make, extra))
path = Path(__file__).parent.parent / "fixtures" / "optimizers.txt"
path.write_text(text)
