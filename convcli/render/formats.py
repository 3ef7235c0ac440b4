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
    IMAGE = auto()  # the output as colours
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
    "markdown": Format(Kind.DOCUMENT, ("md",)),
    "latex": Format(Kind.DOCUMENT, ("tex",)),
    "latex-fragment": Format(Kind.DOCUMENT),
    "html": Format(Kind.PAGE, ("html", "htm")),
    "svg": Format(Kind.DOCUMENT, ("svg",)),
    "heat": Format(Kind.IMAGE),
    "png": Format(Kind.IMAGE, ("png",), binary=True),
    "pgm": Format(Kind.IMAGE, ("pgm",), binary=True),
    "ppm": Format(Kind.IMAGE, ("ppm",), binary=True),
    "pytorch": Format(Kind.CODE),
    "tensorflow": Format(Kind.CODE),
    "jax": Format(Kind.CODE),
    "numpy": Format(Kind.CODE),
    "onnx": Format(Kind.CODE, ("onnx", "zip"), binary=True),
}
"""Every format by its name."""

ENDINGS = {ending: name for name, form in FORMATS.items() for ending in form.endings}
"""The format that each ending implies."""

EXPLAINING = (Kind.DOCUMENT, Kind.TEXT, Kind.MAPPING, Kind.PAGE)
"""What can hold an explanation."""


def named(*kinds: Kind) -> tuple[str, ...]:
    """The formats of some kinds.

    >>> named(Kind.MAPPING)
    ('yaml', 'json')
    """
    return tuple(name for name, form in FORMATS.items() if form.kind in kinds)
