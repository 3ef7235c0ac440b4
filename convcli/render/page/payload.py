"""A problem as data for the page's script: its numbers, exactly, and which of them meet."""

import itertools
import math
import re
from typing import Any

import numpy as np

from convcli.document import Line, Style
from convcli.errors import FitError
from convcli.layout import shape_text
from convcli.numbers.show import texts
from convcli.numbers.tensor import Tensor
from convcli.problem import Bilinear, Problem
from convcli.render.page.formula import formula
from convcli.render.page.operands import Operand, operands
from convcli.render.page.problem_text import problem_text
from convcli.render.page.tables import drawn, summands, tables

MOST_CELLS = 50_000
"""Cells of one tensor that a page holds."""

MOST_DRAWN = 10_000
"""Cells of one channel or slice, which is drawn as a whole: as many as a browser marks anew without a lag."""

MOST_PRODUCTS = 1_000_000
"""Products of single numbers that the page is ready to work out again at one edit: a fraction of a second."""

MOST_TEXT = 8 * 2**20
"""Characters of the data in a page."""

Node = Any
"""What JSON holds."""


def payload(problem: Problem, output: Tensor, style: Style) -> dict[str, Node]:
    """All that the script needs to know. Raises FitError for a problem that is too large for a page."""
    refuse_large(problem)
    arithmetic = problem.arithmetic
    data: dict[str, Node] = {
        "op": problem.op,
        "kind": _kind(problem),
        "sign": _sign(problem),
        "arithmetic": {"name": arithmetic.name, "overflow": arithmetic.overflow.value},
        "style": {
            "precision": style.precision,
            "fractions": style.fractions,
            "dtype": arithmetic.name if arithmetic.is_float else "exact",
            "first": int(style.from_one),
        },
        "axes": [{"name": t.name, "line": t.line, "meetings": t.meetings} for t in tables(problem)],
        "summands": summands(problem),
        "pad": None,
        "formula": spans(formula(problem)),
        "file": problem_text(problem),
    }
    if isinstance(problem, Bilinear):
        data["parts"] = problem.parts
        if problem.pads_with_value:
            data["pad"] = _cells(problem.pad_value)[0]
    else:
        from convcli.problem import Pooling

        assert isinstance(problem, Pooling)
        data |= {
            "parts": "channel",
            "divisor": problem.spec.divisor,
            "countPadding": problem.spec.count_include_pad,
            "power": problem.spec.power,
        }
    found = operands(problem, output)
    return data | {role: _tensor(operand) for role, operand in found.items()}


def spans(line: Line) -> list[list[str]]:
    """A line as pairs of role and text; what follows an underscore is a subscript.

    >>> from convcli.document import Role, Span
    >>> spans((Span(Role.TEXT, " = Σ_u,v "), Span(Role.INPUT, "x[u, v]")))
    [['text', ' = Σ'], ['sub', 'u,v'], ['text', ' '], ['input', 'x[u, v]']]
    """
    pairs = []
    for span in line:
        parts = re.split(r"_([a-z0-9,]+)", span.text)
        roles = itertools.cycle((span.role.name.lower(), "sub"))
        pairs += [[role, part] for role, part in zip(roles, parts, strict=False) if part]
    return pairs


def refuse_large(problem: Problem) -> None:
    """Raise FitError for a problem that is too large to be looked at and worked out in a browser."""
    spec, cells = problem.spec, "cells"
    space, outputs = drawn(problem), spec.outputs
    counts = {
        "the input with its padding": (math.prod((*problem.source.shape[:2], *space)), MOST_CELLS, cells),
        "a channel of the input with its padding": (math.prod(space[-2:]), MOST_DRAWN, cells),
        "the output": (spec.output_size, MOST_CELLS, cells),
        "a channel of the output": (math.prod(outputs[-2:]), MOST_DRAWN, cells),
        "the problem": (spec.output_size * spec.per_element, MOST_PRODUCTS, "products of single numbers"),
    }
    if isinstance(problem, Bilinear):
        counts["the kernel"] = (problem.w.size, MOST_CELLS, cells)
        counts["a channel of the kernel"] = (math.prod(problem.w.shape[-2:]), MOST_DRAWN, cells)
    for what, (count, most, unit) in counts.items():
        if count > most:
            raise too_large(what, f"{count:,} {unit}", f"at most {most:,}")


def too_large(what: str, given: str, expected: str) -> FitError:
    """The error of a problem for which a page is not the place."""
    return FitError(
        f"{what} is too large for a page that a browser works out",
        given=given,
        expected=expected,
        fix="explain single elements with --at; or write -f svg for a picture, -f json for the numbers",
    )


def _kind(problem: Problem) -> str:
    """What is made of the cells that meet: their sum with weights, or the largest, average or norm of them."""
    from convcli.problem import Pooling

    return problem.spec.kind.value if isinstance(problem, Pooling) else "sum"


def _sign(problem: Problem) -> str:
    """What stands between source and kernel."""
    from convcli.problem import Transposed

    return "∗ᵀ" if isinstance(problem, Transposed) else "∗"


def _tensor(operand: Operand) -> dict[str, Node]:
    return {
        "role": operand.role.name.lower(),
        "name": operand.name,
        "symbol": operand.symbol,
        "given": shape_text(operand.shape),
        "shape": list(operand.tensor.shape),
        "order": list(operand.order),
        "called": list(operand.called),
        "drawn": operand.drawn,
        "float": not operand.tensor.is_exact,
        "cells": _cells(operand.tensor),
    }


def _cells(tensor: Tensor) -> list[str]:
    """Every number in full: integers and fractions, or doubles as the script reads them."""
    if tensor.is_exact:
        return texts(tensor, fractions=True).cells
    doubles = map(repr, tensor.values.ravel().astype(np.float64).tolist())
    return [text.replace("inf", "Infinity").replace("nan", "NaN") for text in doubles]
