"""What an operation has to say of itself, for the frame that is the same for all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from convcli.document.model import Block, Line
from convcli.document.notes import rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """The parts of an explanation of one kind of operation, each made from a `Writer` of its problem."""

    header: Callable[[Any], list[Block]]
    """Title and settings."""
    sizes: Callable[[Any], list[Block]]
    """How large the output is, and why."""
    whole: Callable[[Any, Any, Any], tuple[list[Block], list[Any]]]
    """From trace, the engine's output if there is one, and writer: the output worked out, and the steps shown."""
    element: Callable[[Any, Any], list[Block]]
    """From step and writer: one output element worked out."""
    left_out: Callable[[Any], list[Block]]
    """What the working of every element leaves out."""
    summary: Callable[[Any], Line]
    """The operation and its settings in one line."""
    rule: Callable[[Any], list[Block]] = rule
    """How to read the numbers of a float arithmetic."""
    exactly: str = "exact sum"
    """What a value is rounded from."""
