"""A million numbers read from text, as ratios to `numpy.array(json.loads(text))` on the same numbers.

    python -m tests.benchmarks.reading [RUNS]

Every form is read right after the baseline, and each figure is the median of the ratios of such neighbours, so that a
noisy machine disturbs both sides alike. Figures are printed and never asserted.
"""

import io
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from convcli.limits import Limits
from convcli.reading import read_tensor
from tests.reading.helpers import problem_file

SIDE = 1000


def integer(random: random.Random) -> str:
    """At most nine digits."""
    return str(random.randrange(-(10**9) + 1, 10**9) // 10 ** random.randrange(9))


def decimal(random: random.Random) -> str:
    """At most nine digits, the point anywhere among them."""
    digits = str(random.randrange(10 ** random.randrange(1, 10)))
    point = random.randrange(len(digits))
    whole, after = digits[: len(digits) - point], digits[len(digits) - point :]
    return random.choice(["", "-"]) + whole + ("." + after if after else "")


def scaled(random: random.Random) -> str:
    """At most nine digits, down to the fifteenth place behind the point: over 10**15, 64 bits do not hold them all."""
    digits, places = str(random.randrange(10 ** random.randrange(1, 10))), random.randrange(16)
    digits = digits.zfill(places + 1)
    return digits[: len(digits) - places] + ("." + digits[len(digits) - places :] if places else "")


def forms(rows: list[list[str]]) -> dict[str, str]:
    """The same numbers in every form of text, by the name of its file."""
    flow = ",\n ".join("[" + ", ".join(row) + "]" for row in rows)
    blocks = "".join("- - " + "\n  - ".join(row) + "\n" for row in rows)
    keyed = "stride: 2\ninput: "
    shape = f"[{len(rows)}, {len(rows[0])}]"
    return {
        "bare.json": f"[{flow}]",
        "document.json": f'{{"schema": "convcalc/1", "output": {{"shape": {shape}, "data": [{flow}]}}}}',
        "flow, bare.yaml": f"# numbers\n[{flow}]\n",
        "flow, keyed.yaml": f"{keyed}[{flow}]\n",
        "problem.yaml": f"{keyed}[{flow}]\nkernel: [[1]]\n",
        "rows of lists.yaml": "input:\n" + "".join("  - [" + ", ".join(row) + "]\n" for row in rows),
        "short rows of lists.yaml": "".join(
            "- [" + ", ".join(row[at : at + 4]) + "]\n" for row in rows for at in range(0, len(row), 4)
        ),
        "a number a line.yaml": blocks,
        "a number a line, keyed.yaml": "input:\n" + "".join(f"  {line}\n" for line in blocks.splitlines()),
        "rows.txt": "\n".join(" ".join(row) for row in rows),
        "rows.csv": "\n".join(",".join(row) for row in rows),
    }


def seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def ratio(path: Path, baseline: str, runs: int) -> tuple[float, float]:
    """The median ratio to the baseline, and the median of seconds."""

    def ours() -> object:
        if path.name == "problem.yaml":
            return problem_file(str(path))
        return read_tensor(str(path), "input", Limits(), io.BytesIO(), rank=2)

    pairs = [(seconds(ours), seconds(lambda: np.array(json.loads(baseline)))) for _ in range(runs)]
    return statistics.median(a / b for a, b in pairs), statistics.median(a for a, _ in pairs)


def main(runs: int) -> None:
    """Print a table of ratios."""
    print(f"{'ratio to numpy.array(json.loads(...))':<40}{'ratio':>8}{'seconds':>9}")
    with tempfile.TemporaryDirectory() as folder:
        for kind in (integer, decimal, scaled):
            seeded = random.Random(1)
            rows = [[kind(seeded) for _ in range(SIDE)] for _ in range(SIDE)]
            texts = forms(rows)
            for name, text in texts.items():
                path = Path(folder, name)
                path.write_text(text)
                times, took = ratio(path, texts["bare.json"], runs)
                print(f"{kind.__name__ + 's, ' + name:<40}{times:>8.2f}{took:>9.3f}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
