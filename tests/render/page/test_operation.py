"""The script works out what convcli does: problems of every kind, edited at random, beside convcli's own results."""

import json
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convcli.document import Style
from convcli.engine import run
from convcli.errors import ConvError
from convcli.numbers import Overflow, Tensor
from convcli.numbers.grammar import Number
from convcli.numbers.show import exact_text
from convcli.problem import Bilinear, Problem, convolution, pooling
from convcli.render.page.payload import payload
from convcli.settings import PoolKind, PoolSettings
from convcli.trace import trace_of
from tests.pools import float_pools, pools
from tests.render.page.node import NODE, computed
from tests.render.page.test_numbers import READ, WRITTEN, same, text
from tests.strategies import FRACTIONS, SMALL, WIDE, differentiated, problems, transposeds

T = Tensor.of

pytestmark = pytest.mark.skipif(NODE is None, reason="no node to run the page's script with")

EDITED = f"""data.map(([payload, edits]) => {{
  const operation = operationOf(payload);
  const all = () => payload.output.cells.map((_, i) => operation.value(i));
  for (const [role, number, t] of edits) {{
    operation.put(role, number, take({READ}(t), payload.arithmetic));
    all(); // as the page does, which writes them all at each edit
  }}
  const values = all();
  const steps = payload.output.cells.map((_, i) => operation.step(unflat(payload.output.shape, i)));
  const original = Object.entries(operation.tensors).flatMap(([role, {{cells}}]) => cells.map((_, i) => [role, i, operation.original(role, i)]));
  for (const [role, i, value] of original) operation.put(role, i, value);
  return {{
    values: values.map(v => v === null ? null : {WRITTEN}(v)),
    winners: steps.map(s => s.winner ? s.winner.source : null),
    steps: steps.map(s => s.value === null ? null : {WRITTEN}(s.value)),
    undone: payload.output.cells.every((_, i) => !operation.isTouched(i)),
  }};
}})"""


def everything() -> st.SearchStrategy[Problem]:
    numbers = SMALL | WIDE | FRACTIONS
    gradients = differentiated(numbers).flatmap(lambda g: st.sampled_from([g.input, g.kernel, g.bias]))
    return problems(numbers) | transposeds(numbers) | gradients | pools(numbers)


def cells_of(problem: Problem, role: str) -> Tensor | None:
    if role == "source":
        return None if problem.symbol == "db" else problem.source
    assert isinstance(problem, Bilinear)
    return problem.w if role == "other" else problem.bias


def edited(problem: Problem, edits: list[tuple[str, int, Number]]) -> Problem:
    """The problem with other numbers in some cells, as convcli itself would have it."""
    fields = {"source": "source", "other": "w", "bias": "bias"}
    for role, number, value in edits:
        tensor = cells_of(problem, role)
        assert tensor is not None
        cells = np.array(tensor.numbers(), object)
        cells[number] = value
        made = Tensor.of(cells.reshape(tensor.shape))
        problem = replace(problem, **{fields[role]: problem.arithmetic.take(made, "it")})  # type: ignore[arg-type]
    return problem


@st.composite
def edits_of(draw: st.DrawFn, problem: Problem, numbers: st.SearchStrategy[Any]) -> list[tuple[str, int, Number]]:
    roles = ["source", "other", "bias"] if isinstance(problem, Bilinear) else ["source"]
    there = [role for role in roles if cells_of(problem, role) is not None]
    made = []
    for role in draw(st.lists(st.sampled_from(there), max_size=4)):
        tensor = cells_of(problem, role)
        assert tensor is not None
        made.append((role, draw(st.integers(0, tensor.size - 1)), draw(numbers)))
    return made


def compared(cases: Sequence[tuple[Problem, list[tuple[str, int, Number]]]]) -> list[tuple[Problem, Any]]:
    """Each problem after its edits, and what the script made of the page's data and the edits."""
    given = []
    for problem, edits in cases:
        data = payload(problem, run(problem).output, Style())
        given.append([data, [[role, number, text(value)] for role, number, value in edits]])
    return list(zip([edited(*case) for case in cases], computed(EDITED, json.loads(json.dumps(given))), strict=True))


@given(st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_exact_results_after_edits_are_those_of_the_engine(data: st.DataObject) -> None:
    drawn = data.draw(st.lists(everything(), min_size=1, max_size=8))
    cases = [(problem, data.draw(edits_of(problem, SMALL | FRACTIONS))) for problem in drawn]
    for problem, made in compared(cases):
        output = run(problem).output
        for written, number in zip(made["values"], output.numbers(), strict=True):
            assert same(written, number)
        for written, step in zip(made["steps"], trace_of(problem), strict=True):
            assert same(written, step.value)
        assert made["undone"]


@given(st.data())
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_an_arithmetic_that_overflows_has_its_policy_applied(data: st.DataObject) -> None:
    policy = data.draw(st.sampled_from([Overflow.WRAP, Overflow.SATURATE]))
    whole = st.integers(-128, 127)
    several = problems(whole, dtype="int8", overflow=policy, pad_values=(0, 3)) | transposeds(whole, "int8", policy)
    cases = [
        (problem, data.draw(edits_of(problem, st.integers(-300, 300))))
        for problem in data.draw(st.lists(several, min_size=1, max_size=6))
    ]
    for problem, made in compared(cases):
        for written, number in zip(made["values"], run(problem).output.numbers(), strict=True):
            assert same(written, number)


@given(st.data())
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_floats_reached_by_an_edit_are_exact_sums_rounded_once(data: st.DataObject) -> None:
    dtype = data.draw(st.sampled_from(["float64", "float32", "float16"]))
    several = problems(FRACTIONS, dtype=dtype) | transposeds(FRACTIONS, dtype) | pools(FRACTIONS, dtype=dtype)
    drawn = data.draw(st.lists(several, min_size=1, max_size=6))
    for problem, made in compared([(problem, data.draw(edits_of(problem, FRACTIONS))) for problem in drawn]):
        for written, step in zip(made["steps"], trace_of(problem), strict=True):
            assert same(written, step.value)


@given(st.data())
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_page_that_is_not_edited_has_the_numbers_of_the_engine(data: st.DataObject) -> None:
    dtype = data.draw(st.sampled_from(["float64", "float32", "float16", "auto"]))
    several = problems(FRACTIONS, dtype=dtype) | pools(FRACTIONS, dtype=dtype)
    for problem, made in compared([(problem, []) for problem in data.draw(st.lists(several, min_size=1, max_size=6))]):
        for written, number in zip(made["values"], run(problem).output.numbers(), strict=True):
            assert same(written, number)


@given(st.lists(float_pools(), min_size=1, max_size=6))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_winner_of_a_window_is_that_of_the_trace(drawn: list[Problem]) -> None:
    for problem, made in compared([(problem, []) for problem in drawn]):
        for written, winner, step in zip(made["steps"], made["winners"], trace_of(problem), strict=True):
            assert same(written, step.value)
            assert winner == np.ravel_multi_index(step.source, problem.source.shape)


@pytest.mark.parametrize("first", [1, 3])
@pytest.mark.parametrize("last", [1, 0, 3])
def test_roots_are_doubles_where_one_is_irrational_and_exact_again_where_none_is(first: int, last: int) -> None:
    problem = pooling(
        Tensor.exact([3 * first, 12, 1, 0], 3), rank=1, settings=PoolSettings(kind=PoolKind.LP, kernel_size=2)
    )
    edits: list[tuple[str, int, Number]] = [("source", 0, 0), ("source", 0, 1), ("source", 0, last)]
    ((after, made),) = compared([(problem, edits)])
    output = run(after).output
    assert (run(problem).output.is_exact, output.is_exact) == (first != 1, last != 1)
    for written, number in zip(made["values"], output.numbers(), strict=True):
        assert same(written, number)


@pytest.mark.parametrize("counted", [True, False])
def test_an_average_divides_by_the_cells_that_count(counted: bool) -> None:
    chosen = PoolSettings(
        kind=PoolKind.AVERAGE, kernel_size=3, stride=2, padding=1, ceil=True, count_include_pad=counted
    )
    problem = pooling(T([1, 2, 3, 4]), rank=1, settings=chosen)  # whose last window hangs over the end
    ((after, made),) = compared([(problem, [("source", number, 7) for number in range(4)])])
    assert [part for part in made["values"] if part] == [
        exact_text(n, fractions=True)[0] for n in run(after).output.numbers()
    ]


def test_infinities_and_nan_follow_ieee_754() -> None:
    x = np.array([[1.0, np.nan, -0.0, 3.0], [np.inf, 4.0, 5.0, -np.inf]])
    problem = convolution(Tensor.of(x), Tensor.of(np.array([[1.0, 0.0]])), rank=2)
    ((after, made),) = compared([(problem, [("source", 3, float("inf")), ("other", 1, Fraction(1, 2))])])
    for written, step in zip(made["steps"], trace_of(after), strict=True):
        assert same(written, step.value)


def test_a_number_that_a_type_does_not_hold_leaves_the_output_without_one() -> None:
    problem = convolution(Tensor.of([100, 2]), Tensor.of([1]), rank=1, dtype="int8")
    made = computed(EDITED, [[payload(problem, run(problem).output, Style()), [["other", 0, "2"]]]])[0]
    assert made["values"] == [None, "4"]
    with pytest.raises(ConvError):
        run(edited(problem, [("other", 0, 2)]))
