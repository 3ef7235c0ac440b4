"""Scripts in NumPy alone, as a teacher would show it: windows and one sum of products, or one tap after the other."""

from collections.abc import Sequence

from convcli.axis import PaddingMode, Pads
from convcli.problem import (
    BiasGradient,
    Bilinear,
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
from convcli.render.code.phrases import call, dividing, every, over_taps, pairs, read, slices, taps, tuple_of
from convcli.settings import PoolKind
from convcli.spec import BilinearSpec

MODES = {
    PaddingMode.REFLECT: "reflect",
    PaddingMode.SYMMETRIC: "symmetric",
    PaddingMode.REPLICATE: "edge",
    PaddingMode.CIRCULAR: "wrap",
}
SPACE = {1: "w", 2: "hw", 3: "dhw"}
TAPS = {1: "k", 2: "jk", 3: "ijk"}


def _code(problem: Problem, sums: str) -> list[str]:
    if isinstance(problem, Pooling):
        return _pooled(problem)
    if isinstance(problem, BiasGradient):
        return [f"db = dy.sum({tuple_of((0, *range(2, 2 + problem.forward.spec.rank)))})"]
    if isinstance(problem, KernelGradient):
        return _of_kernel(problem)
    if isinstance(problem, Transposed):
        return _stamped(problem)
    assert isinstance(problem, Convolution)
    return _convolved(problem)


FRAMEWORK = Framework(
    package="numpy",
    imports={"sliding_window_view": "from numpy.lib.stride_tricks import sliding_window_view"},
    code=_code,
    integers=True,
    differentiates=False,
)


def _convolved(problem: Convolution) -> list[str]:
    spec, s, t = problem.spec, SPACE[problem.spec.rank], TAPS[problem.spec.rank]
    grouped = spec.groups > 1
    lines = [*_flipped(spec), *_read(problem)]
    if grouped:
        shape = listed((spec.groups, spec.group_out, spec.group_in, *spec.kernels))
        lines += [_windows_by_group(spec), f"w = w.reshape({shape})"]
    g = "g" if grouped else ""
    lines.append(f'y = np.einsum("n{g}c{s}{t},{g}oc{t}->n{g}o{s}", windows, w)')
    if grouped:
        lines.append(f"y = y.reshape({listed(spec.output_shape)})")
    return [*lines, *_biased(problem)]


def _of_kernel(problem: KernelGradient) -> list[str]:
    spec, s, t = problem.forward.spec, SPACE[problem.spec.rank], TAPS[problem.spec.rank]
    lines = _read(problem.forward)
    g = ""
    if spec.groups > 1:
        g = "g"
        shape = listed((spec.batch, spec.groups, spec.group_out, *spec.outputs))
        lines += [_windows_by_group(spec), f"dy = dy.reshape({shape})"]
    lines.append(f'dw = np.einsum("n{g}c{s}{t},n{g}o{s}->{g}oc{t}", windows, dy)')
    if g:
        lines.append(f"dw = dw.reshape({listed(problem.spec.output_shape)})")
    return [*lines, *_flipped(spec, "dw")]


def _read(problem: Convolution) -> list[str]:
    """The windows that the kernel lies on."""
    spec = problem.spec
    lines = []
    if spec.is_padded:
        mode = f'"{MODES[spec.mode]}"' if spec.mode in MODES else None
        value = number(problem.pad_value.at(())) if problem.pads_with_value else None
        lines.append(f"x = {call('np.pad', 'x', pairs(spec.pads), mode=mode, constant_values=value)}")
    return [*lines, *_windows(spec.axes)]


def _windows(axes: Sequence[object]) -> list[str]:
    spans, strides, dilations = ([getattr(axis, name) for axis in axes] for name in ("span", "stride", "dilation"))
    view = f"sliding_window_view(x, {tuple_of(spans)}, {tuple_of(range(2, 2 + len(spans)))})"
    lines = [f"windows = {view}  # (N, C, place..., tap...)"]
    if chosen := every([*strides, *dilations]):
        lines.append(f"windows = windows{chosen}  # by stride and dilation")
    return lines


def _windows_by_group(spec: BilinearSpec) -> str:
    shape = listed((spec.batch, spec.groups, spec.group_in))
    return f"windows = windows.reshape({shape}, *windows.shape[2:])  # (N, groups, C / groups, ...)"


def _flipped(spec: BilinearSpec, name: str = "w") -> list[str]:
    if not spec.flipped:
        return []
    space = tuple_of(range(2, 2 + spec.rank))
    return [f"{name} = np.flip({name}, {space})  # a true convolution reads the kernel backwards"]


def _biased(problem: Bilinear) -> list[str]:
    return [f"y = y + b.reshape({listed((-1, *(1,) * problem.spec.rank))})"] if problem.bias is not None else []


def _stamped(problem: Transposed) -> list[str]:
    """Every tap adds its share of the input to the places that it stamps; what lies outside is cropped."""
    spec, s = problem.spec, SPACE[problem.spec.rank]
    x, y = ("dy" if isinstance(problem, InputGradient) else "x"), problem.symbol
    lines, letters, g = _flipped(spec), TAPS[3][: spec.rank], ""
    if spec.groups > 1:
        g = "g"
        lines += [
            f"{x} = {x}.reshape({listed((spec.batch, spec.groups, spec.group_in, *spec.sizes))})",
            f"w = w.reshape({listed((spec.groups, spec.group_in, spec.group_out, *spec.kernels))})",
        ]
    leading = (spec.batch, spec.groups, spec.group_out) if g else (spec.batch, spec.channels_out)
    lines.append(f"full = np.zeros({tuple_of((*leading, *(axis.padded for axis in spec.axes)))}, {x}.dtype)")
    reaches = [axis.full - axis.span + 1 for axis in spec.axes]
    places = taps([axis.dilation for axis in spec.axes], reaches, [axis.stride for axis in spec.axes])
    product = f'np.einsum("n{g}c{s},{g}co->n{g}o{s}", {x}, w[..., {", ".join(letters)}])'
    lines += [f"{over_taps(spec.kernels)}:", f"    full[..., {', '.join(places)}] += {product}"]
    if g:
        lines.append(f"full = full.reshape({listed((spec.batch, spec.channels_out))}, *full.shape[3:])")
    if isinstance(problem, InputGradient) and spec.is_padded and spec.mode is not PaddingMode.ZEROS:
        return [*lines, *_folded(problem)]
    kept = slices(f"{axis.pad_before}:{axis.pad_before + axis.output}" for axis in spec.axes)
    whole = all(axis.output == axis.padded for axis in spec.axes)
    return [*lines, f"{y} = full{'' if whole else kept}", *_biased(problem)]


def _folded(problem: InputGradient) -> list[str]:
    """What was read from the padding belongs to the elements that it showed."""
    spec = problem.spec
    shown = []
    for axis in spec.axes:
        pads: Pads = (axis.pad_before, axis.pad_after)
        shown.append(
            f'np.pad(np.arange({axis.output}), {pads}, "{MODES[spec.mode]}")'
            if any(pads)
            else f"np.arange({axis.output})"
        )
    return [
        f"shown = np.ix_(np.arange({spec.batch}), np.arange({spec.channels_out}), {', '.join(shown)})",
        f"dx = np.zeros({tuple_of(spec.output_shape)}, full.dtype)",
        "np.add.at(dx, shown, full)  # each padded element back onto the one that it showed",
    ]


def _pooled(problem: Pooling) -> list[str]:
    spec = problem.spec
    pads, axes = read(spec.axes), tuple_of(range(-spec.rank, 0))
    lines = []
    if any(map(any, pads)):
        value = "-np.inf" if spec.kind is PoolKind.MAX else None
        lines.append(f"x = {call('np.pad', 'x', pairs(pads), constant_values=value)}")
    lines += _windows(spec.axes)
    if spec.kind is PoolKind.MAX:
        return [*lines, f"y = windows.max({axes})"]
    if spec.kind is PoolKind.LP:
        return [*lines, f"y = (abs(windows) ** {spec.power}).sum({axes}) ** (1 / {spec.power})"]
    before, count = dividing(problem)
    return [*lines, *before, f"y = windows.sum({axes}) / {count}"]
