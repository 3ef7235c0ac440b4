"""Whole processes that load, convolve and save, against ours: wall time; and the memory that ours takes.

    python -m tests.benchmarks.engine_processes [--only time|memory] [--runs N] [--markdown]

Every script reads x.npy and its weights and writes y.npy, and all y are the same or the exit code is 1. Commands
alternate, and a ratio is the median of theirs to ours within a round. Figures are printed and never asserted.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.benchmarks.engine.layers import Layer, conv
from tests.benchmarks.engine.numbers import NUMBERS, close
from tests.benchmarks.engine.peers import installed, onnx_model
from tests.benchmarks.engine.report import in_columns, machine
from tests.benchmarks.processes import CONVCALC, PYTHON, environment

PROBLEMS = {
    "textbook": conv(2, 3, 4, 2, p=0, batch=0),
    "128 channels at 28": conv(128, 128, 28, 3, batch=0),
    "VGG 64 at 224": conv(64, 64, 224, 3, batch=0),
}

LOAD = """
import sys, numpy as np
p, x = int(sys.argv[1]), np.load("x.npy")
"""

SCRIPTS = {
    "PyTorch": """
import torch
w = torch.from_numpy(np.load("w.npy"))
with torch.inference_mode():
    np.save("y.npy", torch.nn.functional.conv2d(torch.from_numpy(x), w, padding=p).numpy())
""",
    # the weights come with the model, as they do for its users: they are laid out when it is loaded
    "ONNX Runtime": """
import onnxruntime
np.save("y.npy", onnxruntime.InferenceSession("conv.onnx").run(None, {"x": x[None]})[0][0])
""",
    # channel by channel: for these kernels faster than its transforms, which are made anew for every pair
    "SciPy": """
from scipy.signal import correlate2d
w, mode = np.load("w.npy"), "same" if p else "valid"
np.save("y.npy", np.array([sum(correlate2d(*pair, mode) for pair in zip(x, kernel)) for kernel in w]))
""",
    # each channel is transformed once, and the products are summed before they are transformed back
    "SciPy fft by hand": """
from scipy.fft import irfft2, next_fast_len, rfft2, set_workers
w = np.load("w.npy")[..., ::-1, ::-1]
size = [next_fast_len(n + k - 1, True) for n, k in zip(x.shape[1:], w.shape[2:])]
inner = tuple(slice(k - 1 - p, n + p) for n, k in zip(x.shape[1:], w.shape[2:]))
with set_workers(2):
    planes = rfft2(x, size)
    np.save("y.npy", np.array([irfft2((planes * rfft2(kernel, size)).sum(0), size)[inner] for kernel in w]))
""",
    "NumPy": """
w, x = np.load("w.npy"), np.pad(x, ((0, 0), (p, p), (p, p)))
windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], (1, 2))
np.save("y.npy", np.tensordot(w, windows, ((1, 2, 3), (0, 3, 4))))
""",
}

#                     everywhere      somewhere
BARS = {
    "PyTorch":        (8.0,           {}),
    "ONNX Runtime":   (1.0,           {}),
    "SciPy":          (5.0,           {}),
    "NumPy":          (None,          {"textbook": 0.6, "VGG 64 at 224": 1.5}),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Held:
    """A layer, and the bytes that convolving it may take beyond its operands and its output."""

    layer: Layer
    numbers: str
    times: int = 0
    """How often input and output may be there once more."""
    room: int = 64 * 2**20


MEMORY = {
    "VGG 64 at 224": Held(conv(64, 64, 224, 3, batch=8), "float32"),
    "C3D 16x112x112": Held(conv(3, 64, (16, 112, 112), 3, batch=2), "float32"),
    "VGG 64 at 224, exact": Held(conv(64, 64, 224, 3, batch=8), "int16", times=3),
}

CONVOLVE = """
import sys, numpy as np, convcli
convolve = getattr(convcli, f"conv{sys.argv[2]}d")
y = convolve(np.load("x.npy", mmap_mode="r"), np.load("w.npy"), padding=int(sys.argv[1]))
"""

LAUNCH = """
import os, sys
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(child, 0)
print(usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""The peak of a process begins with that of whoever started it, so that somebody small has to."""


def started(command: list[str], folder: Path) -> str:
    """What a command prints."""
    return subprocess.run(command, cwd=folder, env=environment(), stdout=subprocess.PIPE, text=True, check=True).stdout


def seconds(command: list[str], folder: Path) -> float:
    (folder / "y.npy").unlink(missing_ok=True)
    start = time.perf_counter()
    started(command, folder)
    return time.perf_counter() - start


def operands(layer: Layer, numbers: str, folder: Path) -> None:
    """The files that commands read."""
    random = np.random.default_rng(1)
    for name, shape in (("x", layer.x), ("w", layer.w)):
        np.save(folder / f"{name}.npy", NUMBERS[numbers].draw(random, shape))


def commands(layer: Layer, folder: Path) -> Mapping[str, list[str]]:
    """Ours and those of the peers that are installed, each of which has been run once, and given what ours has."""
    padding = str(layer.padding[0])
    ours = [CONVCALC, "2d", "-i", "x.npy", "-k", "w.npy", "-p", padding, "-o", "y.npy"]
    if installed("ONNX Runtime"):
        (folder / "conv.onnx").write_bytes(onnx_model(layer, np.load(folder / "w.npy")))
    scripts = {name: [PYTHON, "-c", LOAD + script, padding] for name, script in SCRIPTS.items() if installed(name)}
    all_of_them, outputs = {"convcalc": ours, **scripts}, {}
    for name, command in all_of_them.items():
        seconds(command, folder)
        outputs[name] = np.load(folder / "y.npy")
        if not close(outputs["convcalc"], outputs[name], layer.terms):
            sys.exit(f"{layer}: the outputs of convcalc and {name} differ")
    if 2 * np.count_nonzero(outputs["convcalc"]) < outputs["convcalc"].size:
        sys.exit(f"{layer}: the outputs are mostly zeros")
    return all_of_them


def times(runs: int, folder: Path) -> Iterator[tuple[str, ...]]:
    """A row for each problem and peer."""
    for problem, layer in PROBLEMS.items():
        operands(layer, "float32", folder)
        compared = commands(layer, folder)
        rounds = []
        for done in range(runs):
            print(f"\r\x1b[K{problem} {done}/{runs}", end="", file=sys.stderr, flush=True)
            rounds.append({name: seconds(command, folder) for name, command in compared.items()})
        for name in list(compared)[1:]:
            ours, theirs = (statistics.median(taken[who] for taken in rounds) for who in ("convcalc", name))
            ratio = statistics.median(taken[name] / taken["convcalc"] for taken in rounds)
            everywhere, somewhere = BARS.get(name, (None, {}))
            bar = somewhere.get(problem, everywhere)
            met = "" if bar is None or ratio >= bar else "missed"
            shown = "" if bar is None else f"{bar:g}"
            yield problem, name, f"{1000 * ours:.0f}", f"{1000 * theirs:.0f}", f"{ratio:.2f}", shown, met


def peak(script: str, folder: Path, *arguments: str) -> int:
    """The bytes that a Python process has held at once."""
    return 1024 * int(started([PYTHON, "-S", "-c", LAUNCH, PYTHON, "-c", script, *arguments], folder))


def memory(runs: int, folder: Path) -> Iterator[tuple[str, ...]]:
    """A row for each layer."""
    bare = statistics.median(peak("import numpy", folder) for _ in range(runs))
    for name, held in MEMORY.items():
        print(f"\r\x1b[K{name}", end="", file=sys.stderr, flush=True)
        layer = held.layer
        operands(layer, held.numbers, folder)
        x, w = ((folder / f"{operand}.npy").stat().st_size for operand in ("x", "w"))
        y = layer.positions * layer.outputs * (4 if held.numbers == "float32" else 8)
        taken = peak(CONVOLVE, folder, str(layer.padding[0]), str(layer.rank)) - bare
        limit = x + y + w + held.times * (x + y) + held.room
        figures = (f"{count / 2**20:.0f}" for count in (x, w, y, taken, limit))
        yield name, held.numbers, *figures, "" if taken <= limit else "missed"


def main(arguments: argparse.Namespace) -> None:
    """Print both tables."""
    print(machine())
    timed = ("problem", "peer", "convcalc ms", "peer ms", "ratio", "bar", "")
    held = ("problem", "numbers", "input MiB", "kernel", "output", "beyond import numpy", "at most", "")
    for name, measure, header in (("time", times, timed), ("memory", memory, held)):
        if arguments.only in (None, name):
            with tempfile.TemporaryDirectory() as folder:
                rows = list(measure(arguments.runs, Path(folder)))
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            print("\n" + in_columns([header, *rows], markdown=arguments.markdown), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.engine_processes", allow_abbrev=False)
    parser.add_argument("--only", choices=("time", "memory"))
    parser.add_argument("--runs", type=int, default=7, help="rounds (default 7)")
    parser.add_argument("--markdown", action="store_true", help="the tables as Markdown")
    main(parser.parse_args())
