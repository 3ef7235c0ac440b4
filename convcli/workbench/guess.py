"""Guess mode: values are hidden until they are told, and a wrong one is diagnosed."""

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np

from convcli.document import Role, Writer
from convcli.numbers.grammar import Number, parse
from convcli.problem import Convolution, Problem
from convcli.trace import AnyStep, AverageStep, LpStep, MaxStep, PoolStep, Step, exact_sum, trace_of
from convcli.workbench.state import Pane, State, refusing, saying


def quizzed(state: State) -> State:
    """Guess mode begins, or ends."""
    if state.guessed is not None:
        return saying(replace(state, guessed=None, draft=None), "all values are shown again")
    hidden = replace(state, guessed=frozenset(), playing=False, focus=Pane.OUTPUT)
    return saying(hidden, "values are hidden: type the value of the chosen output; v shows them again")


def answered(state: State, number: Number) -> State:
    """A value was guessed for the chosen output."""
    assert state.guessed is not None
    writer = Writer(state.problem, state.style)
    name, step = writer.output_name(state.at), state.step
    value = state.value(state.at)  # the engine's, which floats may have rounded to elsewhere than the exact sum
    if any(_same(number, right) for right in (value, step.value, _shown(value, writer), _shown(step.value, writer))):
        found = replace(state, guessed=state.guessed | {state.at}, draft=None)
        return saying(found, f"right: {name} = {writer.number(Role.OUTPUT, value).text}")
    said = writer.number(Role.OUTPUT, number).text
    return refusing(state, f"{name} is not {said}: {diagnosis(writer, step, number)}")


def revealed(state: State) -> State:
    """The chosen output is shown without having been guessed."""
    if state.guessed is None:
        return state
    return saying(replace(state, guessed=state.guessed | {state.at}, draft=None), "shown")


def _shown(value: Number, writer: "Writer[Problem]") -> Number:
    """A value as far as its digits are shown: who reads them off has them right."""
    return parse(writer.number(Role.OUTPUT, value).text) if not isinstance(value, int) else value


def _same(one: Number, other: Number) -> bool:
    return one == other or (one != one and other != other)


def diagnosis(writer: Writer[Problem], step: AnyStep, number: Number) -> str:
    """What mistake gives this number, if it is a known one.

    >>> from convcli.document import Style
    >>> from convcli.numbers.tensor import Tensor
    >>> from convcli.problem import convolution
    >>> asked = convolution(Tensor.of([1, 2, 3]), Tensor.of([5, 7]), rank=1)
    >>> diagnosis(Writer(asked, Style()), trace_of(asked).step((0, 0, 0)), 17)
    'that is with the kernel read backwards'
    """
    for value, mistake in itertools.chain(_mistakes(writer, step), _neighbours(writer, step)):
        if _same(value, number):
            return mistake
    if not isinstance(step, Step):
        return "look at the window once more"
    if isinstance(number, float) or isinstance(step.value, float):
        return "look at the products once more"
    return _lacking(step, Fraction(number) - Fraction(step.value), writer)


def _mistakes(writer: Writer[Problem], step: AnyStep) -> Iterator[tuple[Number, str]]:
    if isinstance(step, Step):
        yield from _mistakes_of_sums(writer, step)
        if isinstance(writer.problem, Convolution):
            yield _backwards(step), "that is with the kernel read backwards"
    elif isinstance(step, PoolStep):
        yield from _mistakes_of_pools(step)
    if not isinstance(step.value, float) or math.isfinite(step.value):
        yield -step.value, "the sign is wrong"


def _mistakes_of_sums(writer: Writer[Problem], step: Step) -> Iterator[tuple[Number, str]]:
    bias = step.bias or 0
    sums = [term.sum for term in step.terms]
    if step.bias:
        yield exact_sum(sums), "the bias is missing"
        yield exact_sum([*sums, bias, bias]), "the bias is in it twice"
    for term in step.terms:
        if len(step.terms) > 1:
            part = f"{getattr(writer.problem, 'parts', 'channel')} {writer.count(term.channel)}"
            yield term.sum, f"that is the sum of {part} alone"
            rest = [other.sum for other in step.terms if other is not term]
            yield exact_sum([*rest, bias]), f"{part} is missing"
    yield (
        exact_sum([cell for term in step.terms for cell in term.patch[~term.padding].tolist()]),
        ("that is the sum of the patch, without the kernel"),
    )


def _backwards(step: Step) -> Number:
    """The value with the kernel read the other way; what padding shows takes part as it did."""
    products = [
        patch * weight
        for term in step.terms
        for patch, weight, at_all in zip(term.patch.flat, np.flip(term.kernel).flat, (~term.padding).flat, strict=True)
        if at_all
    ]
    return exact_sum([*products, step.bias or 0])


def _mistakes_of_pools(step: PoolStep) -> Iterator[tuple[Number, str]]:
    inside = step.patch[~step.padding].tolist()
    if isinstance(step, MaxStep):
        yield min(inside), "that is the smallest"
        yield max(map(abs, inside)), "that is the largest magnitude; signs count"
    else:
        yield max(inside), "that is the largest"
    if not any(isinstance(cell, float) for cell in inside):
        total = exact_sum(inside)
        if isinstance(step, AverageStep):
            yield total, "it is not divided yet"
            for count, what in ((len(inside), "the cells on the input"), (step.patch.size, "all cells of the window")):
                yield Fraction(total) / count, f"that is divided by the {count} of {what}"
        elif not isinstance(step, LpStep):
            yield Fraction(total) / len(inside), "that is the average"
    if isinstance(step, LpStep):
        yield step.sum, "the root is missing"


def _neighbours(writer: Writer[Problem], step: AnyStep) -> Iterator[tuple[Number, str]]:
    """The outputs next to this one, and the same in other channels."""
    trace, shape = trace_of(writer.problem), writer.problem.spec.output_shape
    for axis in (-1, *range(2, len(shape) - 1), 1):
        for by in (1, -1):
            at = list(step.at)
            at[axis] += by
            if 0 <= at[axis] < shape[axis]:
                yield trace.step(tuple(at)).value, f"that is {writer.output_name(tuple(at))}"


def _lacking(step: Step, off: Fraction, writer: "Writer[Problem]") -> str:
    """The one product that is missing, or too many; or to which side it is off."""
    for term in step.terms:
        for patch, kernel, product in zip(term.patch.flat, term.kernel.flat, term.products.flat, strict=True):
            if product and abs(product) == abs(off):
                factors = (writer.multiplier(Role.TEXT, factor).text for factor in (patch, kernel))
                return f"it is off by the product {'·'.join(factors)}"
    return f"that is too {'large' if off > 0 else 'small'}"
