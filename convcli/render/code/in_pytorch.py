"""Scripts in PyTorch: its functions with its settings, and what it has no setting for done to the tensors first."""

from convcli.axis import PaddingMode
from convcli.problem import (
    BiasGradient,
    Convolution,
    InputGradient,
    KernelGradient,
    Pooling,
    Problem,
    Transposed,
)
from convcli.render.code.framework import Framework
from convcli.render.code.literals import number
from convcli.render.code.operands import listed
from convcli.render.code.phrases import call, dividing, each, read, slices, tuple_of, unless
from convcli.settings import PoolKind

MODES = {PaddingMode.REFLECT: "reflect", PaddingMode.REPLICATE: "replicate", PaddingMode.CIRCULAR: "circular"}


def _code(problem: Problem, sums: str) -> list[str]:
    if isinstance(problem, Pooling):
        return ["x = torch.from_numpy(x)", *_pooled(problem), "y = y.numpy()"]
    if isinstance(problem, InputGradient | KernelGradient):
        return _differentiated(problem)
    assert isinstance(problem, Convolution | Transposed)
    names = ["x", "w", *(["b"] if problem.bias is not None else [])]
    lines = [f"{', '.join(names)} = map(torch.from_numpy, ({', '.join(names)}))"]
    lines += _convolved(problem) if isinstance(problem, Convolution) else _transposed(problem)
    return [*lines, "y = y.numpy()"]


FRAMEWORK = Framework(
    package="torch",
    imports={"torch.": "import torch", "F.": "import torch.nn.functional as F"},
    code=_code,
)


def _differentiated(problem: InputGradient | KernelGradient) -> list[str]:
    of = problem.symbol[1]
    names = ["x", "w", "dy", *(["b"] if isinstance(problem, BiasGradient) else [])]
    return [
        f"{', '.join(names)} = map(torch.from_numpy, ({', '.join(names)}))",
        f"{of}.requires_grad_()",
        *_convolved(problem.forward, biased=of == "b"),
        f"({problem.symbol},) = torch.autograd.grad(y, {of}, dy)",
        f"{problem.symbol} = {problem.symbol}.numpy()",
    ]


def _convolved(problem: Convolution, *, biased: bool | None = None) -> list[str]:
    spec = problem.spec
    lines, kernel = _read(problem)
    x, padding = "x", None
    if all(before == after for before, after in spec.pads) and not problem.padding_counts:
        padding = unless(0, [before for before, _ in spec.pads])
    elif spec.is_padded:
        lines, x = [*lines, *_padded(problem)], "padded"
    called = call(
        f"F.conv{spec.rank}d",
        x,
        kernel,
        "b" if (problem.bias is not None if biased is None else biased) else None,
        stride=unless(1, [axis.stride for axis in spec.axes]),
        padding=padding,
        dilation=unless(1, [axis.dilation for axis in spec.axes]),
        groups=unless(1, [spec.groups]),
    )
    return [*lines, f"y = {called}"]


def _read(problem: Convolution | Transposed) -> tuple[list[str], str]:
    """The kernel, turned round first if it is read backwards."""
    if not problem.spec.flipped:
        return [], "w"
    axes = listed(range(2, 2 + problem.spec.rank))
    return [f"flipped = w.flip({axes})  # a true convolution reads the kernel backwards"], "flipped"


def _padded(problem: Convolution) -> list[str]:
    spec = problem.spec
    if spec.mode is PaddingMode.SYMMETRIC:  # which PyTorch does not have: which elements each axis shows
        lines = ["padded = x"]
        for place, axis in enumerate(spec.axes, 2):
            if axis.pad_before or axis.pad_after:
                shown = ", ".join(map(str, axis.filled))
                lines.append(f"padded = padded.index_select({place}, torch.tensor([{shown}]))")
        return lines
    value = number(problem.pad_value.at(())) if problem.pads_with_value else None
    mode = f'"{MODES[spec.mode]}"' if spec.mode in MODES else None
    return [f"padded = {call('F.pad', 'x', _backwards(spec.pads), mode=mode, value=value)}  # the last axis first"]


def _backwards(pads: tuple[tuple[int, int], ...]) -> str:
    return tuple_of(n for pair in reversed(pads) for n in pair)


def _transposed(problem: Transposed) -> list[str]:
    spec = problem.spec
    lines, kernel = _read(problem)
    even = all(before == after for before, after in spec.pads)
    called = call(
        f"F.conv_transpose{spec.rank}d",
        "x",
        kernel,
        "b" if problem.bias is not None else None,
        stride=unless(1, [axis.stride for axis in spec.axes]),
        padding=unless(0, [before for before, _ in spec.pads]) if even else None,
        output_padding=unless(0, [axis.output_padding for axis in spec.axes]),
        groups=unless(1, [spec.groups]),
        dilation=unless(1, [axis.dilation for axis in spec.axes]),
    )
    if even:
        return [*lines, f"y = {called}"]
    kept = slices(f"{axis.pad_before}:{axis.pad_before + axis.output}" for axis in spec.axes)
    return [*lines, f"y = {called}", f"y = y{kept}  # cropped unevenly, which PyTorch has no setting for"]


def _pooled(problem: Pooling) -> list[str]:
    spec = problem.spec
    even = all(before == after and 2 * before <= k for (before, after), k in zip(spec.pads, spec.kernels, strict=True))
    plain = all(axis.dilation == 1 and (spec.rank < 3 or axis.kernel <= axis.size) for axis in spec.axes)
    bare = not spec.is_padded and not any(axis.overhang for axis in spec.axes)
    if spec.kind is PoolKind.MAX:
        return _largest(problem, even)
    if spec.kind is PoolKind.LP:
        if plain and bare:
            return [f"y = {_pool(problem, 'lp', 'x.abs()', str(spec.power))}"]
        lines, sums = _summed(problem, f"x.abs() ** {spec.power}")
        return [*lines, f"y = {sums} ** (1 / {spec.power})"]
    if plain and even and (spec.divisor is None or spec.rank > 1):
        uncounted = "False" if spec.is_padded and not spec.count_include_pad else None
        divisor = None if spec.divisor is None else str(spec.divisor)
        return [f"y = {_pool(problem, 'avg', 'x', padded=True, count_include_pad=uncounted, divisor_override=divisor)}"]
    lines, sums = _summed(problem, "x")
    before, count = dividing(problem)
    return [*lines, *before, f"y = {sums} / {'torch.from_numpy(count)' if before else count}"]


def _largest(problem: Pooling, even: bool) -> list[str]:
    spec = problem.spec
    dilation = unless(1, [axis.dilation for axis in spec.axes])
    if even:
        return [f"y = {_pool(problem, 'max', 'x', padded=True, dilation=dilation)}"]
    padded = f"x = {call('F.pad', 'x', _backwards(read(spec.axes)), value='-torch.inf')}  # the last axis first"
    return [padded, f"y = {_pool(problem, 'max', 'x', dilation=dilation)}"]


def _pool(problem: Pooling, kind: str, *arguments: str, padded: bool = False, **settings: str | None) -> str:
    spec = problem.spec
    strides = tuple(axis.stride for axis in spec.axes)
    padding = unless(0, [before for before, _ in spec.pads]) if padded else None
    ceil = "True" if padded and any(axis.ceil for axis in spec.axes) else None
    return call(
        f"F.{kind}_pool{spec.rank}d",
        *arguments,
        each(spec.kernels),
        stride=None if strides == spec.kernels else each(strides),
        padding=padding,
        ceil_mode=ceil,
        **settings,
    )


def _summed(problem: Pooling, cells: str) -> tuple[list[str], str]:
    """The sum of each window as a convolution of every channel by ones."""
    spec = problem.spec
    pads, channels = read(spec.axes), spec.channels_in
    lines = [f"cells = {cells}"]
    if any(map(any, pads)):
        lines.append(f"cells = {call('F.pad', 'cells', _backwards(pads))}  # the last axis first")
    lines.append(f"ones = torch.ones({listed((channels, 1, *spec.kernels))}, dtype=x.dtype)")
    called = call(
        f"F.conv{spec.rank}d",
        "cells",
        "ones",
        stride=unless(1, [axis.stride for axis in spec.axes]),
        dilation=unless(1, [axis.dilation for axis in spec.axes]),
        groups=unless(1, [channels]),
    )
    return lines, called
