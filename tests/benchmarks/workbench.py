"""The workbench: the CPU from its start to its first drawing, and the time from a key to what it draws.

    python -m tests.benchmarks.workbench [RUNS]

Figures are printed and never asserted.
"""

import asyncio
import io
import os
import pty
import resource
import select
import statistics
import struct
import sys
import termios
import time
from fcntl import ioctl

from convcli.document import Style
from convcli.limits import Limits
from convcli.reading import read_tensor
from convcli.request import operation
from convcli.workbench.app.app import Workbench
from convcli.workbench.asking import begin
from convcli.workbench.keys import pressed
from convcli.workbench.state import State
from tests.benchmarks.processes import CONVCALC, PYTHON, cpu

DRAWN = b"quit"
"""In the last line of the screen."""

KEYS = ("right", "down", "n", "b", "]", ",", "tab", "right", "down", "5", "enter", "u", "s", "S", "space", "space")


def boot() -> float:
    """User and system seconds from the start of `convcalc play` until it has drawn the textbook example and quit."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    child, screen = pty.fork()
    if child == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execv(CONVCALC, [CONVCALC, "play"])
    ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 120, 0, 0))
    seen, quits = b"", False
    while select.select([screen], [], [], 30)[0]:
        try:
            seen += os.read(screen, 65536)
        except OSError:  # it is gone, and the terminal with it
            break
        if DRAWN in seen and not quits:
            quits = bool(os.write(screen, b"q"))
    os.waitpid(child, 0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def large() -> State:
    """Eight kernels on an image of 3x224x224."""
    wanted = operation("2d")
    sources = {"input": "@arange:3,224,224", "kernel": "@random:8,3,3,3:seed=1"}
    tensors = {role: read_tensor(text, role, Limits(), io.BytesIO(), rank=2) for role, text in sources.items()}
    return begin(wanted.asked("2d", tensors, {"padding": "1"}, sources=sources), Limits(), Style())


async def latencies(runs: int) -> dict[str, float]:
    """Milliseconds that each key takes, transition and drawing; an output computed beside is waited for between."""
    app, taken = Workbench(large(), lambda state, effect: state), dict[str, list[float]]()
    async with app.run_test(size=(120, 40)) as pilot:
        for _ in range(runs):
            for key in KEYS:
                while app.state.output is None:
                    await pilot.pause(0.02)
                start = time.perf_counter()
                app.become(pressed(app.state, key, key if len(key) == 1 else None))
                app.screen._compositor.render_strips()
                taken.setdefault(key, []).append(1000 * (time.perf_counter() - start))
                await pilot.pause()
    return {key: statistics.median(times) for key, times in taken.items()}


def main(runs: int) -> None:
    """Print both."""
    libraries = [PYTHON, "-c", "import textual.app, numpy"]
    pairs = [(boot(), cpu(libraries)) for _ in range(runs)]
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    print(f"boot {statistics.median(ours for ours, _ in pairs) * 1000:.0f} ms of CPU, {ratio:.2f} of {libraries[-1]!r}")
    print("3x224x224, ms a key: " + ", ".join(f"{k} {ms:.1f}" for k, ms in asyncio.run(latencies(runs)).items()))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
