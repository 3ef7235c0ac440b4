"""Explanations of pooling, whole: what is said, and that each number is the trace's."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli.document import Grid, Role, Style, Working, explain, table
from convcli.document.model import spans
from convcli.engine import run
from convcli.layout import Index
from convcli.numbers import Overflow, Tensor
from convcli.problem import Pooling, pooling
from convcli.render import plain_text
from convcli.settings import PoolKind, PoolSettings
from convcli.trace import PoolTrace
from tests.document.cases import X5, A, B, T, made
from tests.goldens import check
from tests.pools import pools
from tests.strategies import FRACTIONS

GOLDENS = Path(__file__).parent / "goldens" / "pooling"
MAX, AVERAGE, LP = PoolKind


def case(x: Any, rank: int = 2, *, layout: str = "nchw", dtype: str = "auto", **chosen: Any) -> Callable[[], Pooling]:
    tensor = x if isinstance(x, Tensor) else T(x)
    return lambda: pooling(
        tensor, rank=rank, settings=PoolSettings(**chosen), layout=layout, dtype=dtype, overflow=Overflow.WRAP
    )


#     what it is about                     problem, width, style, elements asked for
CASES: dict[str, tuple[Callable[[], Pooling], int, Style, list[Index]]] = {
    "max-channels-of-a-batch":          (case(made(2, 2, 3, 3), kernel_size=2, stride=1), 80, Style(), []),
    "max-padded-and-spread":            (case(X5, kernel_size=3, stride=2, padding=2, dilation=2), 80, Style(), []),
    "max-1d-ceil-dropped":              (case(made(9), 1, kernel_size=4, stride=4, padding=2, ceil=True), 80, Style(), []),
    "max-1d-dropped-beyond-the-input":  (case(made(4), 1, kernel_size=1, stride=5, ceil=True), 80, Style(from_one=True), []),
    "max-1d-many-taps":                 (case(made(2, 20), 1, kernel_size=13, stride=5), 80, Style(), []),
    "max-3d":                           (case(made(2, 3, 3), 3, kernel_size=(2, 3, 2), stride=1), 80, Style(), []),
    "max-of-float16":                   (case(np.array([[0.1, np.nan], [np.inf, 3]], "f2"), kernel_size=1), 80, Style(), []),
    "max-a-large-window":               (case(made(20, 20), kernel_size=18, stride=2), 80, Style(), []),
    "max-a-large-input":                (case(made(3, 30, 30), kernel_size=3), 80, Style(), []),
    "max-an-element-channels-last":     (case(np.array([A, B]).transpose(1, 2, 0), kernel_size=2, layout="nhwc"), 80, Style(from_one=True), [(0, 1, 0, 1)]),
    "max-an-element-of-a-batch":        (case(made(2, 1, 4), 1, kernel_size=2), 80, Style(), [(1, 0, 1)]),
    "max-global":                       (case([A, B]), 80, Style(), []),
    "avg-padding-counts":               (case(X5, kind=AVERAGE, kernel_size=3, stride=2, padding=1), 80, Style(fractions=True), []),
    "avg-padding-does-not-count":       (case(X5, kind=AVERAGE, kernel_size=2, padding="same", count_include_pad=False), 80, Style(), []),
    "avg-hangs-over":                   (case(made(4, 6), kind=AVERAGE, kernel_size=3, stride=2, ceil=True), 80, Style(), []),
    "avg-1d-hangs-over":                (case([1, 2, 3, 4], 1, kind=AVERAGE, kernel_size=3, stride=2, padding=1, ceil=True), 80, Style(), []),
    "avg-divisor-given":                (case([[1, -2], [3, 4]], kind=AVERAGE, kernel_size=(1, 2), divisor=3, padding=[0, (0, 1)], stride=1), 80, Style(), []),
    "avg-1d-negative":                  (case([1, -2, 3], 1, kind=AVERAGE, kernel_size=2, stride=1), 80, Style(), []),
    "avg-an-element":                   (case(X5, kind=AVERAGE, kernel_size=4, padding=1, count_include_pad=False, ceil=True, stride=3), 80, Style(), [(0, 0, 0, 0), (0, 0, 1, 1)]),
    "avg-an-element-divisor-given":     (case(X5, kind=AVERAGE, kernel_size=2, divisor=7, padding=1), 80, Style(), [(0, 0, 0, 0)]),
    "avg-an-element-padding-counts":    (case([1, 2, 3, 4], 1, kind=AVERAGE, kernel_size=3, stride=2, padding=1, ceil=True), 80, Style(), [(0, 0, 2)]),
    "avg-an-element-hangs-over":        (case(X5, kind=AVERAGE, kernel_size=3, stride=3, ceil=True), 80, Style(), [(0, 0, 1, 1)]),
    "avg-of-float32":                   (case(np.array(X5, "f4") / np.float32(3), kind=AVERAGE, kernel_size=3, stride=2), 80, Style(), []),
    "avg-int8-wraps":                   (case([[100, 100, 90, -90]], kind=AVERAGE, kernel_size=(1, 2), divisor=1, dtype="int8"), 80, Style(), []),
    "avg-global":                       (case(X5, kind=AVERAGE), 80, Style(), []),
    "avg-unlike-axes":                  (case(made(5, 7), kind=AVERAGE, kernel_size=(2, 3), stride=(2, 1), dilation=(1, 2), padding=[0, (1, 0)]), 80, Style(), []),
    "lp-345":                           (case([3, 4, -5, 12], 1, kind=LP, kernel_size=2), 80, Style(), []),
    "lp-irrational":                    (case([[1, -2, 3], [4, 5, 6]], kind=LP, kernel_size=2, stride=1, padding=1), 80, Style(), []),
    "lp-1d-magnitudes":                 (case([3, -4, 5], 1, kind=LP, kernel_size=2, stride=1, power=1, padding=1), 80, Style(), []),
    "lp-magnitudes":                    (case([[3, -4], [5, 1]], kind=LP, kernel_size=2, power=1), 80, Style(), []),
    "lp-cubes-of-fractions":            (case([[Fraction(3, 2), 2, Fraction(5, 2)]], kind=LP, kernel_size=(1, 3), power=3), 80, Style(fractions=True), []),
    "lp-1d-hangs-over":                 (case([3, 4, 5], 1, kind=LP, kernel_size=2, ceil=True), 80, Style(), []),
    "lp-hangs-over":                    (case(made(3, 5), kind=LP, kernel_size=3, stride=2, ceil=True, padding=[0, 1]), 80, Style(), []),
    "lp-3d-of-float64":                 (case(np.arange(8.0).reshape(2, 2, 2), 3, kind=LP, kernel_size=2), 80, Style(), []),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_an_explanation(name: str, pytestconfig: pytest.Config) -> None:
    make, width, style, at = CASES[name]
    asked = make()
    output = None if at else run(asked).output
    text = plain_text(explain(PoolTrace(asked), output, style, at), width)
    check(GOLDENS / f"{name}.txt", text.encode(), pytestconfig)
    assert max(map(len, text.splitlines())) <= width


SAID: dict[str, tuple[Callable[[], Pooling], str]] = {
    "nothing but the defaults": (case([[1, 2]], kernel_size=(1, 2)), "the largest of each window, exact"),
    "global": (case([[1, 2]]), "the largest of each window, exact; global"),
    "stride, dilation, padding, ceil mode": (
        case(X5, kernel_size=3, stride=(3, 2), dilation=(1, 2), padding=1, ceil=True),
        "the largest of each window, exact; stride 3 along height, 2 along width; dilation 1 along height, 2 along "
        "width; padding 1 on both sides; ceil mode",
    ),
    "padding that counts": (
        case(X5, kind=AVERAGE, kernel_size=2, padding=1),
        "the average of each window, exact; padding 1 on both sides; padding counts in the divisor",
    ),
    "padding that does not, channels last": (
        case(made(2, 2, 2), kind=AVERAGE, kernel_size=2, padding=1, count_include_pad=False, layout="nhwc"),
        "the average of each window, exact; padding 1 on both sides; padding does not count in the divisor; "
        "channels last",
    ),
    "a divisor": (case(X5, kind=AVERAGE, kernel_size=2, divisor=3), "the average of each window, exact; divisor 3, as given"),
    "roots": (
        case([[3, 4]], kind=LP, kernel_size=(1, 2)),
        "the 2-norm of each window, roots rounded to float64 if any is irrational",
    ),
    "the largest of a type": (case(np.array([[1, 2]], "f2")), "the largest of each window, float16 values, compared and never rounded; global"),
    "magnitudes": (case([[3, 4]], kind=LP, kernel_size=(1, 2), power=1), "the 1-norm of each window, exact"),
}  # fmt: skip


@pytest.mark.parametrize(("make", "said"), SAID.values(), ids=SAID)
def test_the_line_below_a_table_names_what_was_asked_for(make: Callable[[], Pooling], said: str) -> None:
    assert plain_text(table(run(make()), Style(fractions=True)), 1000).splitlines()[-1].partition("; ")[2] == said


def cells_of(found: list[Grid]) -> list[Fraction]:
    texts = [cell.text.strip("░*()") for grid in found for row in grid.rows for cell in row]
    return [Fraction(text) for text in texts if text not in ("", "·", "…")]


@settings(max_examples=60)
@given(pools(FRACTIONS, (MAX, AVERAGE)), st.integers(1, 40), st.booleans())
def test_every_number_is_the_traces(asked: Pooling, show: int, by_engine: bool) -> None:
    output = run(asked).output
    document = explain(PoolTrace(asked), output if by_engine else None, Style(fractions=True, show=show))
    steps = list(PoolTrace(asked))
    blocks = [block for block in document if isinstance(block, Working)]
    found = [item for block in blocks for e in block.equations for item in e.items if isinstance(item, Grid)]
    assert {*cells_of([g for g in found if g.role is Role.INPUT])} <= {*asked.x.numbers(), 0}
    assert {*cells_of([g for g in found if g.role is Role.OUTPUT])} <= {step.value for step in steps}
    sums = [s.text for s in spans(document) if s.role is Role.SUM]
    assert {Fraction(text) for text in sums} <= {getattr(step, "sum", None) for step in steps}


@settings(max_examples=40)
@given(pools(FRACTIONS, (MAX, AVERAGE)))
def test_the_last_grids_are_the_output(asked: Pooling) -> None:
    output = run(asked).output
    document = explain(PoolTrace(asked), output, Style(fractions=True, everything=True))
    last = [block for block in document if isinstance(block, Working)][-1]
    found = [item for e in last.equations for item in e.items if isinstance(item, Grid) and item.role is Role.OUTPUT]
    assert cells_of(found) == output.numbers()


def test_a_double_beside_irrational_roots_is_no_difference() -> None:
    asked = case([[Fraction(5, 3), 0, 1, 1]], kind=LP, kernel_size=(1, 2))()
    text = plain_text(explain(PoolTrace(asked), run(asked).output, Style()), 80)
    assert "engine" not in text
    assert "root 1.66667" in text


def test_a_rational_root_beside_irrational_ones_is_shown_before_the_double_that_is_stored() -> None:
    asked = case([Fraction(5, 12), 0, 1, 1, 3, 4], 1, kind=LP, kernel_size=2)()
    text = plain_text(explain(PoolTrace(asked), run(asked).output, Style(fractions=True)), 80)
    assert "= (25/144)^(1/2) = 5/12 rounds to 0.416667\n" in text
    assert "= 25^(1/2) = 5\n" in text
    alone = case([Fraction(5, 12), 0, 3, 4], 1, kind=LP, kernel_size=2)()
    assert "= (25/144)^(1/2) = 5/12\n" in plain_text(
        explain(PoolTrace(alone), run(alone).output, Style(fractions=True)), 80
    )


@pytest.mark.parametrize(("dtype", "more"), [("auto", ""), ("float32", "; nan wins, the last of them")])
def test_which_of_several_wins(dtype: str, more: str) -> None:
    asked = case([1, 2], 1, kernel_size=2, dtype=dtype)()
    text = plain_text(explain(PoolTrace(asked), None, Style()), 100)
    (said,) = [line for line in text.splitlines() if line.startswith("  winner")]
    assert said.split("  ")[-1].strip() == f"marked *; of equals the first in row-major order{more}"
