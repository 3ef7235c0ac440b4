"""A result as one mapping, of schema convcalc/1, in JSON and in YAML."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from convcli.layout import Index
from convcli.numbers.grammar import Number
from convcli.numbers.show import exact_text, texts
from convcli.numbers.tensor import Tensor
from convcli.problem import Convolution, Problem
from convcli.render.data import Written
from convcli.render.nested import SCHEMA, WRITERS, Cells, Node

TYPE_CHECKING = False  # typing's, which type checkers know by this name
if TYPE_CHECKING:
    from convcli.problem import Bilinear, Gradients, Transposed
    from convcli.trace import PoolStep, Step, Term


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


def to_mapping(
    form: str,
    problem: Problem,
    output: Tensor | None,
    steps: Iterable[Any] | None = None,
    *,
    fractions: bool = False,
) -> Written[str]:
    """The result in the `form` of JSON or YAML; `output` is the engine's (N, O, *o), or None where only steps were
    asked for."""
    count = _counter(problem, fractions)
    text = WRITERS[form](_mapping(problem, output, steps, count))
    return Written(text, count.rounded)


def gradients_to_mapping(
    form: str,
    gradients: "Gradients",
    outputs: Mapping[str, Tensor],
    steps: "Mapping[str, Iterable[Step]] | None" = None,
    *,
    fractions: bool = False,
) -> Written[str]:
    """All gradients of a convolution, by what they are the gradient of: input, kernel, bias."""
    forward = gradients.forward
    count = _counter(forward, fractions)
    mapping = _head(forward, f"{forward.op}.gradients", count) | {"dy": {"shape": list(gradients.input.given["dy"])}}
    found: dict[str, Node] = {}
    for name, output in outputs.items():
        problem: Bilinear = getattr(gradients, name)
        found[name] = _result(problem, output, count)
        if steps is not None:
            found[name] |= {"steps": [_step(step, problem, output, count) for step in steps[name]]}  # type: ignore[operator]
    return Written(WRITERS[form](mapping | {"gradients": found}), count.rounded)


def _counter(problem: Problem, fractions: bool) -> _Count:
    return _Count(fractions, problem.arithmetic.name if problem.arithmetic.is_float else "float64")


def _mapping(problem: Problem, output: Tensor | None, steps: Iterable[Any] | None, count: _Count) -> dict[str, Node]:
    mapping = _head(problem, problem.op, count)
    if "dy" in problem.given:
        mapping["dy"] = {"shape": list(problem.given["dy"])}
    mapping["output"] = _result(problem, output, count)
    if steps is not None:
        mapping["steps"] = [_step(step, problem, output, count) for step in steps]
    return mapping


def _head(problem: Problem, op: str, count: _Count) -> dict[str, Node]:
    """What was computed, of what."""
    given: dict[str, Node] = {role: {"shape": list(shape)} for role, shape in problem.given.items()}
    head: dict[str, Node] = {"schema": SCHEMA, "op": op, "params": _params(problem, count), "input": given["input"]}
    return head | ({"kernel": given["kernel"], "bias": given.get("bias")} if "kernel" in given else {})


def _result(problem: Problem, output: Tensor | None, count: _Count) -> dict[str, Node]:
    result: dict[str, Node] = {"shape": list(problem.view.shape(problem.spec.output_shape))}
    if output is not None:
        result["data"] = count.tensor(problem.view.present(output))
    return result


def _params(problem: Problem, count: _Count) -> dict[str, Node]:
    if isinstance(problem, Convolution):
        return _of_convolution(problem, count)
    from convcli.problem import InputGradient, KernelGradient, Pooling, Transposed

    if isinstance(problem, InputGradient | KernelGradient):
        return _of_convolution(problem.forward, count)
    if isinstance(problem, Pooling):
        from convcli.render.pooled import params

        return params(problem)
    assert isinstance(problem, Transposed)
    output_padding: dict[str, Node] = {"output_padding": [axis.output_padding for axis in problem.spec.axes]}
    return _of_space(problem) | output_padding | _of_all(problem)


def _of_convolution(problem: Convolution, count: _Count) -> dict[str, Node]:
    params = _of_space(problem) | {"padding_mode": problem.spec.mode.value}
    if problem.pads_with_value:
        params["pad_value"] = count.cells([problem.pad_value.at(())], ())
    return params | _of_all(problem)


def _of_space(problem: "Convolution | Transposed") -> dict[str, Node]:
    return {
        "stride": [axis.stride for axis in problem.spec.axes],
        "padding": [list(pair) for pair in problem.spec.pads],
    }


def _of_all(problem: "Convolution | Transposed") -> dict[str, Node]:
    spec = problem.spec
    return {
        "dilation": [axis.dilation for axis in spec.axes],
        "groups": spec.groups,
        "flip": spec.flipped,
        "layout": problem.input_view.layout,
        "dtype": problem.arithmetic.name,
    }


def _step(step: "Step | PoolStep", problem: Problem, output: Tensor | None, count: _Count) -> Node:
    """A step; with the engine's value where that, rounding as it goes, is not the exact sum rounded once."""
    from convcli.trace import Step

    if not isinstance(step, Step):
        step = step.beside(output)
    value = count.cells([step.value], ())
    node: dict[str, Node] = {
        "at": list(problem.view.shape(step.at)),
        **_working(step, problem, count),
        "value": value,
    }
    if output is not None and problem.arithmetic.is_float:
        engine = count.cells([output.at(step.at)], ())
        if engine != value:
            node["engine"] = engine
    return node


def _working(step: "Step | PoolStep", problem: Problem, count: _Count) -> dict[str, Node]:
    """What a value is made of."""
    from convcli.trace import Step

    if isinstance(step, Step):
        bias = count.cells([0 if step.bias is None else step.bias], ())
        return {"terms": [_term(term, count) for term in step.terms], "bias": bias}
    from convcli.problem import Pooling
    from convcli.render.pooled import terms

    assert isinstance(problem, Pooling)
    return {"terms": terms(step, problem, count.cells)}


def _term(term: "Term", count: _Count) -> Node:
    shape = term.patch.shape
    return {
        "channel": term.channel,
        "patch": count.cells(term.patch.ravel().tolist(), shape),
        "padding": Cells(["true" if cell else "false" for cell in term.padding.ravel().tolist()], shape),
        "kernel": count.cells(term.kernel.ravel().tolist(), shape),
        "products": count.cells(term.products.ravel().tolist(), shape),
        "sum": count.cells([term.sum], ()),
    }
