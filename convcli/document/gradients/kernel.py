"""The gradient of the kernel, as the convolution of input and dy that it is."""

from convcli.axis import KernelAxis
from convcli.document.convolution.header import beyond, padding
from convcli.document.header import output_shape, per_axis, shape, sizes, top
from convcli.document.model import Block, Line, Role, Span, text
from convcli.document.style import Writer
from convcli.errors import plural
from convcli.problem import KernelGradient

FORMULA = "floor((n + before + after - (o - 1)·s - 1)/d) + 1, of which the kernel has k"


def title(problem: KernelGradient) -> Line:
    """conv2d.kernel_gradient: input (4, 4) ∗ dy (2, 2) → dw (3, 3)."""
    return (
        *text(f"{problem.op}: input ", shape(Role.INPUT, problem.given["input"])),
        *text(" ∗ dy ", shape(Role.KERNEL, problem.given["dy"])),
        *text(f" → {problem.symbol} ", shape(Role.OUTPUT, output_shape(problem))),
    )


def header(writer: Writer[KernelGradient]) -> list[Block]:
    """Title, what the gradient is, and its settings, which are those of the convolution with two exchanged."""
    problem, forward = writer.problem, writer.problem.forward
    axes = forward.spec.axes
    said: dict[str, str | Line] = {
        "gradient": f"of L = sum(dy · y), y = {forward.op}(x, w), with respect to w",
        "operation": "the convolution of x with dy: each tap sums what it read everywhere, times dy there"
        + (", the taps read backwards" if forward.spec.flipped else ""),
        "stride": f"{per_axis([str(axis.dilation) for axis in axes], axes)}, the dilation of {forward.op}",
        "dilation": f"{per_axis([str(axis.stride) for axis in axes], axes)}, the stride of {forward.op}",
        "padding": padding(forward),
    }
    if forward.spec.is_padded:
        said["beyond the edge"] = beyond(writer, forward)
    if forward.spec.batch > 1:
        said["summed over"] = plural(forward.spec.batch, "batch item")
    return top(title(problem), said, writer)


def output_size(writer: Writer[KernelGradient]) -> list[Block]:
    """Why dw is as large as the kernel."""
    return sizes(FORMULA, writer.problem.spec.axes, _key, _with_numbers, ())


def _key(axis: KernelAxis) -> tuple[int, ...]:
    forward = axis.axis
    settings = (forward.size, forward.kernel, forward.stride, forward.dilation)
    return (*settings, forward.pad_before, forward.pad_after)


def _with_numbers(axis: KernelAxis) -> Line:
    forward = axis.axis
    room = f"{forward.size} + {forward.pad_before} + {forward.pad_after} - ({forward.output} - 1)·{forward.stride} - 1"
    fits = (forward.padded - (forward.output - 1) * forward.stride - 1) // forward.dilation + 1
    line = f"floor(({room})/{forward.dilation}) + 1 = {fits}, of which "
    return text(line, Span(Role.OUTPUT, str(axis.output)))


def summary(writer: Writer[KernelGradient]) -> Line:
    """The title, and what the gradient is."""
    problem = writer.problem
    return (*title(problem), Span(Role.NOTE, f"; the convolution of the input with dy, {problem.arithmetic.rule}"))
