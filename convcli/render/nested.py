"""Nested mappings, lists and numbers as JSON and as YAML: the same keys in the same order.

Both are written by hand: JSON so that one row of numbers is one line, YAML so that readers of YAML 1.1 and 1.2 agree
on every number (a point and a signed exponent in every float that has an exponent).
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from convcli.layout import Index
from convcli.render.data import blocks_of, rows_of

SCHEMA = "convcalc/1"
"""What every mapping of ours says of itself."""

_ONE_LINE = 100  # a mapping without mappings inside stays on one line up to this many characters


@dataclass(frozen=True, slots=True)
class Cells:
    """Numbers as machine text, with their shape; `by_row` puts each innermost row on a line of its own."""

    texts: Sequence[str]
    shape: Index
    by_row: bool = False


Node = dict[str, "Node"] | list["Node"] | Cells | str | int | bool | None


def json_text(node: Node) -> str:
    """A mapping as JSON. NaN, Infinity and -Infinity stand bare, as Python's json reads them; fractions are strings."""
    return _json(node, 0, top=True) + "\n"


def yaml_text(node: Node) -> str:
    """A mapping as YAML."""
    return "\n".join(_yaml(node, 0)) + "\n"


WRITERS = {"json": json_text, "yaml": yaml_text}
"""How a mapping is written, by the name of the format."""


def _json(node: Node, indent: int, *, top: bool = False) -> str:
    inner = " " * (indent + 2)
    if isinstance(node, Cells):
        text = _nested(node, [_json_number(cell) for cell in node.texts], inner)
        return f"\n{inner}{text}" if "\n" in text else text
    if isinstance(node, dict):
        items = [_json_item(key, _json(value, indent + 2)) for key, value in node.items()]
        line = "{" + ", ".join(items) + "}"
        if not top and len(line) <= _ONE_LINE and "\n" not in line:
            return line
        return "{\n" + ",\n".join(inner + item for item in items) + "\n" + " " * indent + "}"
    if isinstance(node, list) and any(isinstance(item, dict) for item in node):
        return "[\n" + ",\n".join(inner + _json(item, indent + 2) for item in node) + "\n" + " " * indent + "]"
    return json.dumps(node)


def _json_item(key: str, value: str) -> str:
    space = "" if value.startswith("\n") else " "
    return f"{json.dumps(key)}:{space}{value}"


def _json_number(cell: str) -> str:
    if "/" in cell:
        return f'"{cell}"'
    return cell.replace("nan", "NaN").replace("inf", "Infinity")


def _yaml(node: Node, indent: int) -> Iterator[str]:
    """The lines of a block mapping; what holds no mapping is in flow style."""
    space = " " * indent
    assert isinstance(node, dict)
    for key, value in node.items():
        if isinstance(value, dict):
            yield f"{space}{key}:"
            yield from _yaml(value, indent + 2)
        elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
            yield f"{space}{key}:"
            for item in value:
                first, *rest = _yaml(item, indent + 2)
                yield f"{space}- {first.lstrip()}"
                yield from rest
        elif isinstance(value, Cells) and value.by_row:
            yield f"{space}{key}:"
            yield f"{space}  {_nested(value, [_yaml_number(cell) for cell in value.texts], space + '  ')}"
        else:
            flow = _nested(value, [_yaml_number(c) for c in value.texts], "") if isinstance(value, Cells) else None
            yield f"{space}{key}: {value if isinstance(value, str) else flow or json.dumps(value)}"


def _yaml_number(cell: str) -> str:
    """YAML 1.1 takes a float with an exponent for text unless it has a point and a sign.

    >>> _yaml_number("1e-07"), _yaml_number("-1.5e+22"), _yaml_number("-inf"), _yaml_number("0.25")
    ('1.0e-07', '-1.5e+22', '-.inf', '0.25')
    """
    if "n" in cell:
        return cell.replace("nan", ".nan").replace("inf", ".inf")
    return re.sub(r"^(-?\d+)e", r"\1.0e", cell) if "e" in cell else cell


def _nested(cells: Cells, tokens: list[str], indent: str) -> str:
    """Nested lists in square brackets; the first line without its indent.

    >>> print(_nested(Cells([], (2, 1, 2), by_row=True), ["1", "2", "3", "4"], ""))
    [[[1, 2]],
     [[3, 4]]]
    """
    if not cells.shape:
        return tokens[0]
    if not tokens:
        return _empty(cells.shape)
    blocks = blocks_of(cells.shape)
    lines = []
    for number, row in enumerate(rows_of(tokens, cells.shape)):
        opened = 1 + sum(number % block == 0 for block in blocks)
        closed = 1 + sum((number + 1) % block == 0 for block in blocks)
        lead = indent + " " * (len(cells.shape) - opened) if number and cells.by_row else ""
        lines.append(f"{lead}{'[' * opened}{', '.join(row)}{']' * closed}")
    return (",\n" if cells.by_row else ", ").join(lines)


def _empty(shape: Index) -> str:
    """Nested lists that hold nothing, as of a sum without terms.

    >>> _empty((0,)), _empty((2, 0))
    ('[]', '[[], []]')
    """
    return f"[{', '.join([_empty(shape[1:])] * shape[0])}]" if shape[0] else "[]"
