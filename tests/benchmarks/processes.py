"""Whole processes side by side: the CPU that `convcalc` costs, as a ratio to what nobody can avoid paying.

    python -m tests.benchmarks.processes [RUNS]

Commands alternate within one run, and each figure is the median of the ratios of neighbours, so that a noisy machine
disturbs both sides alike. Figures are printed and never asserted.
"""

import os
import resource
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PYTHON = sys.executable
CONVCALC = shutil.which("convcalc", path=Path(PYTHON).parent) or "convcalc"
TEXTBOOK = [CONVCALC, "2d", "--input", "samples/x.yaml", "--kernel", "samples/w.yaml"]
LIBRARIES = [PYTHON, "-c", "import numpy, yaml"]
NOTHING = [PYTHON, "-c", "pass"]

#          what                     ours                          theirs     at most
PAIRS = {
    "2d, textbook":               (TEXTBOOK,                     LIBRARIES, 1.3),
    "2d --explain, textbook":     ([*TEXTBOOK, "--explain"],     LIBRARIES, 2.0),
    "2d -f json, textbook":       ([*TEXTBOOK, "-f", "json"],    LIBRARIES, 1.3),
    "--version":                  ([CONVCALC, "--version"],      NOTHING,   2.5),
    "--help":                     ([CONVCALC, "--help"],         NOTHING,   4.0),
    "2d --help":                  ([CONVCALC, "2d", "--help"],   LIBRARIES, 1.3),
}  # fmt: skip


def environment() -> dict[str, str]:
    """That of somebody who installed everything: libraries choose their threads, and modules are compiled once."""
    unset = ("OPENBLAS", "OMP", "PYTHONDONTWRITEBYTECODE")
    return {name: value for name, value in os.environ.items() if not name.startswith(unset)}


def cpu(command: list[str]) -> float:
    """User and system seconds of one run of `command`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(runs: int) -> None:
    """Print a line for each pair."""
    print(f"{'':<26}{'convcalc':>10}{'baseline':>10}{'ratio':>8}{'bar':>6}   (CPU ms, medians of {runs})")
    for name, (ours, theirs, bar) in PAIRS.items():
        cpu(ours), cpu(theirs)
        pairs = [(cpu(ours), cpu(theirs)) for _ in range(runs)]
        mine, base = (statistics.median(column) * 1000 for column in zip(*pairs, strict=True))
        ratio = statistics.median(a / b for a, b in pairs)
        print(f"{name:<26}{mine:>10.0f}{base:>10.0f}{ratio:>8.2f}{bar:>6}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
