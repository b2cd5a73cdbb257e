"""Prints what fvcore, torchinfo and PyTorch count of three networks beside what quipu says.

Run by hand, from the root of the repository, with a batch of 32 or another:

    pip install numpy torch fvcore torchinfo
    python tests/reference/counters.py [batch]

The networks are those of examples/cost_report.rs, from which quipu's numbers come as JSON. The tools count different
things, so every difference is taken apart in a line, with numbers from PyTorch's modules and the prices in the README:
where they do not add up, to the unit, the script ends with an error.
"""

import json
import subprocess
import sys
import warnings
from collections import Counter
from importlib.metadata import version

warnings.filterwarnings("ignore", category=FutureWarning)

import torch
import torchinfo
from fvcore.nn import FlopCountAnalysis, parameter_count
from torch import nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode


class Residual(nn.Sequential):
    def forward(self, x):
        return x + super().forward(x)


def block(d):
    return Residual(nn.LayerNorm(d), nn.Linear(d, 4 * d), nn.GELU(), nn.Dropout(0.1), nn.Linear(4 * d, d))


D = 256
NETWORKS = {
    "Mlp": [nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10)],
    "Deep": [nn.Linear(784, D), *(block(D) for _ in range(12)), nn.LayerNorm(D), nn.Linear(D, 10)],
    "Autoencoder": [
        *(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 16)),
        *(nn.Linear(16, 128), nn.ReLU(), nn.Linear(128, 784)),
    ],
}

# FLOPs an element that flows out, forward and backward: the README's table. A layer norm takes 3 a group more forward.
PRICES = {nn.ReLU: (1, 1), nn.GELU: (5, 11), nn.Dropout: (1, 1), nn.LayerNorm: (7, 11), Residual: (1, 1)}


def loss(outputs, inputs):
    """The network's loss, and what quipu counts for it: forward with the mean over the batch, and backward."""
    rows, width = outputs.shape
    if width == inputs.shape[1]:
        return F.mse_loss(outputs, inputs), rows * (3 * width + 1) + 1, rows * width
    classes = torch.zeros(rows, dtype=torch.long)
    return F.cross_entropy(outputs, classes), rows * (5 * width + 1) + 1, rows * 2 * width


def elements(net, inputs):
    """The elements that flow out of all modules of each type."""
    counts = Counter()

    def count(module, _, output):
        counts[type(module)] += output.numel()

    hooks = [module.register_forward_hook(count) for module in net.modules()]
    net(inputs)
    for hook in hooks:
        hook.remove()
    return counts


def explain(what, difference, *terms):
    """Prints what a difference is made of, if it is."""
    terms = [(text, value) for text, value in terms if value]
    if sum(value for _, value in terms) != difference:
        sys.exit(f"error: {what} = {difference:,}, which is not {terms}")
    parts = " + ".join(f"{value:,} {text}" for text, value in terms)
    print(f"  {what} = {difference:,}" + (f": {parts}" if parts else ""))


def compare(report, net):
    batch, inputs = report["batch"], torch.rand(report["batch"], 784)
    modules = list(net.modules())
    fcs = [module for module in modules if isinstance(module, nn.Linear)]
    norms = [module for module in modules if isinstance(module, nn.LayerNorm)]

    net.eval()
    analysis = FlopCountAnalysis(net, inputs).unsupported_ops_warnings(False)
    fvcore = {"parameters": parameter_count(net)[""], "MACs": analysis.total()}
    summary = torchinfo.summary(net, input_data=inputs, verbose=0)
    info = {"parameters": summary.total_params, "MACs": summary.total_mult_adds}
    net.train()
    with FlopCounterMode(display=False) as forward:
        value, loss_forward, loss_backward = loss(net(inputs), inputs)
    with FlopCounterMode(display=False) as backward:
        value.backward()
    counter = {"forward FLOPs": forward.get_total_flops(), "backward FLOPs": backward.get_total_flops()}
    quipu = {
        "parameters": report["params"],
        "MACs": report["macs"],
        "forward FLOPs": report["forward_flops"],
        "backward FLOPs": report["backward_flops"],
    }

    print(f"{report['name']} at batch {batch}")
    columns = {"quipu": quipu, "fvcore": fvcore, "torchinfo": info, "FlopCounterMode": counter}
    print(f"{'':<14}" + "".join(f"{name:>17}" for name in columns))
    for row in quipu:
        cells = (f"{column[row]:,}" if row in column else "–" for column in columns.values())
        print(f"{row:<14}" + "".join(f"{cell:>17}" for cell in cells))

    flow = elements(net, inputs)
    macs = batch * sum(fc.in_features * fc.out_features for fc in fcs)
    biases = batch * sum(fc.out_features for fc in fcs)
    affine = batch * sum(2 * norm.normalized_shape[0] for norm in norms)
    groups = sum(batch for _ in norms)
    first = batch * fcs[0].in_features * fcs[0].out_features

    explain("parameters, fvcore − quipu", fvcore["parameters"] - quipu["parameters"])
    explain("parameters, torchinfo − quipu", info["parameters"] - quipu["parameters"])
    explain("MACs of quipu", quipu["MACs"], ("multiply-adds of the forward products", macs))
    explain(
        "MACs, fvcore − quipu",
        fvcore["MACs"] - quipu["MACs"],
        ("for layer norms, 5 an element", 5 * flow[nn.LayerNorm]),
    )
    explain(
        "MACs, torchinfo − quipu",
        info["MACs"] - quipu["MACs"],
        ("for biases of fc, one each a sample", biases),
        ("for parameters of layer norms, one each a sample", affine),
    )
    explain(
        "forward of FlopCounterMode", counter["forward FLOPs"], ("for products, 2 a multiply-add", 2 * macs)
    )
    explain(
        "backward of FlopCounterMode",
        counter["backward FLOPs"],
        ("for gradients of weights", 2 * macs),
        ("for gradients of what flows in, but not into the first layer", 2 * (macs - first)),
    )
    for row, way, of_loss in [("forward FLOPs", 0, loss_forward), ("backward FLOPs", 1, loss_backward)]:
        explain(
            f"{row}, quipu − FlopCounterMode",
            quipu[row] - counter[row],
            ("for biases", biases),
            *((f"for {kind.__name__}", prices[way] * flow[kind]) for kind, prices in PRICES.items()),
            ("for deviations of layer norms, 3 each", 0 if way else 3 * groups),
            ("for the loss" if way == 0 else "for the loss's gradient", of_loss),
        )
    print()


batch = sys.argv[1] if len(sys.argv) > 1 else "32"
command = "cargo run --quiet --release --example cost_report -- --json --batch".split()
reports = json.loads(subprocess.run([*command, batch], check=True, stdout=subprocess.PIPE).stdout)
for report in reports:
    compare(report, nn.Sequential(*NETWORKS[report["name"]]))
print("fvcore calls a multiply-add a flop; it and torchinfo leave out activations, dropout, sums and losses.")
print("FlopCounterMode counts products of matrices alone, a multiply-add as 2 FLOPs; quipu counts every operation.")
print(f"fvcore {version('fvcore')}, torchinfo {torchinfo.__version__}, torch {torch.__version__.split('+')[0]}")
