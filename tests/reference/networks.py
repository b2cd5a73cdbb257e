"""Prints tests/fixtures/networks.txt: what PyTorch makes of the networks in tests/reference.rs, in f64.

Run by hand, from the root of the repository:

    pip install numpy torch
    python tests/reference/networks.py > tests/fixtures/networks.txt

Parameters, inputs and targets come from the formula of tests/networks/mod.rs, so that the fixture holds results alone.
A section is `[network form-of-targets]`. Its lines are a name and numbers: `loss`, `logits` and `prediction` in
evaluation, then the gradient of the mean loss in the `inputs` and in each parameter, by PyTorch's name and in its
layout; where training computes another loss than evaluation, because it looks at the batch, `training` is that loss. Networks that draw random numbers in training have no gradients there; those of `dropout` are in the sections
`[masked 101]`, one for every mask: loss and gradients where the first and the third of three values are kept.
"""

from functools import reduce
from itertools import product
from math import prod
from operator import add

import torch
from torch import nn

ROWS = 4
IGNORED = -100  # PyTorch's `ignore_index`; `u32::MAX` in quipu
torch.set_default_dtype(torch.float64)


def fill(i, seed):
    """Number i of a series, between -1 and 1: `fill` of tests/networks/mod.rs."""
    return (7 * i * i + 11 * i + 131 * seed) % 1009 / 504.5 - 1.0


# What `network!` takes for granted: how layers are named, and that a residual's body has no name of its own.


class Chain(nn.Sequential):
    """Layers in a row, each named by its kind and a number, or by a label before it."""

    kind = "group"

    def __init__(self, *layers):
        super().__init__()
        counts = {}
        for layer in layers:
            if isinstance(layer, tuple):
                name, layer = layer
            else:
                kind = KINDS.get(type(layer)) or layer.kind
                counts[kind] = counts.get(kind, 0) + 1
                name = f"{kind}{counts[kind]}"
            self.add_module(name, layer)


class Residual(Chain):
    """body(x) + shortcut(x); no shortcut is the identity."""

    kind = "residual"

    def __init__(self, *body, shortcut=()):
        super().__init__(*body)
        self.body = list(self)
        self.shortcut = Chain(*shortcut)

    def forward(self, x):
        return reduce(lambda x, layer: layer(x), self.body, x) + self.shortcut(x)


class Concat(nn.Module):
    """Branches side by side along an axis of the sample, counted without the batch."""

    kind = "concat"

    def __init__(self, axis, *branches):
        super().__init__()
        self.axis = axis
        for number, branch in enumerate(branches, 1):
            self.add_module(f"branch{number}", Chain(*branch))

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.children()], self.axis + 1)


class Repeat(nn.Sequential):
    """Copies in a row, named by their number."""

    kind = "repeat"


class Masked(nn.Module):
    """Dropout that is told what to keep."""

    kind = "dropout"

    def __init__(self, p, kept):
        super().__init__()
        self.factors = torch.tensor(kept) / (1.0 - p)

    def forward(self, x):
        return x * self.factors


fc, relu, sigmoid, tanh, gelu, flatten = nn.Linear, nn.ReLU, nn.Sigmoid, nn.Tanh, nn.GELU, nn.Flatten
dropout, layer_norm, unchanged, mish = nn.Dropout, nn.LayerNorm, nn.Identity, nn.Mish
leaky_relu, elu, selu, softplus, silu, hardswish = nn.LeakyReLU, nn.ELU, nn.SELU, nn.Softplus, nn.SiLU, nn.Hardswish
KINDS = {
    fc: "fc",
    relu: "relu",
    sigmoid: "sigmoid",
    tanh: "tanh",
    gelu: "gelu",
    flatten: "flatten",
    dropout: "dropout",
    layer_norm: "layer_norm",
    unchanged: "input",
    mish: "mish",
    leaky_relu: "leaky_relu",
    elu: "elu",
    selu: "selu",
    softplus: "softplus",
    silu: "silu",
    hardswish: "hardswish",
    nn.Softmax: "softmax",
    nn.RMSNorm: "rms_norm",
    nn.BatchNorm1d: "batch_norm",
}


def softmax():
    """Over the last axis."""
    return nn.Softmax(-1)


def rms_norm(n, eps=1e-6):
    """With the default that does not depend on the scalar."""
    return nn.RMSNorm(n, eps)


def low_rank(n, m, rank, bias=True):
    """Two layers in place of one, named in it."""
    layer = Chain(("down", fc(n, rank, bias=False)), ("up", fc(rank, m, bias=bias)))
    layer.kind = "fc"
    return layer


def repeat(times, make):
    """`times` copies of the layers that `make` makes, each with parameters of its own."""
    return Repeat(*(Chain(*make()) for _ in range(times)))


def ff(n, m):
    """The block of that name."""
    block = Chain(fc(n, m), gelu(), fc(m, n))
    block.kind = "ff"
    return block


class Head:
    """The loss from logits and targets, and the prediction from logits."""

    def __init__(self, outputs, loss, predict, forms=()):
        self.outputs, self.loss, self.predict, self.forms = outputs, loss, predict, forms


def softmax_ce(classes, smoothing=0.0):
    loss = nn.CrossEntropyLoss(label_smoothing=smoothing)
    return Head(classes, loss, nn.Softmax(1), ["classes", "ignored", "soft"])


def hinge(classes):
    """Without the rows that PyTorch's loss has no way to leave out."""

    def loss(z, t):
        counted = t != IGNORED
        return nn.MultiMarginLoss()(z[counted], t[counted])

    return Head(classes, loss, nn.Identity(), ["classes", "ignored"])


def weighted_softmax_ce(*weights):
    loss = nn.CrossEntropyLoss(weight=torch.tensor(weights))
    return Head(len(weights), loss, nn.Softmax(1), ["classes", "ignored"])


def bce(outputs):
    return Head(outputs, nn.BCEWithLogitsLoss(), nn.Sigmoid())


def mse(outputs):
    return Head(outputs, nn.MSELoss(), nn.Identity())


def huber(outputs, delta=1.0):
    return Head(outputs, nn.HuberLoss(delta=delta), nn.Identity())


def gaussian_nll(values):
    """Means and logarithms of variances side by side."""
    loss = nn.GaussianNLLLoss(eps=0)
    return Head(
        values,
        lambda z, t: loss(z[:, :values], t, z[:, values:].exp()),
        lambda z: torch.cat([z[:, :values], z[:, values:].exp()], 1),
    )


# Every network by its name in tests/reference.rs: the shape of a sample, the layers with the head's own projection
# written out, and the head.
batch_norm = nn.BatchNorm1d


def bn_ff(n, m):
    """The block of that name in `BatchNormInside`."""
    layer = Chain(fc(n, m), batch_norm(m), tanh(), fc(m, n))
    layer.kind = "ff"
    return layer


NETWORKS = {
    "fc_bias": ((3,), Chain(fc(3, 4)), softmax_ce(4)),
    "fc_plain": ((5,), Chain(fc(5, 3, bias=False)), mse(3)),
    "odd": ((17,), Chain(fc(17, 13), gelu(), fc(13, 11), layer_norm(11), tanh(), fc(11, 9)), bce(9)),
    "relu": ((4,), Chain(fc(4, 7), relu(), fc(7, 3)), softmax_ce(3)),
    "relu_first": ((6,), Chain(relu(), fc(6, 3)), softmax_ce(3)),
    "sigmoid": ((4,), Chain(fc(4, 5), sigmoid(), fc(5, 2)), bce(2)),
    "tanh": ((2,), Chain(fc(2, 5), tanh(), fc(5, 1)), bce(1)),
    "gelu": ((4,), Chain(fc(4, 5), gelu(), fc(5, 3)), mse(3)),
    "gelu_tanh": ((4,), Chain(fc(4, 5), gelu(approximate="tanh"), fc(5, 3)), mse(3)),
    "mish": ((4,), Chain(fc(4, 5), mish(), fc(5, 3)), mse(3)),
    "leaky_relu": ((4,), Chain(fc(4, 5), leaky_relu(), fc(5, 3)), mse(3)),
    "leaky_relu_slope": ((4,), Chain(leaky_relu(0.3), fc(4, 3)), mse(3)),
    "elu": ((4,), Chain(fc(4, 5), elu(), fc(5, 3)), mse(3)),
    "elu_alpha": ((4,), Chain(fc(4, 5), elu(0.4), fc(5, 3)), mse(3)),
    "selu": ((4,), Chain(fc(4, 5), selu(), fc(5, 3)), mse(3)),
    "softplus": ((4,), Chain(fc(4, 5), softplus(), fc(5, 3)), mse(3)),
    "silu": ((4,), Chain(fc(4, 5), silu(), fc(5, 3)), mse(3)),
    "hardswish": ((4,), Chain(fc(4, 5), hardswish(), fc(5, 3)), mse(3)),
    "softmax": ((4,), Chain(fc(4, 5), softmax()), mse(5)),
    "softmax_rows": ((3, 4), Chain(softmax(), fc(4, 2), flatten(), tanh(), fc(6, 2)), mse(2)),
    "softmax_gate": ((4,), Chain(fc(4, 5), softmax(), Residual(fc(5, 5), softmax()), fc(5, 3)), mse(3)),
    "rms_norm": ((4,), Chain(fc(4, 6), rms_norm(6)), softmax_ce(6)),
    "rms_norm_rows": (
        (3, 5),
        Chain(
            rms_norm(5),
            Residual(rms_norm(5, 0.01), fc(5, 5), silu()),
            fc(5, 4),
            rms_norm(4),
            gelu(),
            flatten(),
            fc(12, 2),
        ),
        mse(2),
    ),
    "low_rank": (
        (6,),
        Chain(
            low_rank(6, 5, 2),
            tanh(),
            low_rank(5, 4, 1, bias=False),
            Residual(low_rank(4, 4, 1), tanh()),
        ),
        softmax_ce(4),
    ),
    "in_place_more": (
        (4,),
        Chain(
            fc(4, 5),
            Residual(leaky_relu()),
            Residual(elu(), rms_norm(5)),
            Residual(silu(), softplus(), shortcut=[selu(), hardswish()]),
            Residual(softmax(), shortcut=[mish(), softmax()]),
            repeat(2, lambda: [selu(), silu()]),
            fc(5, 3),
        ),
        mse(3),
    ),
    "dropout": (
        (4,),
        Chain(fc(4, 9), tanh(), dropout(0.3), fc(9, 6), dropout(0.5), sigmoid(), fc(6, 3)),
        softmax_ce(3),
    ),
    "dropout_none": ((3,), Chain(fc(3, 4), dropout(0.0)), mse(4)),
    "norm": ((4,), Chain(fc(4, 6), layer_norm(6)), softmax_ce(6)),
    "norm_rows": (
        (3, 5),
        Chain(layer_norm(5), fc(5, 4), layer_norm(4, eps=0.01), gelu(), flatten(), fc(12, 2)),
        mse(2),
    ),
    "rank3": ((2, 3, 2), Chain(fc(2, 3), flatten(), sigmoid(), fc(18, 4)), softmax_ce(4)),
    "flatten_first": ((2, 2, 2), Chain(flatten(), fc(8, 3)), mse(3)),
    "residual": ((4,), Chain(fc(4, 5), Residual(fc(5, 5), tanh())), softmax_ce(5)),
    "residual_first": ((4,), Chain(Residual(fc(4, 4), gelu()), tanh(), fc(4, 2)), bce(2)),
    "shortcut": (
        (4,),
        Chain(fc(4, 5), Residual(fc(5, 6), tanh(), fc(6, 3), shortcut=[fc(5, 3, bias=False)])),
        mse(3),
    ),
    "shortcut_empty": ((4,), Chain(fc(4, 5), Residual(tanh(), fc(5, 5))), mse(5)),
    "twice": ((3,), Chain(fc(3, 4), Residual(flatten())), mse(4)),
    "nested": (
        (5,),
        Chain(
            Residual(
                layer_norm(5),
                Residual(fc(5, 5), tanh()),
                fc(5, 3),
                sigmoid(),
                shortcut=[Residual(tanh(), fc(5, 5)), fc(5, 3)],
            )
        ),
        softmax_ce(3),
    ),
    "in_place": (
        (4,),
        Chain(
            fc(4, 5),
            Residual(relu()),
            Residual(layer_norm(5)),
            Residual(dropout(0.3), sigmoid(), shortcut=[tanh(), relu()]),
            gelu(),
            fc(5, 3),
        ),
        softmax_ce(3),
    ),
    "repeat1": ((3,), Chain(fc(3, 4), repeat(1, lambda: [fc(4, 4), tanh()]), fc(4, 2)), mse(2)),
    "repeat3": (
        (5,),
        Chain(repeat(3, lambda: [Residual(layer_norm(5), fc(5, 7), gelu(), fc(7, 5))])),
        mse(5),
    ),
    "repeat5": ((3,), Chain(fc(3, 4), repeat(5, lambda: [sigmoid()]), fc(4, 2)), softmax_ce(2)),
    "blocks": (
        (6,),
        Chain(
            fc(6, 4),
            Residual(ff(4, 8)),
            ff(4, 8),
            ff(4, 3),
            repeat(2, lambda: [Residual(layer_norm(4), ff(4, 3))]),
        ),
        softmax_ce(4),
    ),
    "labels": (
        (4,),
        Chain(
            ("enc", Chain(("hidden", fc(4, 6)), relu(), Chain(fc(6, 3), sigmoid()))),
            Chain(("norm", layer_norm(3)), tanh()),
            ("out", fc(3, 3)),
        ),
        softmax_ce(3),
    ),
    "smoothed": ((4,), Chain(fc(4, 5), gelu(), fc(5, 4)), softmax_ce(4, smoothing=0.1)),
    "weighted": ((4,), Chain(fc(4, 5), gelu(), fc(5, 4)), weighted_softmax_ce(1.0, 2.5, 0.5, 3.0)),
    "auto": ((6,), Chain(sigmoid(), fc(6, 2), tanh(), fc(2, 6)), mse(6)),
    "auto_bce": ((4,), Chain(fc(4, 2), relu(), fc(2, 4)), bce(4)),
    "logits_read": ((3,), Chain(fc(3, 4), tanh(), unchanged()), softmax_ce(4)),
    "mixed": (
        (6,),
        Chain(
            layer_norm(6),
            Residual(layer_norm(6), ff(6, 12), dropout(0.1)),
            repeat(3, lambda: [Residual(layer_norm(6), ff(6, 7), shortcut=[fc(6, 6, bias=False)])]),
            repeat(2, lambda: [tanh()]),
            ("enc", Chain(fc(6, 4), sigmoid())),
            gelu(approximate="tanh"),
            fc(4, 5),
        ),
        softmax_ce(5, smoothing=0.1),
    ),
    "concat": (
        (4,),
        Chain(fc(4, 5), Concat(0, [fc(5, 3), tanh()], [sigmoid()], []), fc(13, 4)),
        softmax_ce(4),
    ),
    "batch_norm": ((4,), Chain(fc(4, 6), batch_norm(6)), softmax_ce(6)),
    "batch_norm_first": (
        (5,),
        Chain(
            batch_norm(5, eps=0.01),
            fc(5, 4, bias=False),
            batch_norm(4),
            batch_norm(4, momentum=0.3),
            gelu(),
            fc(4, 3),
        ),
        mse(3),
    ),
    "batch_norm_inside": (
        (3,),
        Chain(
            fc(3, 4),
            Residual(batch_norm(4), bn_ff(4, 5), shortcut=[batch_norm(4)]),
            Concat(0, [batch_norm(4), tanh()], [fc(4, 2), batch_norm(2)], []),
            bn_ff(10, 3),
            fc(10, 2),
        ),
        mse(2),
    ),
    "batch_norm_repeat": (
        (3,),
        Chain(
            fc(3, 4),
            repeat(3, lambda: [Residual(batch_norm(4), tanh(), fc(4, 4))]),
            repeat(2, lambda: [silu(), repeat(2, lambda: [batch_norm(4, momentum=1.0)])]),
            fc(4, 2),
            batch_norm(2),
        ),
        mse(2),
    ),
    "concat_first": (
        (3,),
        Chain(Concat(0, [], [fc(3, 2), relu()], [tanh()]), fc(8, 2)),
        mse(2),
    ),
    "concat_axes": (
        (2, 3, 2),
        Chain(
            Concat(0, [], [fc(2, 2), gelu()], [unchanged()]),
            flatten(),
            fc(36, 12),
            tanh(),
            Concat(
                0,
                [Concat(0, [fc(12, 3)], [relu()])],
                [repeat(2, lambda: [Concat(0, [fc(12, 5)], [fc(12, 7)]), tanh()])],
            ),
        ),
        mse(27),
    ),
    "concat_blocks": (
        (3, 4),
        Chain(Concat(1, [fc(4, 2), tanh()], [layer_norm(4)]), Concat(0, [], [sigmoid()]), flatten(), fc(36, 3)),
        mse(3),
    ),
    "huber": ((4,), Chain(fc(4, 5), tanh(), fc(5, 3)), huber(3)),
    "huber_delta": ((3,), Chain(fc(3, 4)), huber(4, delta=0.1)),
    "gaussian_nll": ((4,), Chain(fc(4, 5), tanh(), fc(5, 4)), gaussian_nll(2)),
    "gaussian_nll_one": ((1,), Chain(fc(1, 2)), gaussian_nll(1)),
    "hinge": ((4,), Chain(fc(4, 5), tanh(), fc(5, 3)), hinge(3)),
    "hinge_two": ((3,), Chain(fc(3, 2)), hinge(2)),
}


def batch(shape, head, form, rows):
    """Inputs and targets: `Data::new` of tests/networks/mod.rs."""
    count, width = rows * prod(shape), head.outputs
    if form == "inputs":
        x = torch.tensor([(fill(i, 2) + 1.0) / 2.0 for i in range(count)]).reshape(rows, *shape)
        return x, x.clone()
    x = torch.tensor([1.5 * fill(i, 2) for i in range(count)]).reshape(rows, *shape)
    if form == "soft":
        weights = [[fill(row * width + i, 3) + 1.25 for i in range(width)] for row in range(rows)]
        return x, torch.tensor([[weight / reduce(add, row) for weight in row] for row in weights])
    if form in ("classes", "ignored"):
        left_out = range(1, rows, 3) if form == "ignored" else []
        return x, torch.tensor([IGNORED if i in left_out else (5 * i + 1) % width for i in range(rows)])
    values = [(fill(i, 3) + 1.0) / 2.0 for i in range(rows * width)]
    return x, torch.tensor(values).reshape(rows, width)


def section(name, shape, net, head, form, targets, rows=ROWS):
    """Prints one network on one form of targets."""
    start = 0
    for parameter in net.parameters():
        values = [0.7 * fill(start + i, 1) for i in range(parameter.numel())]
        parameter.data = torch.tensor(values).reshape(parameter.shape)
        parameter.grad = None
        start += parameter.numel()
    buffers = [buffer for name, buffer in net.named_buffers() if not name.endswith("num_batches_tracked")]
    start = 0
    for buffer in buffers:
        # Above zero, as a variance is.
        buffer.copy_(torch.tensor([fill(start + i, 5) + 1.25 for i in range(buffer.numel())]))
        start += buffer.numel()
    net.eval()
    x, t = batch(shape, head, targets, rows)
    x.requires_grad_()
    z = net(x)
    loss = head.loss(z, t)
    lines = {"loss": loss}
    if not any(isinstance(layer, Masked) for layer in net.modules()):
        lines |= {"logits": z, "prediction": head.predict(z)}
    if buffers:
        net.train()
        loss = head.loss(net(x), t)
        lines |= {"training": loss}
    loss.backward()
    if not any(isinstance(layer, dropout) and layer.p > 0.0 for layer in net.modules()):
        lines |= {"inputs": x.grad} | {name: parameter.grad for name, parameter in net.named_parameters()}
    print(f"[{name} {form}]")
    for line, values in lines.items():
        print(line, *map(repr, values.flatten().tolist()))


print(f"# Made by tests/reference/networks.py with torch {torch.__version__.split('+')[0]}.")
for name, (shape, net, head) in NETWORKS.items():
    values = ["values", "inputs"] if shape == (head.outputs,) else ["values"]
    for form in head.forms or values:
        section(name, shape, net, head, form, form)
for kept in product([0, 1], repeat=3):
    net = Chain(fc(2, 3), tanh(), Masked(0.25, kept), fc(3, 2))
    section("masked", (2,), net, mse(2), "".join(map(str, kept)), "values", rows=1)
