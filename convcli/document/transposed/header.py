"""A transposed convolution in one line, its settings, and the sizes of its output."""

from collections.abc import Sequence

from convcli.axis import TransposedAxis
from convcli.conventions import CROP_RULES
from convcli.document.formulas import TRANSPOSED, alike_by, names, with_numbers
from convcli.document.header import alike, groups, output_shape, per_axis, shape, sizes, top
from convcli.document.model import Block, Line, Role, Span, text
from convcli.document.style import Writer
from convcli.errors import plural
from convcli.problem import Transposed


def title(problem: Transposed) -> Line:
    """conv_transpose2d: input (2, 2) ∗ᵀ kernel (2, 2) → output (3, 3)."""
    bias = text(" + bias ", shape(Role.BIAS, problem.given["bias"])) if problem.bias is not None else ()
    return (
        *text(f"{problem.op}: input ", shape(Role.INPUT, problem.given["input"])),
        *text(" ∗ᵀ kernel ", shape(Role.KERNEL, problem.given["kernel"])),
        *bias,
        *text(" → output ", shape(Role.OUTPUT, output_shape(problem))),
    )


def operation(problem: Transposed) -> str:
    """What the operation does."""
    read = ", read backwards" if problem.spec.flipped else ""
    return f"transposed convolution: each input element stamps the kernel{read}, scaled by it"


def header(writer: Writer[Transposed]) -> list[Block]:
    """Title and the settings that matter."""
    problem, axes = writer.problem, writer.problem.spec.axes
    said: dict[str, str | Line] = {
        "operation": operation(problem),
        "stride": per_axis([str(axis.stride) for axis in axes], axes),
        "padding": padding(problem),
    }
    if any(axis.output_padding for axis in axes):
        said["output padding"] = output_padding(axes)
    if any(axis.dilation != 1 for axis in axes):
        said["dilation"] = per_axis([str(axis.dilation) for axis in axes], axes)
    if problem.spec.groups != 1:
        said["groups"] = groups(problem.spec)
    return top(title(problem), said, writer)


def summary(writer: Writer[Transposed]) -> Line:
    """The title, and after it every setting that is not the default."""
    problem, spec = writer.problem, writer.problem.spec
    backwards = ", kernel read backwards" if spec.flipped else ""
    said = [f"transposed convolution{backwards}, {problem.arithmetic.rule}"]
    for name, values in (
        ("stride", [axis.stride for axis in spec.axes]),
        ("dilation", [axis.dilation for axis in spec.axes]),
    ):
        if any(value != 1 for value in values):
            said.append(f"{name} {per_axis(list(map(str, values)), spec.axes)}")
    if spec.rule or any(map(any, spec.pads)):
        said.append(f"padding {padding(problem)}")
    if any(axis.output_padding for axis in spec.axes):
        said.append(f"output padding {per_axis([str(axis.output_padding) for axis in spec.axes], spec.axes)}")
    if spec.groups != 1:
        said.append(f"groups {groups(spec)}")
    if problem.view.channels_last and problem.view.channels:
        said.append("channels last")
    return (*title(problem), *text("; " + "; ".join(said), role=Role.NOTE))


def padding(problem: Transposed) -> str:
    """How much is cropped, and by whose rule."""
    spec = problem.spec
    cropped = any(map(any, spec.pads))
    amounts = f"{per_axis([_amount(axis) for axis in spec.axes], spec.axes)}, cropped" if cropped else "none"
    return f"{spec.rule}, {amounts} ({CROP_RULES[spec.rule]})" if spec.rule else amounts


def _amount(axis: TransposedAxis) -> str:
    before, after = axis.pad_before, axis.pad_after
    return f"{before} on both sides" if before == after else f"{before} before and {after} after"


def output_padding(axes: Sequence[TransposedAxis]) -> str:
    """What is given back at the end, and what of that is nothing."""
    amounts = per_axis([str(axis.output_padding) for axis in axes], axes)
    empty = [axis for axis in axes if axis.beyond]
    if not empty:
        return f"{amounts}: so much of what was cropped at the end is kept after all"
    if all(axis.beyond == axis.output_padding for axis in axes):
        return f"{amounts}: kept at the end, beyond every stamp, where nothing adds up"
    beyond = per_axis([str(axis.beyond) for axis in axes], axes)
    return f"{amounts}: kept at the end; {beyond} of it beyond every stamp, where nothing adds up"


def output_size(writer: Writer[Transposed]) -> list[Block]:
    """The output-size formula with its numbers put in, and what no stamp covers."""
    axes = writer.problem.spec.axes
    gaps = [
        text(Span(Role.NOTE, "gaps"), _gaps(like))
        for like in alike(axes, alike_by)
        if like[0].stride > like[0].span and like[0].size > 1
    ]
    return sizes(TRANSPOSED, axes, alike_by, with_numbers, gaps)


def _gaps(axes: Sequence[TransposedAxis]) -> str:
    axis = axes[0]
    between = plural(axis.stride - axis.span, "element")
    stay = "stays" if axis.stride - axis.span == 1 else "stay"
    return f"stamps of {axis.span} lie {axis.stride} apart: {between} between two {stay} 0 along {names(axes)}"
