"""A pooling in one line, its settings, and the sizes of its output."""

from convcli.axis import Axis
from convcli.document.convolution.header import padding
from convcli.document.formulas import CEIL, FLOOR, alike_by, names, overhang, unread, with_numbers
from convcli.document.header import alike, output_shape, per_axis, shape, sizes, top
from convcli.document.model import Block, Heading, Line, Paragraph, Role, Span, text
from convcli.document.style import NOTHING, PAD, Writer
from convcli.problem import Pooling
from convcli.settings import PoolKind

WON = "*"
"""Stands before the largest element of a window, so that colour is never the only sign."""

PoolWriter = Writer[Pooling]


def title(problem: Pooling) -> Line:
    """max_pool2d: input (4, 4), window (2, 2) → output (2, 2)."""
    return (
        *text(f"{problem.op}: input ", shape(Role.INPUT, problem.given["input"])),
        *text(", window ", shape(Role.KERNEL, problem.spec.kernels)),
        *text(" → output ", shape(Role.OUTPUT, output_shape(problem))),
    )


def operation(problem: Pooling) -> str:
    """What is made of a window."""
    power = problem.spec.power
    return {
        PoolKind.MAX: "the largest of each window",
        PoolKind.AVERAGE: "the average of each window: its sum over the divisor",
        PoolKind.LP: f"the {power}-norm of each window: (sum |x|^{power})^(1/{power}), as ONNX LpPool"
        if power > 1
        else "the 1-norm of each window: sum |x|, as ONNX LpPool",
    }[problem.spec.kind]


def divisor(problem: Pooling) -> str:
    """What sums are divided by, and why."""
    spec = problem.spec
    if spec.divisor is not None:
        return f"{spec.divisor}, as given, however many cells are summed"
    if not spec.is_padded:
        over = any(axis.overhang for axis in spec.axes)
        return f"the cells of the window{' on the input' if over else f': {spec.per_element}'}"
    if spec.count_include_pad:
        others = "; TensorFlow, Keras and ONNX leave those out by default: --no-count-include-pad"
        return f"the cells of the window, those on padding included{others if spec.rule else ''}"
    return "the cells of the window on the input; those on padding are not counted"


def header(writer: PoolWriter) -> list[Block]:
    """Title and the settings that matter."""
    problem, spec = writer.problem, writer.problem.spec
    said: dict[str, str | Line] = {"operation": operation(problem)}
    if spec.kind is PoolKind.MAX:
        said["winner"] = text("marked ", Span(Role.OUTPUT, WON), f"; {_wins(problem)}")
    if spec.kind is PoolKind.AVERAGE:
        said["divisor"] = divisor(problem)
    if _has_roots(problem):
        said["root"] = "exact if all roots are rational, else each rounded once to float64"
    if spec.whole:
        said["window"] = "the whole input: global pooling"
    else:
        said["stride"] = per_axis([str(axis.stride) for axis in spec.axes], spec.axes)
        said["padding"] = padding(problem)
    if spec.is_padded:
        said["beyond the edge"] = _beyond(problem)
    if any(axis.dilation != 1 for axis in spec.axes):
        said["dilation"] = per_axis([str(axis.dilation) for axis in spec.axes], spec.axes)
    if spec.axes[0].ceil:
        said["ceil mode"] = "a last window may hang over the end, as long as it starts in the input"
    if problem.arithmetic.name != "exact":
        said["arithmetic"] = _arithmetic(problem)
    return top(title(problem), said, writer)


def _wins(problem: Pooling) -> str:
    """Which of several wins; floats may hold nan."""
    equals = "of equals the first in row-major order"
    return f"{equals}; nan wins, the last of them" if problem.arithmetic.is_float else equals


def _has_roots(problem: Pooling) -> bool:
    """Whether there are exact roots, which may be irrational."""
    spec = problem.spec
    return spec.kind is PoolKind.LP and spec.power > 1 and problem.arithmetic.name == "exact"


def _arithmetic(problem: Pooling) -> str:
    """How a result comes about: the largest is never rounded."""
    if _has_roots(problem):
        return "roots rounded to float64 if any is irrational"
    if problem.spec.kind is PoolKind.MAX and problem.arithmetic.is_float:
        return f"{problem.arithmetic.name} values, compared and never rounded"
    return problem.arithmetic.rule


def _beyond(problem: Pooling) -> Line:
    pad = Span(Role.PADDING, PAD)
    if problem.spec.kind is PoolKind.MAX:
        return text("marked ", pad, ": minus infinity, which never wins")
    if zeros_count(problem):
        return text("zeros, marked ", pad)
    return text("marked ", pad, ": neither summed nor counted")


def zeros_count(problem: Pooling) -> bool:
    """Whether padding is zeros that take part, if only in the divisor."""
    spec = problem.spec
    return spec.kind is PoolKind.LP or (spec.kind is PoolKind.AVERAGE and spec.count_include_pad)


def summary(writer: PoolWriter) -> Line:
    """The title, and after it every setting that is not the default."""
    problem, spec = writer.problem, writer.problem.spec
    said = [f"{operation(problem).split(':')[0]}, {_arithmetic(problem)}"]
    if spec.whole:
        said.append("global")
    if any(axis.stride != axis.kernel for axis in spec.axes):
        said.append(f"stride {per_axis([str(axis.stride) for axis in spec.axes], spec.axes)}")
    if any(axis.dilation != 1 for axis in spec.axes):
        said.append(f"dilation {per_axis([str(axis.dilation) for axis in spec.axes], spec.axes)}")
    if spec.is_padded:
        said.append(f"padding {padding(problem)}")
    if spec.kind is PoolKind.AVERAGE and spec.divisor is not None:
        said.append(f"divisor {spec.divisor}, as given")
    elif spec.kind is PoolKind.AVERAGE and spec.is_padded:
        said.append(f"padding {'counts' if spec.count_include_pad else 'does not count'} in the divisor")
    if spec.axes[0].ceil:
        said.append("ceil mode")
    if problem.view.channels_last and problem.view.channels:
        said.append("channels last")
    return (*title(problem), *text("; " + "; ".join(said), role=Role.NOTE))


def rule(writer: PoolWriter) -> list[Block]:
    """How to read the numbers of a float arithmetic, where any is rounded."""
    arithmetic, spec = writer.problem.arithmetic, writer.problem.spec
    if not arithmetic.is_float or spec.kind is PoolKind.MAX:
        return []
    result = "quotient" if spec.kind is PoolKind.AVERAGE else "root"
    said = (
        f"Cells and sums above are exact, shown to {writer.style.precision} digits, and a value is the exact {result} "
        f"rounded once to {arithmetic.name}. The engine computes in {arithmetic.accumulator}, rounding each time."
    )
    return [Paragraph((text(said, role=Role.NOTE),))]


def output_size(writer: PoolWriter) -> list[Block]:
    """The output-size formula with its numbers put in, and what is dropped, hangs over or is never read."""
    spec = writer.problem.spec
    if spec.whole:
        one = text(Span(Role.NOTE, _names(spec.axes)), "the whole input is one window: ", Span(Role.OUTPUT, "1"))
        return [Heading(2, text("Output size")), Paragraph((one,), indent=2, hang=1)]
    rest = []
    for like in alike(spec.axes, alike_by):
        axis = like[0]
        if axis.drops_last:
            rest.append(text(Span(Role.NOTE, "dropped"), _dropped(axis, names(like), writer)))
        if axis.overhang:
            mark = Span(Role.PADDING, NOTHING)
            rest.append(text(Span(Role.NOTE, "overhang"), overhang(like), "; marked ", mark, ", never counted"))
        if axis.unread:
            rest.append(text(Span(Role.NOTE, "never read"), unread(like)))
    return sizes(CEIL if spec.axes[0].ceil else FLOOR, spec.axes, alike_by, with_numbers, rest)


def _names(axes: tuple[Axis, ...]) -> str:
    """The names of the axes."""
    return ", ".join(axis.name for axis in axes)


def _dropped(axis: Axis, along: str, writer: PoolWriter) -> str:
    """Why ceil mode has one window less: it would begin in the padding, or where nothing is."""
    start = axis.position(axis.output, 0)
    where = "in the padding after the input" if start < axis.size + axis.pad_after else "beyond the input"
    ends = f"which ends at {writer.count(axis.size - 1)}"
    return f"the next window along {along} would start at {writer.count(start)}, {where}, {ends}"
