"""Threads, memory, and amounts as people say them."""

import io
import os
import re
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from convcli import engine
from convcli.cli import convolution, operation, streaming
from convcli.cli import progress as module
from convcli.cli.amounts import duration, memory, rate
from convcli.cli.convolution.flags import Flags
from convcli.cli.effort import Effort, parse_size, requested_effort
from convcli.cli.world import World
from convcli.engine import Means, Result
from convcli.engine.convolve import Sums
from convcli.engine.threads import available
from convcli.errors import UsageError
from convcli.problem import Problem


def test_a_run_takes_what_there_is_unless_told() -> None:
    assert requested_effort(Flags()) == Effort(threads=available(), memory=None, told=False)
    typed = Flags(threads="3", memory="2g", explain_plan=True)
    assert requested_effort(typed) == Effort(threads=3, memory=2**31, told=True)


SIZES = {"1": 1, "65536": 2**16, "4K": 2**12, "512M": 2**29, "512m": 2**29, " 2G ": 2**31, "1T": 2**40, "007": 7}


@pytest.mark.parametrize(("text", "size"), SIZES.items(), ids=SIZES)
def test_sizes(text: str, size: int) -> None:
    assert parse_size("memory", text) == size


#           text            fix
MEANT = {
    "0":                "512M",
    "0K":               "512M",
    "lots":             "512M",
    "":                 "512M",
    "-1":               "512M",
    "512MB":            "512M",
    "512 MiB":          "512M",
    "100 bytes":        "100",
    "1.5G":             "1536M",
    "0.5 gib":          "512M",
    "1.5":              "1",
    "1e9":              "512M",
    "٣M":               "512M",
    "9" * 18 + "T":     "512M",
}  # fmt: skip


@pytest.mark.parametrize(("text", "fix"), MEANT.items(), ids=MEANT)
def test_what_is_no_size_is_told_what_was_meant(text: str, fix: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_size("memory", text)
    assert caught.value.fix == f"write --memory {fix}"
    assert parse_size("memory", fix)


def test_what_is_typed_is_what_the_engine_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[object] = []

    def run(problem: Problem, tick: object, threads: int | None) -> Result[Problem]:
        asked.append(threads)
        return engine.run(problem)

    def stream(problem: Problem, sums: Sums, y: Any, means: Means) -> None:
        asked.append((means.threads, means.memory))

    monkeypatch.setattr(operation, "run", run)
    monkeypatch.setattr(streaming, "stream", stream)
    world = World(stdin=io.BytesIO(), out=None, err=io.StringIO(), env={})
    for typed, told in ((Flags(), None), (Flags(threads="3"), 3), (Flags(threads="5", grad="all"), 5)):
        flags = replace(typed, input="1 2", kernel="1 1", output=str(tmp_path / "y.json"))
        convolution.run("1d", flags, world)
        assert set(asked) == {told}
        asked.clear()
    flags = Flags(threads="2", memory="64K", input="1 2", kernel="1 1", output=str(tmp_path / "y.npy"))
    convolution.run("1d", flags, world)
    assert asked == [(2, 48 * 2**10 - 2 * 2 * 4)]  # less a quarter for pages, and two copies of the kernel


def test_amounts() -> None:
    assert [memory(count) for count in (0, 999, 1000, 2**20, 10**30)] == [
        "0 bytes", "999 bytes", "0.977 KiB", "1 MiB", "8.67e+11 EiB",
    ]  # fmt: skip
    assert [rate(count, "MAC") for count in (0.4, 1, 999, 1000, 1.234e12, 1e21)] == [
        "0.4 MAC/s", "1 MAC/s", "999 MAC/s", "1 kMAC/s", "1.23 TMAC/s", "1e+03 EMAC/s",
    ]  # fmt: skip
    assert [duration(seconds) for seconds in (0, 59.94, 60, 3599, 3600)] == [
        "0 s", "59.9 s", "1 min 0 s", "59 min 59 s", "1 h 0 min",
    ]  # fmt: skip


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_of_several_threads_adds_up_and_tells_a_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", -1.0)
    shown, bars, make = Terminal(), list[Any](), module._bar

    def made(world: World) -> Any:
        bars.append(make(world))
        return bars[-1]

    monkeypatch.setattr(module, "_bar", made)
    total, each = 40_000_000, 1000
    world = World(stdin=io.BytesIO(), out=None, err=shown, env=os.environ)
    with module.progress(total, world) as tick:
        assert tick is not None

        def work() -> None:
            for _ in range(each):
                tick(total / 4 / each)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(bars) == 1
    assert bars[0].tasks[0].completed == total
    assert re.search(r"convolving .* 100% [0-9.]+ [kMG]MAC/s ", re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.getvalue()))
