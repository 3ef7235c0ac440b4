"""The top of an explanation: the operation in one line, the settings that matter, and the sizes of the output."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TypeVar

from convcli.document.model import Block, Heading, Line, Paragraph, Role, Span, text
from convcli.document.style import Writer
from convcli.layout import Index, shape_text
from convcli.problem import Problem
from convcli.spec import BilinearSpec
from convcli.spec.base import AnyAxis

A = TypeVar("A", bound=AnyAxis)

Settings = Mapping[str, str | Line]
"""What was set, and to what."""


def top(title: Line, settings: Settings, writer: Writer[Problem]) -> list[Block]:
    """Title and settings, and what every operation has of them, where `settings` does not say it otherwise."""
    problem = writer.problem
    general: dict[str, str] = {}
    if problem.input_view.channels_last and problem.input_view.channels:
        general["layout"] = "channels last, in input and output"
    if problem.arithmetic.name != "exact":
        general["arithmetic"] = problem.arithmetic.rule
    if writer.style.from_one:
        general["counting"] = "indices and channels count from 1"
    lines = tuple(
        (Span(Role.NOTE, name), *(text(value) if isinstance(value, str) else value))
        for name, value in ({**settings, **general} | dict(settings)).items()
    )
    return [Heading(1, title), Paragraph(lines, indent=2, hang=1)]


def sizes(
    formula: str, axes: Sequence[A], key: Callable[[A], Hashable], numbers: Callable[[A], Line], rest: Sequence[Line]
) -> list[Block]:
    """The formula of the output size with its numbers put in, once for axes that are alike; and the `rest`."""
    lines = [text(Span(Role.NOTE, "formula"), Span(Role.NOTE, formula))]
    lines += [(Span(Role.NOTE, ", ".join(a.name for a in like)), *numbers(like[0])) for like in alike(axes, key)]
    return [Heading(2, text("Output size")), Paragraph((*lines, *rest), indent=2, hang=1)]


def alike(axes: Sequence[A], key: Callable[[A], Hashable]) -> list[list[A]]:
    """The axes, those with the same key together."""
    groups: dict[Hashable, list[A]] = {}
    for axis in axes:
        groups.setdefault(key(axis), []).append(axis)
    return list(groups.values())


def shape(role: Role, lengths: Index) -> Span:
    """A shape, which is not folded."""
    return Span(role, shape_text(lengths).replace(" ", "\N{NO-BREAK SPACE}"))


def output_shape(problem: Problem) -> Index:
    """The output's shape as printed."""
    return problem.view.shape(problem.spec.output_shape)


def per_axis(values: list[str], axes: Sequence[AnyAxis]) -> str:
    """A setting, once if it is the same on every axis."""
    if len(set(values)) == 1:
        return values[0]
    return ", ".join(f"{value} along {axis.name}" for value, axis in zip(values, axes, strict=True))


def groups(spec: BilinearSpec) -> str:
    """Which channels meet."""
    if spec.group_in == 1:
        return f"{spec.groups}: depthwise, each output channel reads one input channel"
    return f"{spec.groups}: each output channel reads {spec.group_in} of {spec.channels_in} input channels"
