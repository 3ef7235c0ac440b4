"""What JSON and YAML have in common: a tree of nodes, each knowing where in the text it stands.

Numbers are not converted here: a scalar is its text, and a large list of numbers is a Grid that was never a tree.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.errors import InputError, quoted
from convcli.limits import Limits
from convcli.reading.brackets import Style, scan
from convcli.reading.layout import Grid
from convcli.reading.text import Text
from convcli.reading.wording import MAX_RANK, empty, empty_list, mixed_levels, ragged, too_deep

MAX_NODES = 500_000
"""Values that are read one by one; large plain lists of numbers are read as wholes and do not count."""

LARGE, MAX_LISTS = 2000, 2000
"""Bytes from which a list of numbers is read as a whole, and how many such lists are; a short list or one more is read
node by node, which costs less than NumPy's overhead."""


@dataclass(frozen=True, slots=True, eq=False)
class Scalar:
    """A scalar: its text, and whether it is `plain`, `quoted` or a `block` of lines."""

    text: str
    style: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """A list of numbers that was read as a whole."""

    grid: Grid
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """A list of nodes."""

    items: tuple["Node", ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Mapping:
    """Keys, each with its own place, and their nodes."""

    keys: dict[str, Scalar]
    values: dict[str, "Node"]
    start: int
    end: int


Node = Scalar | Numbers | Sequence | Mapping


@dataclass(frozen=True, slots=True, eq=False)
class Begin:
    """The event that a list or mapping begins."""

    mapping: bool
    start: int


@dataclass(frozen=True, slots=True, eq=False)
class End:
    """The event that the innermost list or mapping ends."""

    end: int


Event = Begin | End | Scalar | Numbers


@dataclass(frozen=True, slots=True, eq=False)
class _Open:
    """A list or mapping whose end has not come yet."""

    begin: Begin
    items: list[Node] = field(default_factory=list)
    keys: dict[str, Scalar] = field(default_factory=dict)


def build(text: Text, events: Iterator[Event], limits: Limits) -> Node:
    """The tree of which `events` tell. Double keys and excess are refused as soon as they are told of."""
    stack: list[_Open] = []
    root: Node | None = None
    for count, event in enumerate(events):
        top = stack[-1] if stack else None
        wants_key = top is not None and top.begin.mapping and len(top.keys) == len(top.items)
        if count > MAX_NODES:
            raise _too_many(text, event)
        if isinstance(event, Begin):
            if wants_key:
                raise _not_a_key(text, event.start)
            if len(stack) >= limits.depth:
                raise too_deep(text, event.start, text.name, limits)
            stack.append(_Open(event))
            continue
        node: Node
        if isinstance(event, End):
            node = _closed(stack.pop(), event.end)
            top = stack[-1] if stack else None
        elif wants_key and top is not None:
            _add_key(text, top, event)
            continue
        else:
            node = event
        if top is None:
            root = node
        else:
            top.items.append(node)
    if root is None:
        raise empty(text, 0, text.name)
    return root


def _closed(opened: _Open, end: int) -> Node:
    start = opened.begin.start
    if not opened.begin.mapping:
        return Sequence(tuple(opened.items), start, end)
    return Mapping(opened.keys, dict(zip(opened.keys, opened.items, strict=True)), start, end)


def _add_key(text: Text, top: _Open, key: Scalar | Numbers) -> None:
    if isinstance(key, Numbers):
        raise _not_a_key(text, key.start)
    if key.text in top.keys:
        first = text.place(top.keys[key.text].start)
        raise text.error(
            f"the key {quoted(key.text)} is there twice",
            key.start,
            key.end,
            expected=f"each key once; the first is at {first}",
            fix="remove one of them",
        )
    top.keys[key.text] = key


def _not_a_key(text: Text, at: int) -> InputError:
    return text.error(
        "a key is not a word", at, at + 1, expected="a key such as input", fix="write a word before the colon"
    )


def _too_many(text: Text, event: Event) -> InputError:
    at = event.end if isinstance(event, End) else event.start
    return text.error(
        f"{text.name} has too many values to read one by one",
        at,
        at + 1,
        expected=f"at most {MAX_NODES:,}, not counting plain lists of numbers",
        fix="write each tensor as one plain list of numbers, or as a .npy file",
    )


def whole_list(text: Text, low: int, high: int, what: str, limits: Limits, style: Style) -> Numbers | None:
    """The list in brackets at `low` read as a whole; None if it must be read node by node.

    Nothing but numbers and strings lies between `low` and `high`. A mistake is told here only if the text ends
    with it: else something other than numbers is near, of which its own reader tells more.
    """
    try:
        grid, end = scan(text, low, high, what, limits, style)
    except InputError:
        if high < len(text.data) or text.data.find(b'"', low, high) >= 0:
            return None
        raise
    quotes = text.data.count(b'"', low, end) if text.data.find(b'"', low, end) >= 0 else 0
    return Numbers(grid, low, end) if end - low >= LARGE and (not quotes or grid.strings() * 2 == quotes) else None


def grid_of(text: Text, node: Node, what: str) -> Grid:
    """The numbers of a list as they are laid out; InputError if it is no tensor."""
    starts: list[NDArray[Any]] = []
    ends: list[NDArray[Any]] = []
    shape = _collect(text, node, what, (), starts, ends)
    return Grid(text, shape, np.concatenate(starts), np.concatenate(ends))


def _collect(
    text: Text,
    node: Node,
    what: str,
    index: tuple[int, ...],
    starts: list[NDArray[Any]],
    ends: list[NDArray[Any]],
) -> tuple[int, ...]:
    """The shape of `node`, which is at `index`; its numbers go to `starts` and `ends`."""
    if isinstance(node, Scalar):
        starts.append(np.array([node.start]))
        ends.append(np.array([node.end]))
        return ()
    if isinstance(node, Numbers):
        starts.append(node.grid.starts)
        ends.append(node.grid.ends)
        return node.grid.shape
    if isinstance(node, Mapping):
        raise text.error(
            f"{what} has keys where numbers are expected",
            node.start,
            node.start + 1,
            expected="lists of numbers",
            fix="remove the keys",
        )
    if not node.items:
        raise empty_list(text, node.start, node.end, what)
    if len(index) >= MAX_RANK:
        raise too_deep(text, node.start, what, Limits())
    if all(isinstance(item, Scalar) for item in node.items):
        starts.append(np.array([item.start for item in node.items]))
        ends.append(np.array([item.end for item in node.items]))
        return (len(node.items),)
    first: tuple[int, ...] | None = None
    for i, item in enumerate(node.items):
        shape = _collect(text, item, what, (*index, i), starts, ends)
        first = shape if first is None else first
        if len(shape) != len(first):
            raise mixed_levels(text, item.start, item.start + 1, what)
        for axis, (got, want) in enumerate(zip(shape, first, strict=True)):
            if got != want:
                at = (*index, i) + (0,) * axis
                raise ragged(text, item.start, item.end, what, len(shape) - axis, at, got, want)
    assert first is not None
    return (len(node.items), *first)
