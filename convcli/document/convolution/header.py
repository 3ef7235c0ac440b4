"""A convolution in one line, its settings, and the sizes of its output."""

from typing import Any

from convcli.axis import Axis, PaddingMode
from convcli.conventions import PADDING_MODES, PADDING_RULES
from convcli.document.formulas import FLOOR, alike_by, unread, with_numbers
from convcli.document.header import alike, groups, output_shape, per_axis, shape, sizes, top
from convcli.document.model import Block, Line, Role, Span, text
from convcli.document.style import NOTHING, PAD, ConvWriter, Writer
from convcli.problem import Convolution, Pooling
from convcli.spec import Orientation


def title(problem: Convolution) -> Line:
    """conv2d: input (4, 4) ∗ kernel (2, 2) → output (3, 3)."""
    bias = text(" + bias ", shape(Role.BIAS, problem.given["bias"])) if problem.bias is not None else ()
    return (
        *text(f"{problem.op}: input ", shape(Role.INPUT, problem.given["input"])),
        *text(" ∗ kernel ", shape(Role.KERNEL, problem.given["kernel"])),
        *bias,
        *text(" → output ", shape(Role.OUTPUT, output_shape(problem))),
    )


def operation(problem: Convolution) -> str:
    """Which of the two operations called convolution it is."""
    if problem.spec.orientation is Orientation.CONVOLUTION:
        return "true convolution: the kernel is flipped"
    return "cross-correlation: the kernel is not flipped"


def header(writer: ConvWriter) -> list[Block]:
    """Title and the settings that matter."""
    problem, spec = writer.problem, writer.problem.spec
    said: dict[str, str | Line] = {
        "operation": operation(problem),
        "stride": per_axis([str(axis.stride) for axis in spec.axes], spec.axes),
        "padding": padding(problem),
    }
    if spec.is_padded:
        said["beyond the edge"] = beyond(writer, problem)
    if any(axis.dilation != 1 for axis in spec.axes):
        said["dilation"] = per_axis([str(axis.dilation) for axis in spec.axes], spec.axes)
    if spec.groups != 1:
        said["groups"] = groups(spec)
    return top(title(problem), said, writer)


def summary(writer: ConvWriter) -> Line:
    """The title, and after it every setting that is not the default, with whose rule it is where there are several."""
    problem, spec = writer.problem, writer.problem.spec
    said = [f"{operation(problem).split(':')[0]}, {problem.arithmetic.rule}"]
    for name, values in (
        ("stride", [axis.stride for axis in spec.axes]),
        ("dilation", [a.dilation for a in spec.axes]),
    ):
        if any(value != 1 for value in values):
            said.append(f"{name} {per_axis(list(map(str, values)), spec.axes)}")
    if spec.rule:
        said.append(f"padding {spec.rule} ({PADDING_RULES[spec.rule]})")
    elif spec.is_padded:
        said.append(f"padding {padding(problem)}")
    if spec.mode is not PaddingMode.ZEROS:
        said.append(f"padding mode {spec.mode.value} ({PADDING_MODES[spec.mode.value]})")
    elif problem.pads_with_value:
        said.append(f"padded with {writer.number(Role.INPUT, problem.pad_value.at(())).text}")
    if spec.groups != 1:
        said.append(f"groups {groups(spec)}")
    if problem.view.channels_last and problem.view.channels:
        said.append("channels last")
    return (*title(problem), *text("; " + "; ".join(said), role=Role.NOTE))


def padding(problem: Convolution | Pooling) -> str:
    """How much is padded, and by whose rule."""
    spec = problem.spec
    amounts = per_axis([_amount(axis) for axis in spec.axes], spec.axes) if spec.is_padded else "none"
    return f"{spec.rule}, {amounts} ({PADDING_RULES[spec.rule]})" if spec.rule else amounts


def _amount(axis: Axis) -> str:
    before, after = axis.pad_before, axis.pad_after
    return f"{before} on both sides" if before == after else f"{before} before and {after} after"


def beyond(writer: Writer[Any], problem: Convolution) -> Line:
    """What padding holds, and how it is marked."""
    mode, pad = problem.spec.mode, Span(Role.PADDING, PAD)
    if mode is not PaddingMode.ZEROS:
        return text(f"{mode.value}, {PADDING_MODES[mode.value]}; marked ", pad)
    if problem.pads_with_value:
        return text("the constant ", writer.cell(problem.pad_value.at(()), padding=True))
    return text("zeros, marked ", pad, "; they contribute nothing: ", Span(Role.PADDING, NOTHING), " in the products")


def output_size(writer: ConvWriter) -> list[Block]:
    """The output-size formula with its numbers put in, and what is never read."""
    axes = writer.problem.spec.axes
    never = [text(Span(Role.NOTE, "never read"), unread(like)) for like in alike(axes, alike_by) if like[0].unread]
    return sizes(FLOOR, axes, alike_by, with_numbers, never)
