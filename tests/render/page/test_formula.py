"""The formulas of a page, with numbers put in for their letters: they name the elements that take part."""

import re
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from convcli.axis import PaddingMode
from convcli.layout import Index
from convcli.numbers import Tensor
from convcli.problem import Convolution, InputGradient, KernelGradient, Pooling, Transposed, pooling
from convcli.render.page.formula import OUTS, PLACES, TAPS, formula
from convcli.settings import PoolKind, PoolSettings
from convcli.trace import Trace, trace_of
from tests.document.cases import derived
from tests.pools import pools
from tests.strategies import differentiated, problems, transposeds

T = Tensor.of


def some(trace: Trace[Any, Any]) -> list[Index]:
    """A few output elements, of all channels."""
    every = list(trace.indices())
    return every[:: max(1, len(every) // 5)]


def evaluated(text: str, names: dict[str, int]) -> int:
    """The value of an index of a formula."""
    code = re.sub(r"⌊(\w+)/(\d+)⌋", r"(\1//\2)", text).replace("·", "*").replace(" mod ", "%")
    return int(eval(code, {}, names))  # evaluates the formula that is under test


def parts_of(line: Any) -> dict[str, str]:
    return {span.role.name: span.text for span in line}


def indices(text: str, names: dict[str, int]) -> tuple[int, ...]:
    inside = re.fullmatch(r"\w+\[(.*)\]", text)
    assert inside
    return tuple(evaluated(part, names) for part in inside[1].split(", "))


@given(problems())
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_formula_of_a_convolution_names_what_is_read(problem: Convolution) -> None:
    spoken, spec, trace = parts_of(formula(problem)), problem.spec, trace_of(problem)
    for at in some(trace):
        step = trace.step(at)
        for channel, tap in product(range(spec.group_in), product(*map(range, spec.kernels))):
            names = lettered(OUTS, at[2:]) | lettered(TAPS, tap) | {"n": at[0], "o": at[1], "c": channel}
            positions = [axis.position(out, t) for axis, out, t in zip(spec.axes, at[2:], tap, strict=True)]
            found = problem.input_view.canonical(indices(spoken["INPUT"], names))
            assert found == (at[0] if problem.input_view.batch else 0, spec.channels_of(at[1])[channel], *positions)
            weight = indices(spoken["KERNEL"], names)
            told = step.terms[channel].kernel[tap]
            assert problem.w.at(weight if problem.view.channels else (0, 0, *weight)) == told


@given(pools())
@settings(max_examples=60, deadline=None)
def test_the_formula_of_a_pooling_names_what_is_read(problem: Pooling) -> None:
    spoken, spec = parts_of(formula(problem)), problem.spec
    for at in some(trace_of(problem)):
        for tap in product(*map(range, spec.kernels)):
            names = lettered(OUTS, at[2:]) | lettered(TAPS, tap) | {"n": at[0], "c": at[1]}
            positions = [axis.position(out, t) for axis, out, t in zip(spec.axes, at[2:], tap, strict=True)]
            assert problem.input_view.canonical(indices(spoken["INPUT"], names)) == (*at[:2], *positions)


def lettered(letters: dict[int, tuple[str, ...]], index: tuple[int, ...]) -> dict[str, int]:
    return dict(zip(letters[len(index)], index, strict=True))


def unfolded() -> Any:
    """Transposed convolutions and gradients of inputs, but for those that a padding mode folds back."""
    return transposeds() | differentiated().map(lambda g: g.input).filter(lambda p: p.spec.mode.value == "zeros")


@given(unfolded())
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_formula_of_a_transposed_convolution_names_what_meets(problem: Transposed) -> None:
    spoken, spec = parts_of(formula(problem)), problem.spec
    out, within = ("c", "o") if problem.symbol == "dx" else ("o", "c")
    has_channels = problem.forward.view.channels if isinstance(problem, InputGradient) else problem.view.channels
    note = re.fullmatch(r" over all with (.*)", spoken["NOTE"])
    assert note
    where = [pair.split(" = ") for pair in note[1].split(", ")]
    for at in some(trace_of(problem)):
        expected, met = trace_of(problem).step(at), []
        for channel, place, tap in product(
            range(spec.group_in), product(*map(range, spec.sizes)), product(*map(range, spec.kernels))
        ):
            names = (
                lettered(OUTS, at[2:])
                | lettered(PLACES, place)
                | lettered(TAPS, tap)
                | {"n": at[0], out: at[1], within: channel}
            )
            if all(evaluated(left, names) == names[right] for left, right in where):
                x = problem.x.at(problem.input_view.canonical(indices(spoken["INPUT"], names)))
                weight = indices(spoken["KERNEL"], names)
                met.append(x * problem.w.at(weight if has_channels else (0, 0, *weight)))
        assert sum(met) + (expected.bias or 0) == expected.total


@given(differentiated())
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_formulas_of_gradients_name_what_is_summed(gradients: Any) -> None:
    for problem in (gradients.kernel, gradients.bias):
        assert isinstance(problem, KernelGradient)
        spoken, spec, trace = parts_of(formula(problem)), problem.forward.spec, trace_of(problem)
        for at in some(trace):
            total: Any = 0
            for item, place in product(range(spec.batch), product(*map(range, spec.outputs))):
                names = lettered(OUTS, place) | lettered(TAPS, at[2:]) | {"n": item, "o": at[0], "c": at[1]}
                dy = gradients.dy.at(problem.forward.view.canonical(indices(spoken["KERNEL"], names)))
                total += dy * (read(problem, indices(spoken["INPUT"], names)) if "INPUT" in spoken else 1)
            assert total == trace.step(at).total


def read(problem: KernelGradient, named: tuple[int, ...]) -> Any:
    """The element of the input at an index that may be in the padding."""
    spec, index = problem.forward.spec, problem.input_view.canonical(named)
    inside = [spec.mode.source(i, n) for i, n in zip(index[2:], spec.sizes, strict=True)]
    sources = [source for source in inside if source is not None]
    return problem.x.at((*index[:2], *sources)) if len(sources) == spec.rank else problem.pad_value.at(())


def test_a_folded_gradient_says_where_else_is_collected() -> None:
    spoken = parts_of(formula(derived(padding=1, padding_mode=PaddingMode.REFLECT).input))
    assert spoken["NOTE"].endswith("j, or at a place where reflect padding shows the element")
    assert parts_of(formula(derived(padding_mode=PaddingMode.REFLECT).input))["NOTE"].endswith("q + v = j")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ({"kind": PoolKind.MAX}, "y[i] = max_u x[2·i + u]"),
        ({"kind": PoolKind.AVERAGE}, "y[i] = (Σ_u x[2·i + u]) / how many cells count"),
        ({"kind": PoolKind.AVERAGE, "divisor": 3}, "y[i] = (Σ_u x[2·i + u]) / 3"),
        ({"kind": PoolKind.LP, "power": 1}, "y[i] = Σ_u |x[2·i + u]|"),
        ({"kind": PoolKind.LP, "power": 3}, "y[i] = (Σ_u |x[2·i + u]|^3)^(1/3)"),
    ],
)
def test_formulas_of_pooling(kind: dict[str, Any], text: str) -> None:
    problem = pooling(T([1, 2, 3, 4]), rank=1, settings=PoolSettings(kernel_size=2, **kind))
    assert "".join(span.text for span in formula(problem)) == text
