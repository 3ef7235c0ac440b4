"""A result as one mapping, of schema convcalc/1, in JSON and in YAML: the same keys in the same order.

Both are written by hand: JSON so that one row of numbers is one line, YAML so that readers of YAML 1.1 and 1.2 agree
on every number (a point and a signed exponent in every float that has an exponent).
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from convcli.layout import Index
from convcli.numbers.grammar import Number
from convcli.numbers.show import exact_text, texts
from convcli.numbers.tensor import Tensor
from convcli.problem import Problem
from convcli.render.data import Written, blocks_of, rows_of
from convcli.spec import Orientation
from convcli.trace import Step, Term

SCHEMA = "convcalc/1"
_ONE_LINE = 100  # a mapping without mappings inside stays on one line up to this many characters


@dataclass(frozen=True, slots=True)
class Cells:
    """Numbers as machine text, with their shape; `by_row` puts each innermost row on a line of its own."""

    texts: Sequence[str]
    shape: Index
    by_row: bool = False


Node = dict[str, "Node"] | list["Node"] | Cells | str | int | bool | None


@dataclass(slots=True)
class _Count:
    """Numbers as text, counting those that are rounded."""

    fractions: bool
    dtype: str
    rounded: int = field(default=0)

    def tensor(self, tensor: Tensor) -> Cells:
        numbers = texts(tensor, fractions=self.fractions)
        self.rounded += numbers.rounded
        return Cells(numbers.cells, tensor.shape, by_row=True)

    def cells(self, numbers: Iterable[Number], shape: Index) -> Cells:
        pairs = [exact_text(number, fractions=self.fractions, dtype=self.dtype) for number in numbers]
        self.rounded += sum(rounded for _, rounded in pairs)
        return Cells([text for text, _ in pairs], shape)


def to_json(
    problem: Problem, output: Tensor | None, steps: Iterable[Step] | None = None, *, fractions: bool = False
) -> Written[str]:
    """The result as JSON; `output` is the engine's (N, O, *o), or None where only steps were asked for.

    NaN, Infinity and -Infinity stand bare, as Python's json reads them; fractions are strings.
    """
    count = _counter(problem, fractions)
    text = _json(_mapping(problem, output, steps, count), 0, top=True)
    return Written(text + "\n", count.rounded)


def to_yaml(
    problem: Problem, output: Tensor | None, steps: Iterable[Step] | None = None, *, fractions: bool = False
) -> Written[str]:
    """The result as YAML, to the same schema as `to_json`."""
    count = _counter(problem, fractions)
    lines = _yaml(_mapping(problem, output, steps, count), 0)
    return Written("\n".join(lines) + "\n", count.rounded)


def _counter(problem: Problem, fractions: bool) -> _Count:
    return _Count(fractions, problem.arithmetic.name if problem.arithmetic.is_float else "float64")


def _mapping(problem: Problem, output: Tensor | None, steps: Iterable[Step] | None, count: _Count) -> dict[str, Node]:
    view, spec = problem.view, problem.spec
    given: dict[str, Node] = {role: {"shape": list(shape)} for role, shape in problem.given.items()}
    result: dict[str, Node] = {"shape": list(view.shape(spec.output_shape))}
    if output is not None:
        result["data"] = count.tensor(view.present(output))
    mapping: dict[str, Node] = {
        "schema": SCHEMA,
        "op": problem.op,
        "params": _params(problem, count),
        "input": given["input"],
        "kernel": given["kernel"],
        "bias": given.get("bias"),
        "output": result,
    }
    if steps is not None:
        mapping["steps"] = [_step(step, problem, output, count) for step in steps]
    return mapping


def _params(problem: Problem, count: _Count) -> dict[str, Node]:
    spec = problem.spec
    params: dict[str, Node] = {
        "stride": [axis.stride for axis in spec.axes],
        "padding": [list(pair) for pair in spec.pads],
        "padding_mode": spec.mode.value,
    }
    if problem.pads_with_value:
        params["pad_value"] = count.cells([problem.pad_value.at(())], ())
    return params | {
        "dilation": [axis.dilation for axis in spec.axes],
        "groups": spec.groups,
        "flip": spec.orientation is Orientation.CONVOLUTION,
        "layout": problem.view.layout,
        "dtype": problem.arithmetic.name,
    }


def _step(step: Step, problem: Problem, output: Tensor | None, count: _Count) -> Node:
    """A step; with the engine's value where that, rounding as it goes, is not the exact sum rounded once."""
    value = count.cells([step.value], ())
    node: dict[str, Node] = {
        "at": list(problem.view.shape(step.at)),
        "terms": [_term(term, count) for term in step.terms],
        "bias": count.cells([0 if step.bias is None else step.bias], ()),
        "value": value,
    }
    if output is not None and problem.arithmetic.is_float:
        engine = count.cells([output.at(step.at)], ())
        if engine != value:
            node["engine"] = engine
    return node


def _term(term: Term, count: _Count) -> Node:
    shape = term.patch.shape
    return {
        "channel": term.channel,
        "patch": count.cells(term.patch.ravel().tolist(), shape),
        "padding": Cells(["true" if cell else "false" for cell in term.padding.ravel().tolist()], shape),
        "kernel": count.cells(term.kernel.ravel().tolist(), shape),
        "products": count.cells(term.products.ravel().tolist(), shape),
        "sum": count.cells([term.sum], ()),
    }


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
    blocks = blocks_of(cells.shape)
    lines = []
    for number, row in enumerate(rows_of(tokens, cells.shape)):
        opened = 1 + sum(number % block == 0 for block in blocks)
        closed = 1 + sum((number + 1) % block == 0 for block in blocks)
        lead = indent + " " * (len(cells.shape) - opened) if number and cells.by_row else ""
        lines.append(f"{lead}{'[' * opened}{', '.join(row)}{']' * closed}")
    return (",\n" if cells.by_row else ", ").join(lines)
