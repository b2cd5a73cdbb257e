#!/usr/bin/env python3
"""Times training steps of quipu beside JAX, PyTorch and numpy on the same cores, and prints a table of the ratios.

In a virtual environment with `pip install numpy torch "jax[cpu]"`, after `cargo build --release --example bench`:

    python3 tests/peers/race.py                # every row, some twenty minutes
    python3 tests/peers/race.py mlp:32:1 ...   # model:batch:threads, with `:predict` for inference

Every program pins itself to as many cores as it has threads, has 16 batches of random numbers in turn, warms up for a second,
and reports the median of 7 samples. A row's programs take turns, three rounds; the median of the rounds counts. The floor is
the row's FLOPs by quipu's constants at the rate of multiply-adds in registers that quipu's own program measures in its run.
"""
import json
import os
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BENCH = os.path.join(ROOT, "target", "release", "examples", "bench")
SIZES = {"mlp": [784, 256, 10], "mlp3": [784, 512, 512, 10], "tiny": [6, 64, 8, 4]}
ROWS = ["mlp:32:1", "mlp:128:1", "mlp:512:1", "mlp:32:2", "mlp:128:2", "mlp:512:2", "mlp3:128:1", "mlp3:128:2",
        "tiny:1:1", "tiny:32:1", "tiny:1:1:predict", "tiny:32:1:predict", "mlp:1:1:predict"]
PEERS = ["jax", "jax-scan", "torch", "numpy"]
BATCHES, SAMPLES, ROUNDS = 16, 7, 3


def steps_for(model, batch, predict):
    """Steps in a sample: about a fifth of a second of quipu's."""
    flops = sum(a * b for a, b in zip(SIZES[model], SIZES[model][1:])) * batch * (2 if predict else 5)
    return max(20, min(20_000, int(1e10 / flops)))


def timed(step, wait, steps, inner=1):
    """Milliseconds a step: the median of the samples. `step` does `inner` of them."""
    end, turn = time.perf_counter() + 1.0, 0
    while time.perf_counter() < end:
        step(turn)
        turn += 1
    wait()
    calls, samples = max(1, steps // inner), []
    for _ in range(SAMPLES):
        start = time.perf_counter()
        for _ in range(calls):
            step(turn)
            turn += 1
        wait()
        samples.append((time.perf_counter() - start) / (calls * inner) * 1e3)
    return sorted(samples)[SAMPLES // 2]


def data(numpy, sizes, batch):
    random = numpy.random.default_rng(1)
    x = random.standard_normal((BATCHES, batch, sizes[0]), dtype=numpy.float32)
    y = (x @ random.standard_normal((sizes[0], sizes[-1]), dtype=numpy.float32)).argmax(-1)
    weights = [random.standard_normal((a, b), dtype=numpy.float32) * (2 / a) ** 0.5 for a, b in zip(sizes, sizes[1:])]
    return x, y, [(w, numpy.zeros(w.shape[1], numpy.float32)) for w in weights]


def in_jax(model, batch, predict, steps, scanned):
    import jax
    import jax.numpy as jnp
    import numpy
    x, y, params = data(numpy, SIZES[model], batch)
    x, y, params = jnp.asarray(x), jnp.asarray(y), jax.tree.map(jnp.asarray, params)
    adam = model == "mlp3"

    def logits(params, x):
        for w, b in params[:-1]:
            x = jax.nn.relu(x @ w + b)
        w, b = params[-1]
        return x @ w + b

    def loss(params, x, y):
        return -jnp.take_along_axis(jax.nn.log_softmax(logits(params, x)), y[:, None], 1).mean()

    def update(state, batch):
        params, m, v, t = state
        value, grads = jax.value_and_grad(loss)(params, *batch)
        t = t + 1
        if adam:
            m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, grads)
            v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, grads)
            c1, c2 = 1 / (1 - 0.9**t), 1 / (1 - 0.999**t)
            params = jax.tree.map(lambda p, m, v: p - 1e-3 * (m * c1) / (jnp.sqrt(v * c2) + 1e-8), params, m, v)
        else:
            params = jax.tree.map(lambda p, g: p - 0.01 * g, params, grads)
        return (params, m, v, t), value

    zeros = jax.tree.map(jnp.zeros_like, params) if adam else ()
    box = [(params, zeros, jax.tree.map(jnp.copy, zeros), jnp.float32(0)), None]
    rows = [(x[i], y[i]) for i in range(BATCHES)]
    if predict:
        run = jax.jit(lambda params, x: jax.nn.softmax(logits(params, x)))

        def step(turn):
            box[1] = run(params, rows[turn % BATCHES][0])
    elif scanned:
        run = jax.jit(lambda state: jax.lax.scan(update, state, (x, y)), donate_argnums=0)

        def step(_):
            box[0], box[1] = run(box[0])
    else:
        run = jax.jit(update, donate_argnums=0)

        def step(turn):
            box[0], box[1] = run(box[0], rows[turn % BATCHES])
    return timed(step, lambda: jax.block_until_ready(box[1]), steps, BATCHES if scanned else 1)


def in_torch(model, batch, predict, steps, threads):
    import numpy
    import torch
    torch.set_num_threads(threads)
    x, y, params = data(numpy, SIZES[model], batch)
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    layers = []
    for w, b in params:
        linear = torch.nn.Linear(*w.shape)
        linear.weight.data, linear.bias.data = torch.from_numpy(w.T.copy()), torch.from_numpy(b)
        layers += [linear, torch.nn.ReLU()]
    net = torch.nn.Sequential(*layers[:-1])
    if predict:
        def step(turn):
            with torch.inference_mode():
                torch.softmax(net(x[turn % BATCHES]), 1)
    else:
        parameters = net.parameters()
        rule = torch.optim.Adam(parameters, 1e-3) if model == "mlp3" else torch.optim.SGD(parameters, 0.01)

        def step(turn):
            rule.zero_grad()
            torch.nn.functional.cross_entropy(net(x[turn % BATCHES]), y[turn % BATCHES]).backward()
            rule.step()
    return timed(step, lambda: None, steps)


def in_numpy(model, batch, predict, steps):
    import numpy as np
    if model == "mlp3" and not predict:
        return None
    x, y, params = data(np, SIZES[model], batch)

    def step(turn):
        h, kept = x[turn % BATCHES], []
        for w, b in params[:-1]:
            kept.append(h)
            h = np.maximum(h @ w + b, 0)
        kept.append(h)
        z = h @ params[-1][0] + params[-1][1]
        p = np.exp(z - z.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        if predict:
            return
        p[np.arange(batch), y[turn % BATCHES]] -= 1
        d = p / batch
        for (w, b), h in zip(reversed(params), reversed(kept)):
            back = (d @ w.T) * (h > 0) if h is not kept[0] else None
            w -= 0.01 * (h.T @ d)
            b -= 0.01 * d.sum(0)
            d = back
    return timed(step, lambda: None, steps)


def peer(name, model, batch, threads, predict):
    """Runs in a process of its own, whose cores and thread counts were set before anything was imported."""
    steps = steps_for(model, batch, predict)
    if name == "torch":
        return in_torch(model, batch, predict, max(20, steps // 4), threads)
    if name == "numpy":
        return in_numpy(model, batch, predict, max(20, steps // 2))
    if name == "jax-scan" and predict:
        return None
    return in_jax(model, batch, predict, max(20, steps // 2), name == "jax-scan")


def run(command, threads):
    """The JSON that a program prints, on the first cores."""
    environment = dict(os.environ, JAX_PLATFORMS="cpu")
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        environment[name] = str(threads)
    pinned = lambda: os.sched_setaffinity(0, range(threads))
    done = subprocess.run(command, env=environment, preexec_fn=pinned, capture_output=True, text=True)
    if done.returncode != 0:
        print(f"{' '.join(command)}: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    return json.loads(done.stdout)


def race(row):
    model, batch, threads, *rest = row.split(":")
    batch, threads, predict = int(batch), int(threads), rest == ["predict"]
    own = [BENCH, "--model", model, "--batch", str(batch), "--threads", str(threads),
           "--steps", str(steps_for(model, batch, predict))] + ["--predict"] * predict
    times, shares = {}, []
    for _ in range(ROUNDS):
        line = run(own, threads)
        times.setdefault("quipu", []).append(line["ms_per_step_median"])
        shares.append(line["share_of_peak"])
        for name in PEERS:
            arguments = [name, model, str(batch), str(threads), str(int(predict))]
            found = run([sys.executable, __file__, "--peer", *arguments], threads)
            if found is not None:
                times.setdefault(name, []).append(found)
    median = {name: sorted(found)[len(found) // 2] for name, found in times.items()}
    best = min((name for name in median if name != "quipu"), key=median.get)
    cells = " | ".join(f"{median[name]:.4f}" if name in median else "–" for name in PEERS)
    what = f"`{model}` {'predict' if predict else 'step'}, batch {batch}, {threads} thread{'s' * (threads > 1)}"
    share = sorted(shares)[len(shares) // 2]
    print(f"| {what} | {median['quipu']:.4f} | {cells} | {median[best] / median['quipu']:.2f} × {best} | {share:.0%} |", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peer"]:
        name, model, batch, threads, predict = sys.argv[2:]
        print(json.dumps(peer(name, model, int(batch), int(threads), predict == "1")))
    else:
        if not os.path.exists(BENCH):
            sys.exit(f"{BENCH} is not there: cargo build --release --example bench")
        print("| work | quipu, ms | " + " | ".join(PEERS) + " | beside the best | of the peak |")
        print("|---" * (len(PEERS) + 4) + "|")
        for row in sys.argv[1:] or ROWS:
            race(row)
