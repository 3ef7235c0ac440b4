"""What is printed: the machine, a line for each layer, and the table of families."""

import datetime
import importlib.metadata
import os
import platform
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from convcli.engine.blas import kernels
from tests.benchmarks.engine.clock import Times
from tests.benchmarks.engine.families import Family, Part
from tests.benchmarks.engine.layers import Layer
from tests.benchmarks.engine.peers import NEEDS, THREADS, installed

Measured = Mapping[tuple[Family, Part, Layer], Times]

COLUMNS = ("family", "peer", "shapes", "ratio", "worst", "bar", "")


@dataclass(frozen=True, slots=True)
class Row:
    """A figure: ratios of peer time to ours, above 1 = ours is ahead; or microseconds, at most the bar."""

    name: str
    peer: str
    shapes: int
    mean: float
    worst: float
    bar: float | None
    met: bool
    whole: bool
    """A family rather than a part of one."""
    unit: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        mean, worst = (f"{figure:.3g}{self.unit}" for figure in (self.mean, self.worst))
        bar = "" if self.bar is None else f"{self.bar:g}{self.unit}"
        return (self.name, self.peer, str(self.shapes), mean, worst, bar, "" if self.met else "missed")


def machine() -> str:
    """The date, the processor and the versions."""
    cpuinfo = Path("/proc/cpuinfo")
    models = [line for line in cpuinfo.read_text().splitlines() if "model name" in line] if cpuinfo.exists() else []
    model = models[0].partition(":")[2].strip() if models else platform.processor()
    config: Any = np.show_config(mode="dicts")
    blas = config["Build Dependencies"]["blas"]
    peers = ", ".join(
        f"{name} {importlib.metadata.version(packages[0])}" for name, packages in NEEDS.items() if installed(name)
    )
    lines = [
        f"{datetime.datetime.now().astimezone():%Y-%m-%d %H:%M}, {model}, {os.cpu_count()} cores",
        f"Python {platform.python_version()}, NumPy {np.__version__} with {blas['name']} {blas['version']} for {kernels()}; "
        f"peers on {THREADS} threads: {peers or 'none'}",
        *(f"{name} is not installed: left out" for name in NEEDS if not installed(name)),
    ]
    return "\n".join(lines)


def line(part: Part, layer: Layer, times: Times) -> str:
    """One layer, against every peer that was not hopeless."""
    shown = "".join(f"  {peer} {ratio:.3g}" for peer, ratio in times.ratios.items())
    return f"{part.name:<20} {layer!s:<38}{1000 * times.ours:>10.3f} ms {shown or '  no peer takes it on'}"


def rows(measured: Measured) -> Iterator[Row]:
    """The figures of each family, and of its parts where it has several."""
    for family in dict.fromkeys(family for family, _, _ in measured):
        of_family = {key: times for key, times in measured.items() if key[0] is family}
        yield from _figures(family, family.name, list(of_family.values()))
        if len(parts := dict.fromkeys(part for _, part, _ in of_family)) > 1:
            for part in parts:
                times = [times for key, times in of_family.items() if key[1] is part]
                yield from _figures(family, f"  {part.name}", times, whole=False)


def _figures(family: Family, name: str, times: Sequence[Times], *, whole: bool = True) -> Iterator[Row]:
    bars = {"the best of them": family.best} if family.best else family.peers
    for peer, bar in bars.items():
        taken = [t.ratios for t in times if (t.ratios if family.best else peer in t.ratios)]
        if not taken:
            continue
        ratios = [min(each.values()) if family.best else each[peer] for each in taken]
        mean, least = statistics.geometric_mean(ratios), min(ratios)
        met = bar is None or (least if family.by_least else mean) >= bar
        yield Row(name, peer, len(ratios), mean, least, bar, met, whole)
    if (most := family.microseconds) is not None:
        micros = [1e6 * t.ours for t in times]
        mean, slowest = statistics.geometric_mean(micros), max(micros)
        yield Row(name, "time of a call", len(micros), mean, slowest, most, slowest <= most, whole, " µs")


def table(measured: Measured, *, markdown: bool) -> str:
    """All figures; as Markdown, those of families alone."""
    return in_columns([COLUMNS, *(row.cells for row in rows(measured) if row.whole or not markdown)], markdown=markdown)


def in_columns(lines: Sequence[Sequence[str]], *, markdown: bool) -> str:
    """A header and rows below it; two columns of names come first, and a remark comes last."""
    header, *below = lines
    if markdown:
        ruler = ("---", "---", *("---:",) * (len(header) - 3), "---")
        return "\n".join("| " + " | ".join(cells) + " |" for cells in (header, ruler, *below))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    sides = ("<", "<", *(">",) * (len(header) - 3), "<")
    return "\n".join(
        "  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(cells, sides, widths, strict=True)).rstrip()
        for cells in lines
    )
