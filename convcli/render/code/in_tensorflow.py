"""Scripts in TensorFlow, channels last, which is all that its kernels for CPUs know.

Those kernels lack much else: groups and the gradients of dilated convolutions, dilation in 3-D, pooling of float64 in
3-D, stride and dilation at once. What they lack is put together from what they have, so that a script runs anywhere.
"""

from collections.abc import Sequence

from convcli.axis import Axis, PaddingMode, Pads
from convcli.problem import Bilinear, Convolution, InputGradient, KernelGradient, Pooling, Problem, Transposed
from convcli.render.code.framework import Framework
from convcli.render.code.literals import number
from convcli.render.code.operands import listed
from convcli.render.code.phrases import (
    call,
    dividing,
    every,
    indented,
    over_taps,
    pairs,
    read,
    slices,
    tuple_of,
    visited,
)  # fmt: skip
from convcli.settings import PoolKind

MODES = {PaddingMode.REFLECT: "REFLECT", PaddingMode.SYMMETRIC: "SYMMETRIC"}


def _code(problem: Problem, sums: str) -> list[str]:
    if isinstance(problem, Pooling):
        lines = _pooled(problem, sums)
    elif isinstance(problem, InputGradient | KernelGradient):
        lines = _differentiated(problem)
    elif isinstance(problem, Transposed):
        lines = _transposed(problem)
    else:
        assert isinstance(problem, Convolution)
        lines = [*_convolved(problem), *_biased(problem)]
    return [*lines, f"{problem.symbol} = {problem.symbol}.numpy()"]


FRAMEWORK = Framework(
    package="tensorflow",
    imports={"tf.": "import tensorflow as tf"},
    code=_code,
    channels_last=True,
    setup={"float32": "tf.config.experimental.enable_tensor_float_32_execution(False)  # all 24 bits, on GPUs too"},
)


def _differentiated(problem: InputGradient | KernelGradient) -> list[str]:
    of = problem.symbol[1]
    steps = [f"tape.watch({of})", *_convolved(problem.forward), *(["y = y + b"] if of == "b" else [])]
    return [
        f"{of} = tf.constant({of})",
        "with tf.GradientTape() as tape:",
        *indented(steps),
        f"{problem.symbol} = tape.gradient(y, {of}, output_gradients=dy)",
    ]


def _convolved(problem: Convolution) -> list[str]:
    spec = problem.spec
    strides, dilations = ([getattr(axis, name) for axis in spec.axes] for name in ("stride", "dilation"))
    both = max(strides) > 1 and max(dilations) > 1  # which TensorFlow refuses: every place first, then those wanted
    lines, x, kernel, padding = [], "x", "w", "VALID"
    whole = spec.rank < 3 or not any(axis.unread for axis in spec.axes)  # or else conv3d of float64 crops the input
    if spec.rule == "same" and whole and not problem.padding_counts and not both:
        padding = "SAME"
    elif spec.is_padded:
        lines, x = _padded(problem), "padded"
    if spec.flipped:
        axes = f"[{listed(range(spec.rank))}]"
        lines, kernel = (
            [*lines, f"flipped = tf.reverse(w, {axes})  # a true convolution reads the kernel backwards"],
            "flipped",
        )
    operands = (x, kernel) if spec.groups == 1 else ("part", "own")
    convolved = call(
        "tf.nn.convolution",
        *operands,
        strides=tuple_of(strides) if set(strides) != {1} and not both else None,
        padding=f'"{padding}"',
        data_format='"NDHWC"' if spec.rank == 3 else None,  # whose gradient is not found without
        dilations=tuple_of(dilations) if set(dilations) != {1} else None,
    )
    lines += _by_group("y", convolved, spec.groups, x, kernel)
    return [*lines, f"y = y{every(strides, last=True)}"] if both else lines


def _by_group(name: str, called: str, groups: int, x: str, kernel: str) -> list[str]:
    """A call, of `part` and `own` where there are groups: of one after the other, as kernels for CPUs know none."""
    if groups == 1:
        return [f"{name} = {called}"]
    return [
        f"{name} = []",
        f"for part, own in zip(tf.split({x}, {groups}, -1), tf.split({kernel}, {groups}, -1)):  # group by group",
        *indented([f"{name}.append({called})"]),
        f"{name} = tf.concat({name}, -1)",
    ]


def _padded(problem: Convolution) -> list[str]:
    spec = problem.spec
    if spec.mode in (PaddingMode.REPLICATE, PaddingMode.CIRCULAR):  # which elements each axis shows
        lines = ["padded = x"]
        for place, axis in enumerate(spec.axes, 1):
            if axis.pad_before or axis.pad_after:
                lines.append(f"padded = tf.gather(padded, [{', '.join(map(str, axis.filled))}], axis={place})")
        return lines
    value = number(problem.pad_value.at(())) if problem.pads_with_value else None
    mode = f'"{MODES[spec.mode]}"' if spec.mode in MODES else None
    padded = call("tf.pad", "x", pairs(spec.pads, last=True), mode, constant_values=value)
    return [f"padded = {padded}"]


def _transposed(problem: Transposed) -> list[str]:
    spec = problem.spec
    dilations = [axis.dilation for axis in spec.axes]
    lines = []
    if spec.flipped:
        lines.append(f"w = np.flip(w, {tuple_of(range(spec.rank))})  # a true convolution reads the kernel backwards")
    if set(dilations) != {1}:  # for which kernels for CPUs have no gradient, which this is
        spread = tuple_of((*(axis.span for axis in spec.axes), spec.group_out, spec.channels_in))
        places = ", ".join(f"::{d}" for d in dilations)
        lines += [
            f"spread = np.zeros({spread}, w.dtype)",
            f"spread[{places}] = w  # dilation as zeros between",
            "w = spread",
        ]
    same = spec.rule == "same" and set(dilations) == {1}
    shape = spec.outputs if same else tuple(axis.full for axis in spec.axes)
    stamped = call(
        "tf.nn.conv_transpose",
        *(("x", "w") if spec.groups == 1 else ("part", "own")),
        output_shape=tuple_of((spec.batch, *shape, spec.group_out)),
        strides=tuple_of(axis.stride for axis in spec.axes),
        padding='"SAME"' if same else '"VALID"',
    )
    lines += _by_group("y", stamped, spec.groups, "x", "w")
    if not same:
        beyond = [(0, axis.beyond) for axis in spec.axes]
        if any(map(any, beyond)):
            lines.append(f"y = tf.pad(y, {pairs(beyond, last=True)})  # output padding past every stamp")
        if spec.is_cropped:
            kept = slices((f"{a.pad_before}:{a.pad_before + a.output}" for a in spec.axes), last=True)
            lines.append(f"y = y{kept}  # cropped")
    return [*lines, *_biased(problem)]


def _biased(problem: Bilinear) -> list[str]:
    return ["y = y + b"] if problem.bias is not None else []


def _pooled(problem: Pooling, sums: str) -> list[str]:
    spec, known = problem.spec, problem.spec.rank < 3 or sums == "float32"
    if spec.kind is PoolKind.LP:
        return [
            f"x = abs(x) ** {spec.power}",
            *_windows(spec.axes, "0"),
            f"y = tf.reduce_sum(windows, 0) ** (1 / {spec.power})",
        ]
    plain = all(axis.dilation == 1 and not axis.ceil and axis.stride <= axis.kernel for axis in spec.axes)
    if spec.kind is PoolKind.MAX:
        if known:
            same = spec.rule == "same" and plain
            lines = [] if same else _with(read(spec.axes), "-np.inf")
            return [*lines, *_pool(problem, "MAX", same=same)]
        return [*_windows(spec.axes, "-np.inf"), "y = tf.reduce_max(windows, 0)"]
    before, count = dividing(problem, last=True)
    if known and spec.divisor is None:
        if spec.rule == "same" and plain and not spec.count_include_pad:
            return _pool(problem, "AVG", same=True)
        if count == str(spec.per_element):
            return [*_with(read(spec.axes), "0"), *_pool(problem, "AVG", same=False)]
    return [*_windows(spec.axes, "0"), *before, f"y = tf.reduce_sum(windows, 0) / {count}"]


def _pool(problem: Pooling, kind: str, *, same: bool) -> list[str]:
    spec = problem.spec
    strides, dilations = ([getattr(axis, name) for axis in spec.axes] for name in ("stride", "dilation"))
    beyond = any(axis.stride > axis.kernel for axis in spec.axes) or (max(strides) > 1 and max(dilations) > 1)
    pooled = call(
        "tf.nn.pool",
        "x",
        tuple_of(spec.kernels),
        f'"{kind}"',
        strides=None if beyond else tuple_of(strides),
        padding='"SAME"' if same else '"VALID"',
        dilations=tuple_of(dilations) if set(dilations) != {1} else None,
    )  # TensorFlow refuses strides with dilation, and beyond the window: every place first, then those wanted
    return [f"y = {pooled}", *([f"y = y{every(strides, last=True)}"] if beyond else [])]


def _windows(axes: Sequence[Axis], value: str) -> list[str]:
    """What each tap reads, stacked: for what there is no pooling of."""
    taps = slices(visited(axes), last=True)
    return [
        *_with(read(axes), value),
        f"windows = tf.stack([x{taps} {over_taps([axis.kernel for axis in axes])}])",
    ]


def _with(pads: Sequence[Pads], value: str) -> list[str]:
    if not any(map(any, pads)):
        return []
    constant = None if value == "0" else value
    padded = call("tf.pad", "x", pairs(pads, last=True), constant_values=constant)
    return [f"x = {padded}"]
