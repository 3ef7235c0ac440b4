"""Which kind of text a text is, told from how it begins: brackets, a print, rows, JSON or YAML.

A name binds in two cases only: a list or mapping in .json is strictly JSON, and rows in .csv are strictly CSV.
"""

import re
from dataclasses import dataclass

from convcli.errors import InputError
from convcli.limits import Limits
from convcli.reading import brackets
from convcli.reading.content import Document
from convcli.reading.layout import Grid
from convcli.reading.text import Text, end_of_run, only
from convcli.reading.tree import Node, Numbers, build
from convcli.reading.wording import empty, lone_number

_BLANK = rb"(?:\s++|#[^\n]*+)*+"
_PRINT = rb"(?:Parameter containing:\s*)?(?:[A-Za-z]{1,8}\.)?(?:[Aa]rray|[Tt]ensor)\(\s*"
_AFTER_PRINT = rb"(?:\s*,\s*[a-z_]+\s*=\s*(?:'[^']*+'|\"[^\"]*+\"|<[^>]*+>|\([^()]*+\)|[\w.]++))*+\s*,?\s*\)"
_YAML_LIKE = rb"-(?:[ \t\r\n]|$)|---|%[A-Z]|\?[ \t]|[\"'{&*!|>@`]|[^\s,;\[][^\n,;\[]*?:(?:[ \t\r\n]|$)"
_NUMBER_LIKE = rb"[+-]?\.?[0-9]"
_JSON_OBJECT = rb"\{\s*[\"}]"
_MORE_THAN_NUMBERS = rb"[#\"'&*!{}:|>%@`]"
_UP_TO_END_OF_NUMBER = only(bytes(range(33, 128)).translate(None, b",)"))
_PRINTED = brackets.Style()


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """What a text is read for: whose numbers, and what one row of them is."""

    role: str
    limits: Limits
    rank: int

    @property
    def what(self) -> str:
        """What an error calls it."""
        return f"the {self.role}"

    @property
    def is_bias(self) -> bool:
        """Whether one number is a tensor here."""
        return self.role == "bias"


def parsed(document: Document, wanted: Wanted) -> Node:
    """The tree of a document; of numbers in brackets or rows, a tree that is one Numbers."""
    text, extension = document.text, document.extension
    data, start = text.data, _blank(text.data, 0)
    first = data[start : start + 1]
    if not first:
        raise empty(text, 0, text.name)
    if extension == ".json" and not re.compile(_NUMBER_LIKE).match(data, start):
        return _json(text, wanted)
    if is_list(data, start):
        return _list(document, start, wanted)
    if re.compile(_JSON_OBJECT).match(data, start) and extension not in (".yaml", ".yml"):
        return _json_or_yaml(text, wanted)
    if (not document.inline or first == b"{") and extension != ".csv" and re.compile(_YAML_LIKE).match(data, start):
        from convcli.reading.yaml_events import yaml_tree

        return yaml_tree(text, wanted.what, wanted.limits)
    is_scalar = document.inline or extension in (".yaml", ".yml", ".json")
    return in_rows(text, 0, len(data), wanted, csv=extension == ".csv", lone_is_row=not is_scalar)


def _list(document: Document, start: int, wanted: Wanted) -> Node:
    """A list in brackets; one with more in it than numbers is YAML, unless it was written inline."""
    try:
        return in_brackets(document.text, start, len(document.text.data), wanted)
    except InputError:
        if document.inline or not re.compile(_MORE_THAN_NUMBERS).search(document.text.data):
            raise
    from convcli.reading.yaml_events import yaml_tree

    return yaml_tree(document.text, wanted.what, wanted.limits)


def _json(text: Text, wanted: Wanted) -> Node:
    from convcli.reading.json_events import json_events

    return build(text, json_events(text, wanted.what, wanted.limits), wanted.limits)


def _json_or_yaml(text: Text, wanted: Wanted) -> Node:
    try:
        return _json(text, wanted)
    except InputError as error:
        from convcli.reading.yaml_events import yaml_tree

        try:
            return yaml_tree(text, wanted.what, wanted.limits)
        except InputError:
            raise error from None


def is_list(data: bytes, start: int) -> bool:
    """Whether a list in brackets, or the print of one, begins there."""
    return data[start : start + 1] == b"[" or re.compile(_PRINT).match(data, start) is not None


def in_brackets(text: Text, low: int, high: int, wanted: Wanted) -> Numbers:
    """The one list, bare or in `array(...)` or `tensor(...)`, that `text[low:high]` is."""
    data = text.data
    printed = re.compile(_PRINT).match(data, low, high)
    start = printed.end() if printed else low
    if data[start : start + 1] != b"[":
        raise lone_number(text, start, end_of_run(data[:high], start, _UP_TO_END_OF_NUMBER), wanted.what)
    grid, end = brackets.scan(text, start, high, wanted.what, wanted.limits, _PRINTED)
    after = end
    if printed:
        closing = re.compile(_AFTER_PRINT).match(data, end, high)
        if closing is None:
            raise text.error(
                f"{wanted.what} is not a whole print", end, end + 1, expected="a closing parenthesis", fix="add )"
            )
        after = closing.end()
    rest = _blank(data, after)
    if rest < high:
        fix = "remove it" if data[rest : rest + 1] != b"[" else "put brackets around all the lists, and commas between"
        raise text.error(f"{wanted.what} goes on after its last bracket", rest, rest + 1, expected="one list", fix=fix)
    return Numbers(grid, start, end)


def in_rows(
    text: Text, low: int, high: int, wanted: Wanted, *, csv: bool = False, lone_is_row: bool = False
) -> Numbers:
    """Rows of numbers. A single row is a vector if that is wanted; a single number is one only where it is a row."""
    from convcli.reading.rows import scan

    grid = scan(text, low, high, wanted.what, wanted.limits, csv=csv)
    if len(grid.shape) == 1:
        start, end = int(grid.starts[0]), int(grid.ends[0])
        shape: tuple[int, ...] = grid.shape if wanted.rank == 1 or wanted.is_bias else (1, *grid.shape)
        if grid.shape == (1,) and wanted.is_bias:
            shape = ()
        elif grid.shape == (1,) and not lone_is_row:
            grid.tensor(wanted.what)  # `yes` alone is first of all not a number
            raise lone_number(text, start, end, wanted.what)
        grid = Grid(grid.text, shape, grid.starts, grid.ends)
    return Numbers(grid, low, high)


def _blank(data: bytes, start: int) -> int:
    """Where the first thing begins that is neither blank nor a comment."""
    match = re.compile(_BLANK).match(data, start)
    assert match is not None  # it matches nothing, too
    return match.end()
