"""Writes ../fixtures/batch_norm.txt: ten training steps through batch norms by PyTorch, in f64.

Run with any Python that has torch: python batch_norm.py

Parameters, inputs and targets come from the formula of tests/networks/mod.rs, so that the fixture holds results alone:
for each step the loss and every gradient, then, after the optimizer's step, the running statistics and what the network
says of a probe in evaluation. The batches are of many sizes, some of several chunks.
"""

from pathlib import Path

import torch
from torch import nn

torch.set_default_dtype(torch.float64)
ROWS = [6, 131, 5, 2, 300, 7, 128, 129, 3, 64]
WIDTH, OUT, PROBE = 5, 3, 4


def fill(i, seed):
    """Number i of a series, between -1 and 1: `fill` of tests/networks/mod.rs."""
    return (7 * i * i + 11 * i + 131 * seed) % 1009 / 504.5 - 1.0


def numbers(rows, width, seed):
    return torch.tensor([fill(i, seed) for i in range(rows * width)]).reshape(rows, width)


class Residual(nn.Sequential):
    def forward(self, x):
        return x + super().forward(x)


torch.manual_seed(0)
net = nn.Sequential()
net.add_module("batch_norm1", nn.BatchNorm1d(WIDTH))
net.add_module("fc1", nn.Linear(WIDTH, 7, bias=False))
net.add_module("batch_norm2", nn.BatchNorm1d(7))
net.add_module("tanh1", nn.Tanh())
inner = Residual()
inner.add_module("fc1", nn.Linear(7, 7))
inner.add_module("batch_norm1", nn.BatchNorm1d(7, eps=1e-3, momentum=0.3))
inner.add_module("tanh1", nn.Tanh())
net.add_module("residual1", inner)
net.add_module("fc2", nn.Linear(7, OUT))

start = 0
for parameter in net.parameters():
    values = [0.7 * fill(start + i, 1) for i in range(parameter.numel())]
    parameter.data = torch.tensor(values).reshape(parameter.shape)
    start += parameter.numel()

optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
probe = 1.5 * numbers(PROBE, WIDTH, 2)
lines = [f"# Made by tests/reference/batch_norm.py with torch {torch.__version__.split('+')[0]}."]


def line(name, values):
    lines.append(" ".join([name, *map(repr, values.flatten().tolist())]))


for step, rows in enumerate(ROWS):
    x, t = 1.5 * numbers(rows, WIDTH, 10 + step), numbers(rows, OUT, 40 + step)
    net.train()
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(net(x), t)
    loss.backward()
    lines.append(f"[step {step} rows {rows}]")
    line("loss", loss)
    for name, parameter in net.named_parameters():
        line(name, parameter.grad)
    optimizer.step()
    for name, buffer in net.named_buffers():
        if not name.endswith("num_batches_tracked"):
            line(name, buffer)
    net.eval()
    line("probe", net(probe).detach())
path = Path(__file__).parent.parent / "fixtures" / "batch_norm.txt"
path.write_text("\n".join(lines) + "\n")
