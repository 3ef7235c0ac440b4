"""The outside world as one value: streams, environment, terminal. Tests pass their own; only `of_process` sees sys."""

import contextlib
import os
import sys
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, BinaryIO

from convcli.errors import ConvError, OutputError

DEFAULT_WIDTH = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Where input comes from, results go to (`out`), and everything said about them goes to (`err`)."""

    stdin: BinaryIO
    out: IO[str] | None
    err: IO[str] | None
    env: Mapping[str, str]

    @classmethod
    def of_process(cls) -> "World":
        """The streams and environment of this process."""
        stdin = sys.stdin.buffer if sys.stdin is not None else open(os.devnull, "rb")  # noqa: SIM115, PTH123
        return cls(stdin=stdin, out=sys.stdout, err=sys.stderr, env=os.environ)

    @property
    def out_is_terminal(self) -> bool:
        """Whether results are read by a person at a terminal."""
        return self.out is not None and self.out.isatty()

    @property
    def has_screen(self) -> bool:
        """Whether there is a screen to draw on and a keyboard to read."""
        return self.out_is_terminal and self.stdin.isatty() and self.env.get("TERM") not in (None, "dumb")

    def color(self, choice: str) -> bool:
        """Whether to colour: --color, then NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE, then whether out is a terminal."""
        if choice != "auto":
            return choice == "always"
        if self.env.get("NO_COLOR"):
            return False
        if self.env.get("FORCE_COLOR", "0") not in ("", "0") or self.env.get("CLICOLOR_FORCE", "0") not in ("", "0"):
            return True
        return self.out_is_terminal and self.env.get("TERM") != "dumb"

    @property
    def colors(self) -> str:
        """How many colours the terminal has, where it has any: `truecolor`, `256` or `16`."""
        if self.env.get("COLORTERM") in ("truecolor", "24bit"):
            return "truecolor"
        return "256" if "256color" in self.env.get("TERM", "") else "16"

    def width(self) -> int:
        """Columns: COLUMNS, else the terminal's, else 80."""
        columns = self.env.get("COLUMNS", "")
        if columns.isascii() and columns.isdigit() and len(columns) <= 6 and int(columns):
            return int(columns)
        if self.out is not None and self.out_is_terminal:
            try:
                return os.get_terminal_size(self.out.fileno()).columns or DEFAULT_WIDTH
            except (OSError, ValueError):
                return DEFAULT_WIDTH
        return DEFAULT_WIDTH

    @property
    def is_ascii(self) -> bool:
        """Whether the output's encoding lacks the signs that explanations use."""
        encoding = getattr(self.out, "encoding", None) or "ascii"
        try:
            "⊙·→░…∗×".encode(encoding)
        except (UnicodeError, LookupError):
            return True
        return False

    def write(self, *parts: str | bytes | memoryview) -> None:
        """Write a whole result, part by part, to out.

        Raises OutputError if that fails, BrokenPipeError if nobody reads any more.
        """
        try:
            if self.out is None:
                raise OSError("it is closed")
            for part in parts:
                if isinstance(part, str):
                    self.out.write(part)
                else:
                    self.out.buffer.write(part)  # type: ignore[attr-defined]  # that of a process has one
            self.out.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise cannot_write("standard output", error) from None

    def say(self, text: str) -> None:
        """One line about the result, on err; if nobody can hear it, the result stands all the same."""
        if self.err is not None:
            encoding = getattr(self.err, "encoding", None) or "utf-8"
            with contextlib.suppress(OSError):
                self.err.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
                self.err.flush()

    def complain(self, error: ConvError) -> int:
        """Tell the error, and give its exit code."""
        text = f"convcalc: error: {error}"
        if self.err is not None and self.err.isatty():
            text = folded(text, self.width())
        self.say(text)
        return error.exit_code


def folded(text: str, width: int) -> str:
    """A message with its long lines folded at words, for a terminal; what points at text (`given`) stays as it is."""
    lines, label = [], ""
    for line in text.splitlines():
        label = line[2:10].strip() or label if line.startswith("  ") else "problem"
        fits = len(line) <= width or label == "given"
        lines += [line] if fits else textwrap.wrap(line, width, subsequent_indent=" " * 12, break_on_hyphens=False)
    return "\n".join(lines)


def cannot_write(name: str, error: OSError) -> OutputError:
    """The error of a write that failed; `name` is already fit to be shown."""
    reason = os.strerror(error.errno) if error.errno else str(error)
    fixes = {
        28: "free some space, or write elsewhere",
        13: "choose a place you may write to, or change its permissions",
        2: "make the folder first, or write elsewhere",
    }
    return OutputError(
        f"cannot write {name}: {reason}",
        given=f"{name}",
        expected="a place that takes the whole result",
        fix=fixes.get(error.errno or 0, "write to another place"),
    )
