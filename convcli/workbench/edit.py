"""Changing numbers and sizes, as in a spreadsheet."""

import math
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.layout import Index
from convcli.numbers.arithmetic import nearest, to_doubles
from convcli.numbers.grammar import Number, parse
from convcli.numbers.show import exact_text
from convcli.numbers.tensor import Tensor, integers
from convcli.problem import Bilinear, Problem
from convcli.reading.source import IMAGES
from convcli.request import Asked, operation
from convcli.workbench.asking import changed, of_any_size
from convcli.workbench.guess import answered
from convcli.workbench.moves import moved
from convcli.workbench.state import Pane, State, refusing

STARTS = "0123456789-+."
"""What begins a number; letters are keys of their own until then."""

INSIDE = f"{STARTS}/eEinfaINty"

MOST_CELLS = 10**6
"""The most numbers that a tensor may be made to have by resizing it."""

ROLES: dict[str, dict[Pane, str]] = {
    "Convolution": {Pane.INPUT: "input", Pane.KERNEL: "kernel"},
    "Transposed": {Pane.INPUT: "input", Pane.KERNEL: "kernel"},
    "Pooling": {Pane.INPUT: "input"},
    "InputGradient": {Pane.INPUT: "dy", Pane.KERNEL: "kernel"},
    "KernelGradient": {Pane.INPUT: "input", Pane.KERNEL: "dy"},
    "BiasGradient": {Pane.KERNEL: "dy"},
}
"""The tensor that each pane shows, for each kind of problem; an output, and the ones under a bias, are not given."""


def role_of(problem: Problem, pane: Pane) -> str | None:
    """The tensor that a pane shows, by its role; None for one that nobody gave."""
    return ROLES[type(problem).__name__].get(pane)


def typed(state: State, text: str) -> State:
    """Something is typed into the chosen cell; the first of it begins a new number."""
    draft = state.draft
    if draft is None:
        if text not in STARTS:
            return state
        return _opened(state, text)
    return replace(state, draft=draft + "".join(sign for sign in text if sign in INSIDE))


def opened(state: State) -> State:
    """The number in the chosen cell is typed on."""
    if state.focus is Pane.OUTPUT:
        return _opened(state, "")
    tensor = state.tensor(state.focus)
    assert tensor is not None
    return _opened(state, exact_text(tensor.at(state.cells[state.focus]), fractions=True, dtype=tensor.dtype)[0])


def _opened(state: State, draft: str) -> State:
    if state.focus is Pane.OUTPUT and state.guessed is None:
        return refusing(state, "outputs are computed; press v to hide them and guess")
    if state.focus is not Pane.OUTPUT and role_of(state.problem, state.focus) is None:
        return refusing(state, "these ones stand for the places of the output, and are not given")
    return replace(state, draft=draft, said="", refused=False, playing=False)


def rubbed(state: State) -> State:
    """The last character is taken away."""
    return state if state.draft is None else replace(state, draft=state.draft[:-1])


def cancelled(state: State) -> State:
    """The number is left as it was."""
    return replace(state, draft=None, said="", refused=False)


def committed(state: State, rows: int = 0, columns: int = 0) -> State:
    """The number that was typed is taken, and the next cell is chosen; of what is no number the draft stays."""
    if state.draft is None:
        return state
    try:
        number = parse(state.draft)
    except ValueError as error:
        return replace(state, said=f"{state.draft or 'nothing'} is no number: {error}", refused=True)
    if state.focus is Pane.OUTPUT:
        return answered(state, number)
    after = edited(state, state.focus, state.cells[state.focus], number)
    return after if after.refused else moved(after, rows, columns)


def edited(state: State, pane: Pane, index: Index, number: Number) -> State:
    """A cell of the input or the kernel holds another number."""
    role = role_of(state.problem, pane)
    assert role is not None
    tensor = given(state, role)
    place = places(state, pane, tensor.shape)[index]
    after = replaced(tensor, int(place), number)
    rounded = tensor.is_exact and not after.is_exact
    said = f"all numbers of the {role} are doubles now; u brings the exact ones back" if rounded else ""
    return changed(state, with_tensor(state.asked, role, after), said)


def given(state: State, role: str) -> Tensor:
    """A tensor as it was given; a gradient of the output that was not is one of ones."""
    if role in state.asked.tensors:
        return state.asked.tensors[role]
    forward = state.problem.forward  # type: ignore[attr-defined]  # of the gradients, which alone have a dy
    return Tensor.exact(np.ones(forward.view.shape(forward.spec.output_shape), np.int64))


def with_tensor(asked: Asked, role: str, tensor: Tensor, source: str | None = None) -> Asked:
    """The request with another tensor, and the source that it was read from, if any."""
    sources = {name: text for name, text in asked.sources.items() if name != role}
    return replace(asked, tensors={**asked.tensors, role: tensor}, sources=sources | ({role: source} if source else {}))


def with_text(asked: Asked, name: str, text: str | None) -> Asked:
    """The request with another setting, or without it. Raises UsageError for a text that means nothing."""
    texts = {other: said for other, said in asked.texts.items() if other != name}
    if text is not None:
        texts[name] = text
    # An image is read in the layout that is asked for, so that its name stands for another tensor in another one.
    sources = {role: s for role, s in asked.sources.items() if name != "layout" or not s.lower().endswith(IMAGES)}
    return operation(asked.command).asked(asked.command, asked.tensors, texts, sources=sources)


def replaced(tensor: Tensor, place: int, number: Number) -> Tensor:
    """A tensor with another number at a place in row-major order; in a float tensor rounded once.

    >>> replaced(Tensor.of([1, 2]), 1, Fraction(1, 3)).numbers()
    [1, Fraction(1, 3)]
    """
    if tensor.is_exact and not isinstance(number, float):
        ratio = Fraction(number)
        below = math.lcm(tensor.denominator, ratio.denominator)
        values = integers(tensor.over(below)).astype(object)
        values.flat[place] = int(ratio * below)
        return Tensor.exact(values, below)
    floats = to_doubles(tensor).copy() if tensor.is_exact else tensor.values.copy()
    floats.flat[place] = number if isinstance(number, float) else nearest(number, floats.dtype.name)
    return Tensor(floats)


def places(state: State, pane: Pane, shape: Index) -> NDArray[Any]:
    """For each cell of a pane, in canonical shape, its place in the tensor that was given, in row-major order.

    What becomes of a tensor when a problem is posed is asked of a tensor of places, among others of ones: so layouts,
    missing axes and kernels that go over every channel need no second telling.
    """
    role = role_of(state.problem, pane)
    assert role is not None
    tensors = {name: Tensor(np.broadcast_to(np.int64(1), tensor.shape)) for name, tensor in state.asked.tensors.items()}
    numbered = {role: Tensor(np.arange(math.prod(shape)).reshape(shape))}
    texts = {name: text for name, text in state.asked.texts.items() if name not in ("dtype", "overflow", "pad-value")}
    asked = operation(state.asked.command).asked(state.asked.command, tensors | numbered, texts)
    problem = of_any_size(asked, state.limits)  # what has been checked is what these places are of
    if pane is Pane.INPUT:
        return problem.source.values
    assert isinstance(problem, Bilinear)
    return problem.w.values


def resized(state: State, sizes: Index) -> State:
    """The tensor of the focused pane has other sizes in space: cut at the end, or zeros put there."""
    role = role_of(state.problem, state.focus)
    if role not in ("input", "kernel"):
        return refusing(state, "sizes of the input and the kernel can change, and others follow: choose one with Tab")
    if role == "kernel" and state.asked.command == "1x1":
        return refusing(state, "a 1x1 kernel has one place; other kernels are those of 2d")
    rank = state.problem.spec.rank
    if len(sizes) != rank or min(sizes) < 1:
        return refusing(state, f"sizes are {rank} numbers from 1 on, not {'x'.join(map(str, sizes))}")
    tensor = state.asked.tensors[role]
    first = _first_in_space(state, role, tensor.shape)
    shape = (*tensor.shape[:first], *sizes, *tensor.shape[first + rank :])
    if math.prod(shape) > MOST_CELLS:
        return refusing(state, f"{math.prod(shape):,} numbers are more than can be made here: at most {MOST_CELLS:,}")
    grown = np.zeros(shape, tensor.values.dtype)
    kept = tuple(slice(0, min(old, new)) for old, new in zip(tensor.shape, shape, strict=True))
    grown[kept] = tensor.values[kept]
    return changed(state, with_tensor(state.asked, role, tensor.with_values(grown)))


def grown(state: State, axis: int, by: int) -> State:
    """One more or one less along an axis in space (-1 the last) of the focused pane."""
    sizes = list(state.shape(state.focus)[2:])
    if -axis > len(sizes):
        return refusing(state, "a signal has one axis")
    sizes[axis] += by
    return resized(state, tuple(sizes))


def _first_in_space(state: State, role: str, shape: Index) -> int:
    """The first axis in space of a tensor as it was given."""
    problem, rank = state.problem, state.problem.spec.rank
    if role == "input":
        view = getattr(problem, "forward", problem).input_view
        return int(view.order.index(2))
    if len(shape) == rank:
        return 0
    layout = state.asked.texts.get("kernel-layout", "oihw")
    before = layout.split("hw")[0]
    if len(shape) == rank + 2 or before == "" or len(before) == 2:
        return min(len(before), len(shape) - rank)
    kernels = problem.w.shape[2:]  # type: ignore[attr-defined]  # ohwi with one of its channel axes: whichever fits
    return 1 if shape[1:] == kernels else 0
