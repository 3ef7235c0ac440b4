from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from convcli.engine import run
from convcli.numbers.arithmetic import rounded
from convcli.numbers.grammar import Number
from convcli.numbers.tensor import Tensor
from convcli.workbench.asking import posed, undone
from convcli.workbench.edit import (
    MOST_CELLS,
    cancelled,
    committed,
    edited,
    grown,
    opened,
    resized,
    role_of,
    rubbed,
    typed,
    with_text,
)
from convcli.workbench.moves import focused
from convcli.workbench.state import Pane, State
from tests.workbench.requests import state_of, states

NUMBERS = st.integers(-9, 9) | st.fractions(-9, 9, max_denominator=9)

SIGNAL = {"input": [1, 2, 3, 4], "kernel": [1, 0, -1]}


def at(state: State, pane: Pane, *index: int) -> State:
    """The state with a cell chosen, and its pane in focus."""
    return replace(state, focus=pane, cells={**state.cells, pane: index})


def keyed(state: State, text: str) -> State:
    """The state in which a text is being typed."""
    for character in text:
        state = typed(state, character)
    return state


def operand(state: State, pane: Pane) -> NDArray[Any]:
    """The numbers of a pane, as the arithmetic takes them."""
    tensor = state.problem.x if pane is Pane.INPUT else state.tensor(pane)
    assert tensor is not None
    cells = np.empty(tensor.size, object)
    cells[:] = tensor.numbers()
    return cells.reshape(tensor.shape)


def taken(state: State, role: str, number: int | Fraction) -> Number:
    """A number as the arithmetic takes it from a tensor, that may have rounded it before."""
    tensor, cell = state.asked.tensors[role], Tensor.of([number])
    return state.problem.arithmetic.take(cell if tensor.is_exact else rounded(cell, tensor.dtype), role).at((0,))


def alike(one: Number, other: Number) -> bool:
    return one == other or (one != one and other != other)


@given(states(), NUMBERS, st.data())
def test_a_number_typed_changes_its_cell_and_no_other(
    state: State, number: int | Fraction, data: st.DataObject
) -> None:
    panes = [pane for pane in state.panes if role_of(state.problem, pane)]
    assume(panes)
    pane = data.draw(st.sampled_from(panes))
    index = tuple(data.draw(st.integers(0, n - 1)) for n in state.shape(pane))
    after, role = committed(keyed(at(state, pane, *index), str(number))), role_of(state.problem, pane)
    assume(not after.refused)
    assert role is not None
    expected = operand(state, pane)
    whole = after.asked.tensors[role].size == expected.size
    cells: Any = index if whole else (slice(None), slice(None), *index[2:])  # of a bare kernel, all copies
    expected[cells] = taken(after, role, number)
    assert all(map(alike, operand(after, pane).flat, expected.flat))
    assert after.output is not None
    assert after.output.equals(run(posed(after.asked, after.limits)).output)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("7", 7), ("-.5", Fraction(-1, 2)), ("1/3", Fraction(1, 3)), ("+2e1", 20), ("-inf", float("-inf"))],
)
def test_any_number_of_the_grammar_can_be_typed(text: str, shown: Number) -> None:
    state = committed(keyed(at(state_of("1d", SIGNAL), Pane.INPUT, 0, 0, 1), text))
    assert state.problem.x.at((0, 0, 1)) == shown
    assert state.draft is None


def test_what_is_no_number_stays_to_be_mended() -> None:
    state = keyed(at(state_of("1d", SIGNAL), Pane.INPUT, 0, 0, 1), "1//2")
    after = committed(state)
    assert (after.draft, after.refused, after.asked) == ("1//2", True, state.asked)
    assert "1//2" in after.said
    assert committed(rubbed(rubbed(after))).said.startswith("1/ is no number")
    assert committed(rubbed(rubbed(rubbed(after)))).problem.x.at((0, 0, 1)) == 1
    assert cancelled(after).draft is None
    assert cancelled(after).asked is state.asked


def test_enter_types_on_in_what_stands_there() -> None:
    state = at(state_of("1d", {"input": [Fraction(1, 3), 25], "kernel": [1]}), Pane.INPUT, 0, 0, 0)
    assert opened(state).draft == "1/3"
    assert committed(keyed(opened(at(state, Pane.INPUT, 0, 0, 1)), "0")).problem.x.at((0, 0, 1)) == 250


def test_a_number_in_a_float_tensor_is_rounded_to_its_type() -> None:
    state = state_of("1d", {"input": np.array([1, 2], np.float32), "kernel": [1]})
    after = committed(keyed(at(state, Pane.INPUT, 0, 0, 0), "0.1"))
    assert after.problem.source.values.dtype == np.float32
    assert after.problem.x.at((0, 0, 0)) == float(np.float32(0.1))


def test_outputs_and_ones_are_not_typed() -> None:
    state = typed(state_of("1d", SIGNAL), "5")
    assert (state.draft, state.refused) == (None, True)
    assert "computed" in state.said
    bias = typed(at(state_of("1d", SIGNAL, grad="bias"), Pane.INPUT, 0, 0, 0), "5")
    assert (bias.draft, bias.refused) == (None, True)
    assert "not given" in bias.said


def test_a_gradient_of_ones_can_be_edited() -> None:
    state = state_of("1d", SIGNAL, grad="kernel")
    after = committed(keyed(at(state, Pane.KERNEL, 0, 0, 1), "10"))
    assert after.asked.tensors["dy"].numbers() == [1, 10]
    assert after.output is not None
    assert after.output.numbers() == [21, 32, 43]


@given(states(), st.data())
def test_resizing_cuts_at_the_end_or_puts_zeros_there(state: State, data: st.DataObject) -> None:
    panes = [pane for pane in state.panes if role_of(state.problem, pane) in ("input", "kernel")]
    assume(panes)
    pane = data.draw(st.sampled_from(panes))
    shape = state.shape(pane)
    sizes = tuple(data.draw(st.integers(1, n + 2)) for n in shape[2:])
    after = resized(replace(state, focus=pane), sizes)
    if after.refused:
        assert after.asked is state.asked
        return
    assert after.shape(pane) == (*shape[:2], *sizes)
    common = tuple(slice(0, min(old, new)) for old, new in zip(shape, after.shape(pane), strict=True))
    before, now = operand(state, pane), operand(after, pane)
    assert all(map(alike, now[common].flat, before[common].flat))
    now[common] = 0
    assert not now.any()
    assert undone(after).asked is state.asked


def test_sizes_that_there_are_not_are_refused() -> None:
    state = at(state_of("1d", SIGNAL), Pane.INPUT, 0, 0, 0)
    for refused, why in (
        (resized(state, (2, 2)), "1 numbers"),
        (resized(state, (0,)), "from 1 on"),
        (resized(state, (MOST_CELLS + 1,)), "1,000,001"),
        (resized(state, (2,)), "does not fit"),
        (grown(state, -2, 1), "one axis"),
        (resized(replace(state, focus=Pane.OUTPUT), (2,)), "choose one with Tab"),
    ):
        assert refused.refused
        assert refused.asked is state.asked
        assert why in refused.said
    assert grown(state, -1, 1).problem.source.numbers() == [1, 2, 3, 4, 0]


@pytest.mark.parametrize("layout", ["oihw", "hwio", "ohwi", "iohw", "hwoi"])
def test_a_kernel_is_resized_in_space_wherever_that_is(layout: str) -> None:
    sizes = {"o": 3, "i": 2, "h": 2, "w": 2}
    kernel = np.arange(24).reshape([sizes[letter] for letter in layout])
    state = state_of("2d", {"input": np.ones((2, 5, 5), int), "kernel": kernel}, kernel_layout=layout)
    after = grown(replace(state, focus=Pane.KERNEL), -1, 1)
    assert not after.refused
    assert after.shape(Pane.KERNEL) == (3, 2, 2, 3)
    assert (operand(after, Pane.KERNEL)[..., :2] == operand(state, Pane.KERNEL)).all()


@pytest.mark.parametrize(("kernel", "groups"), [((2, 3, 3), "2"), ((3, 3, 2), "1")])
def test_a_kernel_with_one_channel_axis_is_resized_in_space(kernel: tuple[int, ...], groups: str) -> None:
    tensors = {"input": np.ones((2, 5, 5), int), "kernel": np.ones(kernel, int)}
    state = state_of("2d", tensors, kernel_layout="ohwi", groups=groups)
    after = grown(replace(state, focus=Pane.KERNEL), -2, 1)
    assert not after.refused
    assert after.shape(Pane.KERNEL)[2:] == (4, 3)


def test_what_begins_no_number_begins_nothing_and_nothing_typed_is_not_rubbed() -> None:
    state = at(state_of("1d", SIGNAL), Pane.INPUT, 0, 0, 0)
    assert typed(state, "x") is state
    assert rubbed(state) is state
    assert committed(state) is state
    assert typed(typed(state, "1"), "q").draft == "1"


def test_a_cell_of_a_pool_with_high_powers_is_edited() -> None:
    texts = {"kernel_size": "2", "kind": "lp", "power": "1000", "dtype": "float64"}
    state = state_of("pool1d", {"input": np.full(100_000, 0.5)}, **texts)
    assert not edited(state, Pane.INPUT, (0, 0, 3), 7).refused


def test_the_place_of_a_1x1_kernel_is_one() -> None:
    state = state_of("1x1", {"input": [[1, 2], [3, 4]], "kernel": [[1], [10]]})
    after = resized(focused(state, Pane.KERNEL), (1, 2))
    assert (after.refused, after.asked) == (True, state.asked)
    assert "a 1x1 kernel has one place" in after.said


def test_exact_numbers_that_become_doubles_are_told() -> None:
    state = state_of("1d", {"input": [Fraction(1, 3), 7], "kernel": [1]})
    after = edited(state, Pane.INPUT, (0, 0, 1), float("nan"))
    assert after.said == "all numbers of the input are doubles now; u brings the exact ones back"


def test_an_image_is_no_source_in_another_layout() -> None:
    asked = replace(state_of("1d", {"input": [1, 2], "kernel": [1]}).asked, sources={"input": "x.PNG", "kernel": "@a"})
    assert with_text(asked, "layout", "nhwc").sources == {"kernel": "@a"}
    assert with_text(asked, "stride", "1").sources == asked.sources
