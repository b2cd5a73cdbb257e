"""Prints tests/fixtures/derivatives.txt: what JAX makes of derivatives of the networks in tests/derivatives_reference.rs, in f64.

Run by hand, from the root of the repository:

    pip install jax
    python tests/reference/derivatives.py > tests/fixtures/derivatives.txt

Parameters, inputs, targets and directions come from the formula of tests/networks/data.rs, so that the fixture holds results
alone; parameters and directions in the order and layout of files, weights as (out, in). A section is a network; its lines:
`loss` in training; `slope`, its derivative along the direction; `jvp`, J v of the logits; `vjp`, the pull-back of a
direction in the logits to parameters; `hvp`, jvp(grad); `gauss_newton`, J^T H J v with the Hessian of the loss in the logits.
"""

import jax
import jax.numpy as np

jax.config.update("jax_enable_x64", True)
ROWS = 4


def fill(i, seed):
    """Number i of a series, between -1 and 1: `fill` of tests/networks/data.rs."""
    return (7 * i * i + 11 * i + 131 * seed) % 1009 / 504.5 - 1.0


def numbers(count, seed, scale=1.0, shift=0.0):
    return np.array([scale * fill(i, seed) + shift for i in range(count)])


class Params:
    """Hands out the flat parameters, array by array."""

    def __init__(self, flat):
        self.flat, self.at = flat, 0

    def __call__(self, *shape):
        count = int(np.prod(np.array(shape)))
        self.at += count
        return self.flat[self.at - count : self.at].reshape(shape)


def fc(inputs, outputs, bias=True):
    def layer(params, x):
        y = x @ params(outputs, inputs).T
        return y + params(outputs) if bias else y

    return layer


def plain(function):
    return lambda params, x: function(x)


def layer_norm(n, eps=1e-5):
    def layer(params, x):
        mean, var = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
        return (x - mean) / np.sqrt(var + eps) * params(n) + params(n)

    return layer


def rms_norm(n, eps=1e-6):
    return lambda params, x: x / np.sqrt((x * x).mean(-1, keepdims=True) + eps) * params(n)


def batch_norm(n, eps=1e-5):
    return lambda params, x: (x - x.mean(0)) / np.sqrt(x.var(0) + eps) * params(n) + params(n)


def chain(*layers):
    def layer(params, x):
        for one in layers:
            x = one(params, x)
        return x

    return layer


def residual(*body, shortcut=()):
    body, shortcut = chain(*body), chain(*shortcut)

    def layer(params, x):
        y = body(params, x)
        return y + shortcut(params, x)

    return layer


def concat(*branches):
    return lambda params, x: np.concatenate([branch(params, x) for branch in branches], -1)


tanh, sigmoid = plain(np.tanh), plain(jax.nn.sigmoid)
gelu = plain(lambda x: jax.nn.gelu(x, approximate=False))
gelu_tanh = plain(lambda x: jax.nn.gelu(x, approximate=True))
softmax = plain(jax.nn.softmax)
mish = plain(lambda x: x * np.tanh(jax.nn.softplus(x)))


def softmax_ce(classes, smoothing=0.0, weights=None):
    labels = np.array([(5 * row + 1) % classes for row in range(ROWS)])
    weights = np.ones(classes) if weights is None else np.array(weights)
    targets = jax.nn.one_hot(labels, classes) * (1 - smoothing) + smoothing / classes

    def loss(z):
        rows = -(targets * jax.nn.log_softmax(z)).sum(-1)
        return (rows * weights[labels]).sum() / weights[labels].sum()

    return loss


def values(width, terms, factor=1.0):
    """The mean over rows and outputs of terms of logits and targets."""
    targets = numbers(ROWS * width, 3, 0.5, 0.5).reshape(ROWS, width)
    return lambda z: factor * terms(z, targets).mean()


def mse(n):
    return values(n, lambda z, t: (z - t) ** 2)


def bce(n):
    return values(n, lambda z, t: jax.nn.softplus(z) - z * t)


def huber(n, delta=1.0):
    def terms(z, t):
        r = z - t
        c = np.clip(r, -delta, delta)
        return c * (r - c / 2)

    return values(n, terms)


def gaussian_nll(n):
    return values(n, lambda z, t: z[:, n:] + (z[:, :n] - t) ** 2 * np.exp(-z[:, n:]), 0.5)


# Name: inputs, layers, loss.
NETWORKS = {
    "fc_bias": (3, [fc(3, 4)], softmax_ce(4)),
    "tanh": (2, [fc(2, 5), tanh, fc(5, 1)], bce(1)),
    "sigmoid": (4, [fc(4, 5), sigmoid, fc(5, 2)], bce(2)),
    "relu": (4, [fc(4, 7), plain(jax.nn.relu), fc(7, 3)], softmax_ce(3)),
    "elu": (4, [fc(4, 5), plain(jax.nn.elu), fc(5, 3)], mse(3)),
    "selu": (4, [fc(4, 5), plain(jax.nn.selu), fc(5, 3)], mse(3)),
    "gelu": (4, [fc(4, 5), gelu, fc(5, 3)], mse(3)),
    "gelu_tanh": (4, [fc(4, 5), gelu_tanh, fc(5, 3)], mse(3)),
    "silu": (4, [fc(4, 5), plain(jax.nn.silu), fc(5, 3)], mse(3)),
    "softplus": (4, [fc(4, 5), plain(jax.nn.softplus), fc(5, 3)], mse(3)),
    "mish": (4, [fc(4, 5), mish, fc(5, 3)], mse(3)),
    "softmax": (4, [fc(4, 5), softmax], mse(5)),
    "norm": (4, [fc(4, 6), layer_norm(6)], softmax_ce(6)),
    "rms_norm": (4, [fc(4, 6), rms_norm(6)], softmax_ce(6)),
    "batch_norm": (4, [fc(4, 6), batch_norm(6)], softmax_ce(6)),
    "shortcut": (
        4,
        [fc(4, 5), residual(fc(5, 6), tanh, fc(6, 3), shortcut=[fc(5, 3, bias=False)])],
        mse(3),
    ),
    "concat": (
        4,
        [fc(4, 5), concat(chain(fc(5, 3), tanh), sigmoid, plain(lambda x: x)), fc(13, 4)],
        softmax_ce(4),
    ),
    "repeat2": (3, [fc(3, 4), fc(4, 4), tanh, fc(4, 4), tanh, fc(4, 3)], softmax_ce(3)),
    "smoothed": (4, [fc(4, 5), gelu, fc(5, 4)], softmax_ce(4, smoothing=0.1)),
    "weighted": (4, [fc(4, 5), gelu, fc(5, 4)], softmax_ce(4, weights=[1.0, 2.5, 0.5, 3.0])),
    "huber": (4, [fc(4, 5), tanh, fc(5, 3)], huber(3)),
    "gaussian_nll": (4, [fc(4, 5), tanh, fc(5, 4)], gaussian_nll(2)),
}


def show(name, array):
    print(name, *(repr(float(x)) for x in np.ravel(array)))


print(f"# Made by tests/reference/derivatives.py with jax {jax.__version__}.")
for name, (inputs, layers, loss) in NETWORKS.items():
    network, x = chain(*layers), numbers(ROWS * inputs, 2, 1.5).reshape(ROWS, inputs)
    counter = Params(np.zeros(1000))
    outputs = network(counter, x).shape[1]
    count = counter.at
    flat, v = numbers(count, 1, 0.7), numbers(count, 9)
    u = numbers(ROWS * outputs, 8).reshape(ROWS, outputs)

    def logits(flat):
        return network(Params(flat), x)

    def total(flat):
        return loss(logits(flat))

    print(f"[{name}]")
    value, slope = jax.jvp(total, (flat,), (v,))
    show("loss", value)
    show("slope", slope)
    z, pushed = jax.jvp(logits, (flat,), (v,))
    _, pull = jax.vjp(logits, flat)
    show("jvp", pushed)
    show("vjp", pull(u)[0])
    show("hvp", jax.jvp(jax.grad(total), (flat,), (v,))[1])
    show("gauss_newton", pull(jax.jvp(jax.grad(loss), (z,), (pushed,))[1])[0])
