"""The workbench in a real pseudo-terminal: what it does there, and how it leaves it."""

import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import ioctl
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import CONVCALC, PATIENCE, convcalc, environment

SIGNAL = ("1d", "-i", "1 2 3 4", "-k", "1 0 -1")


@dataclass
class Terminal:
    """A terminal with a program in it; everything that was written to it is kept."""

    leader: int
    follower: int
    process: subprocess.Popen[bytes]
    before: list[Any]
    all: bytes = b""
    """All that was written to it."""
    last: int = 0
    """How much of that has been looked at."""

    def until(self, found: Callable[[bytes], object]) -> None:
        """Read until what was written since is as wanted."""
        deadline = time.monotonic() + PATIENCE
        while not found(self.all[self.last :]):
            assert time.monotonic() < deadline, self.all[-2000:]
            self.read(0.1)

    def read(self, seconds: float) -> bool:
        """Take what is written within some time; whether there was anything."""
        ready = bool(select.select([self.leader], [], [], seconds)[0])
        self.all += os.read(self.leader, 65536) if ready else b""
        return ready

    def shows(self, text: str) -> None:
        """Wait until a text is written, whatever its colours."""
        self.until(lambda seen: text in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen.decode(errors="replace")))
        self.last = len(self.all)

    def type(self, keys: str) -> None:
        os.write(self.leader, keys.encode())

    def ended(self) -> int:
        """Wait for the end of the program, and give its exit code."""
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < end:
            self.read(0.05)
        while self.read(0.1):
            pass
        return self.process.wait(PATIENCE)

    def is_sane(self) -> None:
        """The modes are as they were; the screen before is back, the cursor shown, the mouse left alone."""
        assert termios.tcgetattr(self.follower) == self.before
        for off, on in (
            ("?1049l", "?1049h"),
            ("?25h", "?25l"),
            ("?1000l", "?1000h"),
            ("?1003l", "?1003h"),
            ("?2004l", "?2004h"),
        ):
            assert self.all.rfind(f"\x1b[{off}".encode()) > self.all.rfind(f"\x1b[{on}".encode()), off


@contextmanager
def terminal(*arguments: str, cwd: Path | None = None, program: list[str] = CONVCALC) -> Iterator[Terminal]:
    leader, follower = pty.openpty()
    ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    before = termios.tcgetattr(follower)
    env = environment({"PYTHONPATH": str(Path(__file__).parents[3])})
    process = subprocess.Popen(
        [*program, *arguments],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        cwd=cwd,
        env=env,
        start_new_session=True,
    )
    try:
        yield Terminal(leader, follower, process, before)
    finally:
        process.kill()
        process.wait()
        os.close(leader)
        os.close(follower)


def test_a_problem_is_edited_stepped_through_saved_and_left(tmp_path: Path) -> None:
    with terminal("play", *SIGNAL, cwd=tmp_path) as screen:
        screen.shows("quit")
        screen.type("\t")
        screen.type("7\r")
        screen.shows("y[0] = 4")
        screen.type("n")
        screen.shows("y[1] = -2")
        screen.type("w")
        screen.type("p.yaml\r")
        screen.shows("was saved: convcalc 1d p.yaml")
        screen.type("q")
        assert screen.ended() == 0
        screen.is_sane()
    assert convcalc("1d", str(tmp_path / "p.yaml")).text == "4 -2\n"


@pytest.mark.parametrize(("interrupt", "code"), [("key", 130), (signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupt_leaves_the_terminal_sane(interrupt: str | signal.Signals, code: int) -> None:
    with terminal("play", *SIGNAL) as screen:
        screen.shows("quit")
        if isinstance(interrupt, signal.Signals):
            screen.process.send_signal(interrupt)
        else:
            screen.type("\x03")
        assert screen.ended() == code
        screen.is_sane()


BROKEN = """
import sys
from convcli import cli
from convcli.workbench import moves
def stepped(state, by): raise RuntimeError("a bug [red]\\x1b[31m")
moves.stepped = stepped
cli.main()
"""


def test_a_bug_is_one_line_below_a_sane_terminal() -> None:
    with terminal("play", program=[sys.executable, "-c", BROKEN]) as screen:
        screen.shows("y[0,0,0] = 13")
        screen.type("n")
        assert screen.ended() == 70
        screen.is_sane()
        said = screen.all.rpartition(b"internal error")[2].decode()
        assert said == r", please report it (--debug shows where): RuntimeError: a bug [red]\x1b[31m" + "\r\n"


def test_the_problem_as_it_was_left_is_told_only_where_it_is_another() -> None:
    for keys, told in (("", False), ("s", True)):
        with terminal("play", *SIGNAL) as screen:
            screen.shows("quit")
            screen.type(keys)
            screen.shows("stride 2" if keys else "")
            screen.type("q")
            assert screen.ended() == 0
            line = b"note: the problem as it was left: convcalc 1d -i '1 2 3 4' -k '1 0 -1' -s 2"
            assert (line in screen.all) == told


def test_without_arguments_a_terminal_gets_the_textbook_example() -> None:
    with terminal() as screen:
        screen.shows("y[0,0,0] = 13")
        screen.type("q")
        assert screen.ended() == 0
        screen.is_sane()


def test_what_is_no_terminal_is_refused_in_four_parts() -> None:
    run = convcalc("play", *SIGNAL)
    assert (run.code, run.out) == (2, b"")
    assert run.err == (
        "convcalc: error: the workbench needs a terminal\n"
        "  given     standard input or output that is none\n"
        "  expected  a terminal, for both the screen and the keys\n"
        "  fix       leave out --interactive (or play), or run it in a terminal and name files in place of `-`\n"
    )
