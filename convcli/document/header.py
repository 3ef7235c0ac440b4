"""The top of an explanation: the operation in one line, the settings that matter, and the sizes of the output."""

from convcli.axis import Axis, PaddingMode
from convcli.conventions import PADDING_MODES, PADDING_RULES
from convcli.document.model import Block, Heading, Line, Paragraph, Role, Span, text
from convcli.document.style import NOTHING, PAD, Writer
from convcli.errors import plural
from convcli.layout import Index, shape_text
from convcli.problem import Problem
from convcli.spec import Orientation


def title(problem: Problem) -> Line:
    """conv2d: input (4, 4) ∗ kernel (2, 2) → output (3, 3)."""
    bias = text(" + bias ", shape(Role.BIAS, problem.given["bias"])) if problem.bias is not None else ()
    return (
        *text(f"{problem.op}: input ", shape(Role.INPUT, problem.given["input"])),
        *text(" ∗ kernel ", shape(Role.KERNEL, problem.given["kernel"])),
        *bias,
        *text(" → output ", shape(Role.OUTPUT, output_shape(problem))),
    )


def shape(role: Role, lengths: Index) -> Span:
    """A shape, which is not folded."""
    return Span(role, shape_text(lengths).replace(" ", "\N{NO-BREAK SPACE}"))


def output_shape(problem: Problem) -> Index:
    """The output's shape as printed."""
    return problem.view.shape(problem.spec.output_shape)


def operation(problem: Problem) -> str:
    """Which of the two operations called convolution it is."""
    if problem.spec.orientation is Orientation.CONVOLUTION:
        return "true convolution: the kernel is flipped"
    return "cross-correlation: the kernel is not flipped"


def header(writer: Writer) -> list[Block]:
    """Title and settings."""
    problem, spec = writer.problem, writer.problem.spec
    settings: dict[str, str | Line] = {
        "operation": operation(problem),
        "stride": _per_axis([str(axis.stride) for axis in spec.axes], spec.axes),
        "padding": _padding(problem),
    }
    if spec.is_padded:
        settings["beyond the edge"] = _beyond(writer)
    if any(axis.dilation != 1 for axis in spec.axes):
        settings["dilation"] = _per_axis([str(axis.dilation) for axis in spec.axes], spec.axes)
    if spec.groups != 1:
        settings["groups"] = _groups(problem)
    if problem.view.channels_last and problem.view.channels:
        settings["layout"] = "channels last, in input and output"
    if problem.arithmetic.name != "exact":
        settings["arithmetic"] = problem.arithmetic.rule
    if writer.style.from_one:
        settings["counting"] = "indices and channels count from 1"
    lines = tuple(
        (Span(Role.NOTE, name), *(text(value) if isinstance(value, str) else value)) for name, value in settings.items()
    )
    return [Heading(1, title(problem)), Paragraph(lines, indent=2, hang=1)]


def summary(writer: Writer) -> Line:
    """The title, and after it every setting that is not the default, with whose rule it is where there are several."""
    problem, spec = writer.problem, writer.problem.spec
    said = [f"{operation(problem).split(':')[0]}, {problem.arithmetic.rule}"]
    for name, values in (
        ("stride", [axis.stride for axis in spec.axes]),
        ("dilation", [a.dilation for a in spec.axes]),
    ):
        if any(value != 1 for value in values):
            said.append(f"{name} {_per_axis(list(map(str, values)), spec.axes)}")
    if spec.rule:
        said.append(f"padding {spec.rule} ({PADDING_RULES[spec.rule]})")
    elif spec.is_padded:
        said.append(f"padding {_padding(problem)}")
    if spec.mode is not PaddingMode.ZEROS:
        said.append(f"padding mode {spec.mode.value} ({PADDING_MODES[spec.mode.value]})")
    elif problem.pads_with_value:
        said.append(f"padded with {writer.number(Role.INPUT, problem.pad_value.at(())).text}")
    if spec.groups != 1:
        said.append(f"groups {_groups(problem)}")
    if problem.view.channels_last and problem.view.channels:
        said.append("channels last")
    return (*title(problem), *text("; " + "; ".join(said), role=Role.NOTE))


def _per_axis(values: list[str], axes: tuple[Axis, ...]) -> str:
    if len(set(values)) == 1:
        return values[0]
    return ", ".join(f"{value} along {axis.name}" for value, axis in zip(values, axes, strict=True))


def _padding(problem: Problem) -> str:
    spec = problem.spec
    amounts = _per_axis([_amount(axis) for axis in spec.axes], spec.axes) if spec.is_padded else "none"
    return f"{spec.rule}, {amounts} ({PADDING_RULES[spec.rule]})" if spec.rule else amounts


def _amount(axis: Axis) -> str:
    before, after = axis.pad_before, axis.pad_after
    return f"{before} on both sides" if before == after else f"{before} before and {after} after"


def _beyond(writer: Writer) -> Line:
    """What padding holds, and how it is marked."""
    problem = writer.problem
    mode, pad = problem.spec.mode, Span(Role.PADDING, PAD)
    if mode is not PaddingMode.ZEROS:
        return text(f"{mode.value}, {PADDING_MODES[mode.value]}; marked ", pad)
    if problem.pads_with_value:
        return text("the constant ", writer.cell(problem.pad_value.at(()), padding=True))
    return text("zeros, marked ", pad, "; they contribute nothing: ", Span(Role.PADDING, NOTHING), " in the products")


def _groups(problem: Problem) -> str:
    spec = problem.spec
    if spec.group_in == 1:
        return f"{spec.groups}: depthwise, each output channel reads one input channel"
    return f"{spec.groups}: each output channel reads {spec.group_in} of {spec.channels_in} input channels"


def sizes(writer: Writer) -> list[Block]:
    """The output-size formula with its numbers put in, once for axes that are alike; and what is never read."""
    lines = [text(Span(Role.NOTE, "formula"), Span(Role.NOTE, "floor((n + before + after - (k - 1)·d - 1)/s) + 1"))]
    alike: dict[tuple[int, ...], list[Axis]] = {}
    for axis in writer.problem.spec.axes:
        key = (axis.size, axis.kernel, axis.stride, axis.dilation, axis.pad_before, axis.pad_after)
        alike.setdefault(key, []).append(axis)
    lines += [(Span(Role.NOTE, ", ".join(a.name for a in axes)), *_with_numbers(axes[0])) for axes in alike.values()]
    lines += [text(Span(Role.NOTE, "never read"), _unread(axes)) for axes in alike.values() if axes[0].unread]
    return [Heading(2, text("Output size")), Paragraph(tuple(lines), indent=2, hang=1)]


def _with_numbers(axis: Axis) -> Line:
    total = f"{axis.size} + {axis.pad_before} + {axis.pad_after} - ({axis.kernel} - 1)·{axis.dilation} - 1"
    return text(f"floor(({total})/{axis.stride}) + 1 = ", Span(Role.OUTPUT, str(axis.output)))


def _unread(axes: list[Axis]) -> str:
    """Which elements at the end no window covers."""
    axis = axes[0]
    padded = ", padding included" if axis.padded > axis.size else ""
    along = " and along ".join(axis.name for axis in axes)
    return f"the last {axis.unread} of {plural(axis.padded, 'element')} along {along}{padded}"
