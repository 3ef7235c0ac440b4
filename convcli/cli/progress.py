"""A progress bar on stderr for work that takes more than a second, and nothing at all for work that does not."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from convcli.cli.world import World
from convcli.engine import Tick

PATIENCE = 1.0
"""Seconds after which a person at a terminal begins to wonder."""


@contextmanager
def progress(total: int, world: World, unit: str = "MAC") -> Iterator[Tick | None]:
    """Yield what the engine calls, from any thread, with each amount of work done; None where nobody watches.

    `unit` is what the work is counted in.
    """
    if world.err is None or not world.err.isatty():
        yield None
        return
    start, done, bar, lock = time.monotonic(), 0.0, None, Lock()

    def tick(amount: float) -> None:
        nonlocal done, bar
        with lock:
            done += amount
            taken = time.monotonic() - start
            if bar is None and taken > PATIENCE:
                bar = _bar(world)
                bar.start()
                bar.add_task("convolving", total=total, rate="")
            if bar is not None:
                from convcli.cli.amounts import rate

                bar.update(bar.task_ids[0], completed=min(done, total), rate=rate(done / max(taken, 1e-9), unit))

    try:
        yield tick
    finally:
        if bar is not None:
            bar.stop()


def _bar(world: World) -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )  # fmt: skip
    return Progress(*columns, console=Console(file=world.err, stderr=True), transient=True)
