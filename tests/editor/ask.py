#!/usr/bin/env python3
"""Asks rust-analyzer what it shows of a network, and where it jumps: hover and definition at each word.

    rustup component add rust-analyzer
    python3 tests/editor/ask.py            # a line a word; --full prints the hovers whole

Writes a small crate that uses quipu under target/editor, and speaks the Language Server Protocol to the server. Ends with an
error if a word shows nothing, or shows another item than it should. Not a part of the gate: it needs the server.
"""

import json
import os
import queue
import re
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CRATE = ROOT / "target" / "editor"
SOURCE = """\
quipu::network! {
    /// Every sort of word.
    #[budget(params <= 100_000, train_bytes(batch = 8, optimizer = adam, clip) <= 1 GiB)]
    pub Net <
        let d = 24;
        block ff(n, m) { wide: fc(n, m); gelu(tanh); fc(m, n, init = xavier) }
        embed: fc(64, d);
        residual { layer_norm(eps = 1e-3); ff(d, 4 * d) } shortcut { fc(d, bias = false) }
        fc(4 * d, rank = 2);
        relu;
        softmax_ce(5, smoothing = 0.1)
    >
}

/// Uses of what it generates.
pub fn uses(net: &Net) -> f32 {
    net.embed.weight[0][Net::D - 1]
}
"""

# The words in the order of the source, each with what its hover must hold and the file it must lead to.
HERE, LAYERS, HEADS = "lib.rs", "runtime/src/layers", "runtime/src/heads"
EXPECTED = [
    ("params", "PARAMS", None),
    ("train_bytes", "Bytes of training", None),
    ("adam", "quipu::optim", "runtime/src/optim/adam.rs"),
    ("clip", "quipu_cost", "runtime/cost/src/optimizer.rs"),
    ("Net", "pub type Net", HERE),
    ("d", "The `let d` of the definition", HERE),
    ("ff", "of the definition", HERE),
    ("n", "What `ff` is given", HERE),
    ("m", "What `ff` is given", HERE),
    ("wide", "pub wide", HERE),
    ("fc", "a fully connected layer", f"{LAYERS}/fc.rs"),
    ("n", "What `ff` is given", HERE),
    ("m", "What `ff` is given", HERE),
    ("gelu", "FLOPs forward", f"{LAYERS}/gelu.rs"),
    ("tanh", "the approximation by tanh", f"{LAYERS}/gelu.rs"),
    ("fc", "`residual1.ff1.fc1`", f"{LAYERS}/fc.rs"),
    ("m", "What `ff` is given", HERE),
    ("n", "What `ff` is given", HERE),
    ("init", "how the weights start", f"{LAYERS}/fc.rs"),
    ("xavier", "Glorot", f"{LAYERS}/fc.rs"),
    ("embed", "`embed`: (64) → (24), 1,560 parameters", HERE),
    ("fc", "a fully connected layer", f"{LAYERS}/fc.rs"),
    ("d", "The `let d` of the definition", HERE),
    ("residual", "y = x + f(x)", f"{LAYERS}/residual.rs"),
    ("layer_norm", "`residual1.layer_norm1`", f"{LAYERS}/layer_norm.rs"),
    ("eps", "added to the variance", f"{LAYERS}/layer_norm.rs"),
    ("ff", "of the definition", HERE),
    ("d", "The `let d` of the definition", HERE),
    ("d", "The `let d` of the definition", HERE),
    ("shortcut", "what the body is added to", f"{LAYERS}/residual.rs"),
    ("fc", "`residual1.shortcut.fc1`", f"{LAYERS}/fc.rs"),
    ("d", "The `let d` of the definition", HERE),
    ("bias", "`true` unless stated", f"{LAYERS}/fc.rs"),
    ("fc", "`fc1.down`", f"{LAYERS}/fc.rs"),
    ("d", "The `let d` of the definition", HERE),
    ("rank", "two thin layers", f"{LAYERS}/fc.rs"),
    ("relu", "`relu1`: (96) → (96)", f"{LAYERS}/relu.rs"),
    ("softmax_ce", "`softmax_ce`: (5) → (5)", f"{HEADS}/softmax_ce.rs"),
    ("smoothing", "gives away", f"{HEADS}/softmax_ce.rs"),
    # From the code around it.
    ("embed", "pub embed", HERE),
    ("D", "The `let d` of the definition", HERE),
]
# Words of the grammar, and of Rust.
SILENT = {"budget", "batch", "optimizer", "GiB", "pub", "let", "block", "false"}


class Server:
    """A language server as a child, asked one thing at a time."""

    def __init__(self):
        command = [os.environ.get("RUST_ANALYZER", "rust-analyzer")]
        self.child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.messages, self.last = queue.Queue(), 0
        threading.Thread(target=self.read, daemon=True).start()

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.child.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.child.stdin.flush()

    def read(self):
        while header := self.child.stdout.readline():
            length = int(header.split(b":")[1])
            while self.child.stdout.readline().strip():
                pass
            message = json.loads(self.child.stdout.read(length))
            if "method" in message and "id" in message:
                # The server's own questions: settings, of which there are none.
                settings = message["method"] == "workspace/configuration"
                answer = [None] * len(message["params"]["items"]) if settings else None
                self.send({"id": message["id"], "result": answer})
            else:
                self.messages.put(message)

    def wait(self, wanted):
        while not wanted(message := self.messages.get(timeout=600)):
            pass
        return message

    def ask(self, method, params):
        self.last += 1
        number = self.last
        self.send({"id": number, "method": method, "params": params})
        return self.wait(lambda message: message.get("id") == number).get("result")


def words():
    """The words of the network and of the uses behind it that are asked for, with line and column."""
    uses = SOURCE.index("net.embed")
    start = SOURCE.index("#[budget")
    end = SOURCE.index("\n}", start)
    for word in re.finditer(r"[A-Za-z_]\w*(?<![0-9]e)", SOURCE):
        at, text = word.start(), word.group()
        inside = start <= at < end and text not in SILENT and not SOURCE[at - 1].isdigit()
        if inside or (at >= uses and text in ("embed", "D")):
            line = SOURCE.count("\n", 0, at)
            yield text, line, at - (SOURCE.rfind("\n", 0, at) + 1)


def main():
    full = "--full" in sys.argv[1:]
    (CRATE / "src").mkdir(parents=True, exist_ok=True)
    manifest = f"""[package]
name = "editor"
version = "0.0.0"
edition = "2024"

[dependencies]
quipu = {{ path = "{ROOT / 'runtime'}", default-features = false }}

[workspace]
"""
    (CRATE / "Cargo.toml").write_text(manifest)
    file = CRATE / "src" / "lib.rs"
    file.write_text(SOURCE)

    server = Server()
    capabilities = {
        "experimental": {"serverStatusNotification": True},
        "textDocument": {"hover": {"contentFormat": ["markdown"]}},
    }
    # Without the sources of the standard library, which the server would otherwise add to the toolchain by itself: with
    # them the compiler's messages are longer, and those in tests/ui no longer the same.
    sysroot = subprocess.run(["rustc", "--print", "sysroot"], capture_output=True, text=True, check=True).stdout.strip()
    options = {
        "checkOnSave": False,
        "cachePriming": {"enable": False},
        "cargo": {"sysroot": None},
        "procMacro": {"server": f"{sysroot}/libexec/rust-analyzer-proc-macro-srv"},
    }
    about = server.ask(
        "initialize",
        {
            "processId": os.getpid(),
            "rootUri": CRATE.as_uri(),
            "capabilities": capabilities,
            "initializationOptions": options,
        },
    )
    print(about["serverInfo"]["name"], about["serverInfo"]["version"])
    server.send({"method": "initialized", "params": {}})
    document = {"uri": file.as_uri(), "languageId": "rust", "version": 1, "text": SOURCE}
    server.send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
    ready = lambda message: message.get("method") == "experimental/serverStatus" and message["params"]["quiescent"]
    server.wait(ready)

    expected, wrong = iter(EXPECTED), 0
    for word, line, column in words():
        place = {"textDocument": {"uri": file.as_uri()}, "position": {"line": line, "character": column}}
        hover = server.ask("textDocument/hover", place)
        text = hover["contents"]["value"] if hover else ""
        targets = server.ask("textDocument/definition", place) or []
        files = [target.get("targetUri", target.get("uri", "")) for target in targets]
        wanted, holds, leads = next(expected, (None, "", None))
        right = word == wanted and holds in text and (leads is None or any(uri.endswith(leads) for uri in files))
        wrong += not right
        # The first line of what each item says; signature and layout are the server's.
        items = re.sub(r"```rust.*?```", "", text, flags=re.S).split("\n---\n")
        said = [item.strip().split("\n")[0] for item in items]
        said = [line for line in said if line and not re.match(r"size = |`T` = |no Drop|Implements|\| ", line)]
        where = sorted({"/".join(uri.split("/")[-2:]) for uri in files})
        print(f"{'ok ' if right else 'BAD'} {line + 1}:{column + 1} {word}: {' | '.join(said)} -> {', '.join(where)}")
        if full:
            print(text)
    wrong += len(list(expected))
    server.child.kill()
    print("all as expected" if wrong == 0 else f"{wrong} not as expected")
    sys.exit(wrong != 0)


if __name__ == "__main__":
    main()
