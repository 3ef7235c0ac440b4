"""Scripts in JAX: `lax` has words for all of it, transposed convolutions among them as those of an input spread out."""

from convcli.axis import PaddingMode
from convcli.problem import Bilinear, Convolution, InputGradient, KernelGradient, Pooling, Problem, Transposed
from convcli.render.code.framework import Framework
from convcli.render.code.literals import number
from convcli.render.code.operands import listed
from convcli.render.code.phrases import call, dividing, indented, pairs, read, tuple_of
from convcli.settings import PoolKind
from convcli.spec import BilinearSpec

MODES = {
    PaddingMode.REFLECT: "reflect",
    PaddingMode.SYMMETRIC: "symmetric",
    PaddingMode.REPLICATE: "edge",
    PaddingMode.CIRCULAR: "wrap",
}


def _code(problem: Problem, sums: str) -> list[str]:
    if isinstance(problem, Pooling):
        lines = _pooled(problem)
    elif isinstance(problem, InputGradient | KernelGradient):
        lines = _differentiated(problem)
    elif isinstance(problem, Transposed):
        lines = _transposed(problem)
    else:
        assert isinstance(problem, Convolution)
        steps, y = _convolved(problem)
        lines = [*steps, f"y = {y}", *_biased(problem)]
    return [*lines, f"{problem.symbol} = np.asarray({problem.symbol})"]


FRAMEWORK = Framework(
    package="jax",
    imports={"jax.": "import jax", "jnp.": "import jax.numpy as jnp", "lax.": "from jax import lax"},
    code=_code,
    setup={"float64": 'jax.config.update("jax_enable_x64", True)  # or JAX makes float32 of float64'},
)


def _differentiated(problem: InputGradient | KernelGradient) -> list[str]:
    of = problem.symbol[1]
    steps, y = _convolved(problem.forward)
    added = f" + {_column('b', problem.spec.rank)}" if of == "b" else ""
    return [
        "",
        f"def forward({of}):",
        *indented([*steps, f"return {y}{added}"]),
        "",
        "",
        f"_, pulled_back = jax.vjp(forward, {of})",
        f"({problem.symbol},) = pulled_back(dy)",
    ]


def _convolved(problem: Convolution) -> tuple[list[str], str]:
    spec = problem.spec
    lines, x, pads = [], "x", spec.pads
    if spec.is_padded and problem.padding_counts:
        mode = f'"{MODES[spec.mode]}"' if spec.mode in MODES else None
        value = number(problem.pad_value.at(())) if problem.pads_with_value else None
        lines, x = [f"padded = {call('jnp.pad', 'x', pairs(pads), mode=mode, constant_values=value)}"], "padded"
        pads = ((0, 0),) * spec.rank
    kernel = "w"
    if spec.flipped:
        lines.append(f"flipped = jnp.flip(w, {_space(spec)})  # a true convolution reads the kernel backwards")
        kernel = "flipped"
    return lines, _general(spec, x, kernel, [axis.stride for axis in spec.axes], pads)


def _general(
    spec: BilinearSpec, x: str, kernel: str, strides: list[int], pads: tuple[tuple[int, int], ...], **more: str
) -> str:
    dilations = [axis.dilation for axis in spec.axes]  # type: ignore[attr-defined]  # all but KernelAxis
    return call(
        "lax.conv_general_dilated",
        x,
        kernel,
        window_strides=tuple_of(strides),
        padding=str([(int(before), int(after)) for before, after in pads]),
        **more,
        rhs_dilation=tuple_of(dilations) if set(dilations) != {1} else None,
        feature_group_count=str(spec.groups) if spec.groups > 1 else None,
        precision='"highest"',
    )


def _transposed(problem: Transposed) -> list[str]:
    """The input with zeros between its elements, under the kernel turned round: (C, O/G) as (O, C/G), by groups."""
    spec = problem.spec
    lines = []
    if not spec.flipped:
        lines.append(f"w = jnp.flip(w, {_space(spec)})  # stamping is reading backwards")
    if spec.groups == 1:
        lines.append("w = w.swapaxes(0, 1)  # (O, C, ...)")
    else:
        apart = listed((spec.groups, spec.group_in, spec.group_out, *spec.kernels))
        joined = listed((spec.channels_out, spec.group_in, *spec.kernels))
        lines.append(f"w = w.reshape({apart}).swapaxes(1, 2).reshape({joined})  # (O, C / groups, ...)")
    pads = tuple(
        (axis.span - 1 - axis.pad_before, axis.span - 1 - axis.pad_after + axis.output_padding) for axis in spec.axes
    )
    strides = tuple_of(axis.stride for axis in spec.axes)
    y = _general(spec, "x", "w", [1] * spec.rank, pads, lhs_dilation=strides)
    return [*lines, f"y = {y}", *_biased(problem)]


def _biased(problem: Bilinear) -> list[str]:
    return [f"y = y + {_column('b', problem.spec.rank)}"] if problem.bias is not None else []


def _column(name: str, rank: int) -> str:
    return f"{name}.reshape({listed((-1, *(1,) * rank))})"


def _space(spec: BilinearSpec) -> str:
    return tuple_of(range(2, 2 + spec.rank))


def _pooled(problem: Pooling) -> list[str]:
    spec = problem.spec
    if spec.kind is PoolKind.MAX:
        return [f"y = {_reduced(problem, 'x', '-jnp.inf', 'lax.max')}"]
    if spec.kind is PoolKind.LP:
        cells = f"abs(x) ** {spec.power}"
        return [f"y = {_reduced(problem, cells, '0.0', 'lax.add')} ** (1 / {spec.power})"]
    lines, count = dividing(problem)
    return [*lines, f"y = {_reduced(problem, 'x', '0.0', 'lax.add')} / {count}"]


def _reduced(problem: Pooling, cells: str, start: str, by: str) -> str:
    spec = problem.spec
    dilations = [axis.dilation for axis in spec.axes]
    return call(
        "lax.reduce_window",
        cells,
        start,
        by,
        window_dimensions=tuple_of((1, 1, *spec.kernels)),
        window_strides=tuple_of((1, 1, *(axis.stride for axis in spec.axes))),
        padding=pairs(read(spec.axes)),
        window_dilation=tuple_of((1, 1, *dilations)) if set(dilations) != {1} else None,
    )
