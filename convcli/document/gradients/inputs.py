"""The gradient of the input, as the transposed convolution that it is."""

from convcli.axis import PaddingMode
from convcli.document.header import groups, output_shape, per_axis, shape, top
from convcli.document.model import Block, Line, Role, Span, text
from convcli.document.style import Writer
from convcli.document.transposed.header import output_size, padding
from convcli.problem import InputGradient

__all__ = ["header", "output_size", "summary"]


def title(problem: InputGradient) -> Line:
    """conv2d.input_gradient: dy (2, 2) ∗ᵀ kernel (3, 3) → dx (4, 4)."""
    return (
        *text(f"{problem.op}: dy ", shape(Role.INPUT, problem.given["dy"])),
        *text(" ∗ᵀ kernel ", shape(Role.KERNEL, problem.given["kernel"])),
        *text(" → dx ", shape(Role.OUTPUT, output_shape(problem))),
    )


def header(writer: Writer[InputGradient]) -> list[Block]:
    """Title, what the gradient is, and its settings, which are those of the convolution."""
    problem, axes = writer.problem, writer.problem.spec.axes
    read = ", read backwards" if problem.spec.flipped else ""
    said: dict[str, str | Line] = {
        "gradient": f"of L = sum(dy · y), y = {problem.forward.op}(x, w), with respect to x",
        "operation": f"the transposed convolution of dy with the kernel{read}",
        "stride": per_axis([str(axis.stride) for axis in axes], axes),
        "padding": padding(problem),
    }
    if any(axis.output_padding for axis in axes):
        amounts = per_axis([str(axis.output_padding) for axis in axes], axes)
        said["output padding"] = f"{amounts}: what the convolution never read"
    if problem.spec.mode is not PaddingMode.ZEROS:
        said["beyond the edge"] = f"{problem.spec.mode.value}: what is cropped is added to the element shown there"
    if any(axis.dilation != 1 for axis in axes):
        said["dilation"] = per_axis([str(axis.dilation) for axis in axes], axes)
    if problem.spec.groups != 1:
        said["groups"] = groups(problem.spec)
    return top(title(problem), said, writer)


def summary(writer: Writer[InputGradient]) -> Line:
    """The title, and what the gradient is."""
    problem = writer.problem
    said = f"; the transposed convolution of dy with the kernel, {problem.arithmetic.rule}"
    return (*title(problem), Span(Role.NOTE, said))
