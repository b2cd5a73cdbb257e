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

# Where the parameters are cut into layers for the cases with groups: the first trained as the optimizer says, the
# second frozen, the third at ten times the rate.
LAYERS = (3, 2, 2)

optim = torch.optim


class Lion(optim.Optimizer):
    """Algorithm 2 of Chen et al., 2023, line by line."""

    def __init__(self, params, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(params, dict(lr=lr, betas=betas, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            (b1, b2), lr = group["betas"], group["lr"]
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                update = torch.sign(b1 * m + (1 - b1) * p.grad)
                p -= lr * (update + group["weight_decay"] * p)
                self.state[p]["m"] = b2 * m + (1 - b2) * p.grad


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
    "rmsprop": (lambda p: optim.RMSprop(p), None),
    "rmsprop decay": (lambda p: optim.RMSprop(p, lr=0.02, alpha=0.9, eps=1e-3, weight_decay=0.05), None),
    "rmsprop clip": (lambda p: optim.RMSprop(p, lr=0.02), 1.5),
    "rmsprop momentum": (lambda p: optim.RMSprop(p, lr=0.02, momentum=0.9), None),
    "rmsprop centered": (lambda p: optim.RMSprop(p, lr=0.02, centered=True), None),
    "rmsprop all": (
        lambda p: optim.RMSprop(p, lr=0.02, alpha=0.8, momentum=0.7, centered=True, weight_decay=0.05),
        1.5,
    ),
    "adagrad": (lambda p: optim.Adagrad(p), None),
    "adagrad decay": (lambda p: optim.Adagrad(p, lr=0.1, lr_decay=0.1, weight_decay=0.05, eps=1e-3), None),
    "adagrad initial": (lambda p: optim.Adagrad(p, lr=0.1, initial_accumulator_value=0.5), 1.5),
    "lion": (lambda p: Lion(p), None),
    "lion decay": (lambda p: Lion(p, lr=0.02, betas=(0.8, 0.95), weight_decay=0.3), None),
    "lion clip": (lambda p: Lion(p, lr=0.02), 1.5),
    "sgd l1": (lambda p: optim.SGD(p, lr=0.1), (None, 0.1, 0.0)),
    "sgd l1 l2 clip": (lambda p: optim.SGD(p, lr=0.1), (1.5, 0.1, 0.05)),
    "momentum l1": (lambda p: optim.SGD(p, lr=0.1, momentum=0.9), (None, 0.1, 0.0)),
    "nesterov l2": (lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True), (None, 0.0, 0.05)),
    "adam l1": (lambda p: optim.Adam(p, lr=0.02), (None, 0.1, 0.0)),
    "adam l1 l2": (lambda p: optim.Adam(p, lr=0.02), (None, 0.1, 0.05)),
    "adamw l1 l2": (lambda p: optim.AdamW(p, lr=0.02), (1.5, 0.1, 0.05)),
    "rmsprop l1 l2": (lambda p: optim.RMSprop(p, lr=0.02), (None, 0.1, 0.05)),
    "adagrad l1 l2": (lambda p: optim.Adagrad(p, lr=0.1), (None, 0.1, 0.05)),
    "lion l1 l2": (lambda p: Lion(p, lr=0.02, weight_decay=0.3), (None, 0.1, 0.05)),
    "adam cosine": (lambda p: optim.Adam(p, lr=0.02), "cosine"),
}


# Cases in groups: the optimizer by its groups, and the limit of the norm.
GROUPS = {
    "sgd": (lambda g: optim.SGD(g, lr=0.01, weight_decay=0.05), 0.01, None),
    "momentum": (lambda g: optim.SGD(g, lr=0.01, momentum=0.9), 0.01, 1.5),
    "adam": (lambda g: optim.Adam(g, lr=0.02), 0.02, 1.5),
    "adamw": (lambda g: optim.AdamW(g, lr=0.02, weight_decay=0.3), 0.02, None),
    "rmsprop": (lambda g: optim.RMSprop(g, lr=0.02, momentum=0.9, centered=True), 0.02, 1.5),
    "adagrad": (lambda g: optim.Adagrad(g, lr=0.02, lr_decay=0.1, initial_accumulator_value=0.5), 0.02, None),
    "lion": (lambda g: Lion(g, lr=0.02, weight_decay=0.3), 0.02, 1.5),
}


def penalty(p, l1, l2):
    return l1 * p.abs().sum() + l2 / 2 * p.pow(2).sum()


def trace(make, extra):
    """The parameters after each step."""
    p = torch.nn.Parameter(START.clone())
    optimizer = make([p])
    schedule = extra == "cosine"
    if schedule:
        schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=STEPS, eta_min=0.002)
    clip, l1, l2 = extra if isinstance(extra, tuple) else (extra, 0.0, 0.0)
    for gradient in GRADIENTS:
        p.grad = gradient.clone()
        if isinstance(clip, float):
            torch.nn.utils.clip_grad_norm_([p], clip)
        if l1 or l2:
            # Its gradient is added to the one that is there.
            penalty(p, l1, l2).backward()
        optimizer.step()
        if schedule:
            schedule.step()
        yield p.detach().clone()


def trace_groups(make, lr, clip):
    """The parameters after each step with a frozen layer and one at ten times the rate."""
    first, frozen, fast = layers = [torch.nn.Parameter(part.clone()) for part in START.split(LAYERS)]
    frozen.requires_grad_(False)
    optimizer = make([{"params": [first]}, {"params": [fast], "lr": 10 * lr}])
    for gradient in GRADIENTS:
        for layer, part in zip(layers, gradient.split(LAYERS)):
            if layer.requires_grad:
                layer.grad = part.clone()
        if clip:
            torch.nn.utils.clip_grad_norm_(layers, clip)
        optimizer.step()
        yield torch.cat(layers).detach().clone()


def section(name, rows):
    return f"[{name}]\n" + "".join(" ".join(repr(x) for x in row.tolist()) + "\n" for row in rows)


text = f"# Made by tests/reference/optimizers.py with torch {torch.__version__.split('+')[0]}.\n"
text += section("start", [START]) + section("gradients", GRADIENTS)
for name, (make, extra) in CASES.items():
    text += section(name, trace(make, extra))
for name, (make, lr, clip) in GROUPS.items():
    text += section(f"{name} groups", trace_groups(make, lr, clip))
# The penalties' value where the parameters start: L1 of 0.1, L2 of 0.05, both.
text += section("penalties", [torch.stack([penalty(START, *by) for by in ((0.1, 0), (0, 0.05), (0.1, 0.05))])])
path = Path(__file__).parent.parent / "fixtures" / "optimizers.txt"
path.write_text(text)
