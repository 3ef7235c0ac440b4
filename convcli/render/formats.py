"""The formats of an answer, as data: what each can hold, and the endings of files that imply it."""

from dataclasses import dataclass
from enum import Enum, auto


class Kind(Enum):
    """What a format holds."""

    DOCUMENT = auto()  # a table of results, or an explanation
    TEXT = auto()  # rows of numbers that are read back, or an explanation
    NUMBERS = auto()  # a tensor and nothing else
    MAPPING = auto()  # the result with its settings, and the steps where they are asked for
    PAGE = auto()  # a document, or a whole problem that can be played with
    CODE = auto()  # a whole problem in the words of a framework


@dataclass(frozen=True, slots=True)
class Format:
    """One format."""

    kind: Kind
    endings: tuple[str, ...] = ()
    binary: bool = False
    """Whether it is nothing for a terminal."""


FORMATS = {
    "table": Format(Kind.DOCUMENT),
    "plain": Format(Kind.TEXT, ("txt",)),
    "yaml": Format(Kind.MAPPING, ("yaml", "yml")),
    "json": Format(Kind.MAPPING, ("json",)),
    "csv": Format(Kind.NUMBERS, ("csv",)),
    "npy": Format(Kind.NUMBERS, ("npy",), binary=True),
    "svg": Format(Kind.DOCUMENT, ("svg",)),
}
"""Every format by its name."""

ENDINGS = {ending: name for name, form in FORMATS.items() for ending in form.endings}
"""The format that each ending implies."""


def named(*kinds: Kind) -> tuple[str, ...]:
    """The formats of some kinds.

    >>> named(Kind.MAPPING)
    ('yaml', 'json')
    """
    return tuple(name for name, form in FORMATS.items() if form.kind in kinds)
