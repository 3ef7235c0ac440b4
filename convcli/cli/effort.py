"""What a run may take of the machine, threads and memory, and whether it tells how: settled before anything is read."""

import re
from dataclasses import dataclass, field

from convcli.engine.threads import available
from convcli.errors import UsageError, quoted
from convcli.reading.settings import parse_integer

TYPE_CHECKING = False  # typing's, which type checkers know by this name
if TYPE_CHECKING:
    from convcli.cli.convolution.flags import Flags  # whose package needs this module

MOST_THREADS = 256

UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """What a run may take."""

    threads: int = field(default_factory=available)
    memory: int | None = None
    """Bytes that it may hold beside what is mapped, if that was said."""
    told: bool = False
    """Whether the plan is told."""


def requested_effort(flags: "Flags") -> Effort:
    """The effort that the flags allow. Raises UsageError."""
    if flags.explain_plan and (flags.at or flags.interactive):
        raise _no_plan("--at" if flags.at else "--interactive")
    return Effort(
        threads=available() if flags.threads is None else _threads(flags.threads),
        memory=None if flags.memory is None else parse_size("memory", flags.memory),
        told=flags.explain_plan,
    )


def _threads(text: str) -> int:
    count = parse_integer("threads", text)
    if not 1 <= count <= MOST_THREADS:
        raise UsageError(
            "threads is out of range",
            given=f"--threads {quoted(text)}",
            expected=f"one integer from 1 to {MOST_THREADS}",
            fix=f"write --threads {max(1, min(count, MOST_THREADS))}, or leave it out for one for each processor",
        )
    return count


def parse_size(name: str, text: str) -> int:
    """Bytes, or a number of binary units.

    >>> parse_size("memory", "512M"), parse_size("memory", "2g"), parse_size("memory", "65536")
    (536870912, 2147483648, 65536)
    """
    match = re.fullmatch(r"([0-9]{1,18})([KMGT]?)", text.strip(), re.IGNORECASE | re.ASCII)
    size = int(match[1]) * UNITS[match[2].upper()] if match else 0
    if not 1 <= size < 10**18:
        raise UsageError(
            f"{name} is not a size" if match is None else f"{name} is out of range",
            given=f"--{name} {quoted(text)}",
            expected="bytes, or a number with K, M, G or T after it, each 1024 of the one before",
            fix=f"write --{name} {_meant(text)}",
        )
    return size


def _meant(text: str) -> str:
    """The size that was probably meant: `1.5 GiB` is `1536M`."""
    match = re.match(r"\s*([0-9]{1,9})(\.[0-9]{1,9})?\s*([KMGT])?(?:i?B|bytes?)?\s*$", text, re.IGNORECASE | re.ASCII)
    if match is None or not float(match[1] + (match[2] or "")):
        return "512M"
    unit = (match[3] or "").upper()
    if match[2] and unit:
        units = list(UNITS)
        return f"{float(match[1] + match[2]) * 1024:.0f}{units[units.index(unit) - 1]}"
    return match[1] + unit


def _no_plan(option: str) -> UsageError:
    return UsageError(
        "there is a plan only where the whole output is computed",
        given=f"--explain-plan with {option}",
        expected="one of them",
        fix=f"leave out {option}, or leave out --explain-plan",
    )
