"""A problem as the text of a problem file, but for the numbers that can be edited: the script fills those in."""

from typing import Any

from convcli.layout import Index
from convcli.numbers.show import texts
from convcli.numbers.tensor import Tensor
from convcli.problem import Bilinear, Convolution, Problem
from convcli.render.nested import Cells, yaml_text

Node = Any


def problem_text(problem: Problem) -> dict[str, Node]:
    """`lines` of settings and of tensors that are not edited; `tensors`, what the others are called there and which of
    their axes are written in which order; the command that reads it."""
    from convcli.problem import InputGradient, KernelGradient, Pooling, Transposed

    if isinstance(problem, Pooling):
        return _file(f"pool{problem.spec.rank}d", _pooling(problem), {"source": ("input", problem.input_view.order)})
    assert isinstance(problem, Bilinear)
    command = f"{problem.spec.rank}d"
    if isinstance(problem, InputGradient | KernelGradient):
        return _file(command, *_gradient(problem))
    if isinstance(problem, Transposed):
        settings = _transposed(problem)
    else:
        assert isinstance(problem, Convolution)
        settings = _convolution(problem)
    tensors = {"source": ("input", problem.input_view.order), "other": ("kernel", _kernel_order(problem))}
    return _file(command, settings, tensors | ({"bias": ("bias", (0,))} if problem.bias is not None else {}))


def _file(
    command: str, settings: dict[str, Node], tensors: dict[str, tuple[str, Index]], fixed: dict[str, Node] | None = None
) -> dict[str, Node]:
    return {
        "command": f"convcalc {command} problem.yaml --explain",
        "lines": yaml_text(settings | (fixed or {})).splitlines(),
        "tensors": [[role, name, list(order)] for role, (name, order) in tensors.items()],
    }


def _gradient(problem: Bilinear) -> tuple[dict[str, Node], dict[str, tuple[str, Index]], dict[str, Node]]:
    """A gradient: that of the input takes any input of its shape, that of the kernel any kernel."""
    from convcli.problem import BiasGradient, InputGradient, KernelGradient

    assert isinstance(problem, InputGradient | KernelGradient)
    forward, dy = problem.forward, problem.forward.view.order
    of = {"dx": "input", "dw": "kernel", "db": "bias"}[problem.symbol]
    x = _fixed(forward.x, forward.input_view.order)
    w = _fixed(forward.w, _kernel_order(forward))
    settings = _convolution(forward) | {"grad": of}
    if isinstance(problem, BiasGradient):
        return settings, {"other": ("dy", dy)}, {"input": x, "kernel": w}
    if isinstance(problem, InputGradient):
        return settings, {"source": ("dy", dy), "other": ("kernel", _kernel_order(forward))}, {"input": x}
    return settings, {"source": ("input", forward.input_view.order), "other": ("dy", dy)}, {"kernel": w}


def _convolution(problem: Convolution) -> dict[str, Node]:
    spec = problem.spec
    settings = _windows(problem) | {"groups": spec.groups, "flip": spec.flipped}
    if spec.mode.value != "zeros":
        settings["padding-mode"] = spec.mode.value
    if problem.pads_with_value:
        settings["pad-value"] = Cells(texts(problem.pad_value, fractions=True).cells, ())
    return settings | _common(problem)


def _transposed(problem: Problem) -> dict[str, Node]:
    from convcli.problem import Transposed

    assert isinstance(problem, Transposed)
    spec = problem.spec
    extra = {"output-padding": [axis.output_padding for axis in spec.axes]}
    channels = {"groups": spec.groups, "flip": spec.flipped}
    return {"transposed": True} | _windows(problem) | extra | channels | _common(problem)


def _pooling(problem: Problem) -> dict[str, Node]:
    from convcli.problem import Pooling
    from convcli.settings import PoolKind

    assert isinstance(problem, Pooling)
    spec = problem.spec
    settings: dict[str, Node] = {"kind": spec.kind.value}
    if spec.whole:
        settings["global"] = True
    else:
        settings |= {"kernel-size": list(spec.kernels)} | _windows(problem) | {"ceil": spec.axes[0].ceil}
    if spec.kind is PoolKind.AVERAGE:
        settings["count-include-pad"] = spec.count_include_pad
        if spec.divisor is not None:
            settings["divisor"] = spec.divisor
    elif spec.kind is PoolKind.LP:
        settings["power"] = spec.power
    return settings | _common(problem)


def _windows(problem: Problem) -> dict[str, Node]:
    spec: Any = problem.spec
    return {
        "stride": [axis.stride for axis in spec.axes],
        "padding": [list(pair) for pair in spec.pads],
        "dilation": [axis.dilation for axis in spec.axes],
    }


def _common(problem: Problem) -> dict[str, Node]:
    settings: dict[str, Node] = {"layout": problem.input_view.layout}
    if problem.arithmetic.name != "exact":
        settings["dtype"] = problem.arithmetic.name
    if problem.arithmetic.overflow.value != "error":
        settings["overflow"] = problem.arithmetic.overflow.value
    return settings


def _kernel_order(problem: Bilinear) -> Index:
    """All axes; of a problem without channels only those in space, so that its output has none either."""
    axes = tuple(range(problem.w.values.ndim))
    return axes if problem.view.channels else axes[2:]


def _fixed(tensor: Tensor, order: Index) -> Cells:
    hidden = tuple(axis for axis in range(tensor.values.ndim) if axis not in order)
    values = tensor.values.transpose(*hidden, *order)[(0,) * len(hidden)]
    return Cells(texts(tensor.with_values(values), fractions=True).cells, values.shape)
