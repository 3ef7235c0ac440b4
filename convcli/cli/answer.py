"""What is answered: which format, where to, and the result or explanation in it, written as a whole or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convcli.cli.options import COLORS, Common
from convcli.cli.request import requested_limits
from convcli.cli.world import World
from convcli.cli.writing import staged, write_file
from convcli.engine import Result
from convcli.errors import UsageError, plural, quoted
from convcli.layout import Index
from convcli.limits import Limits
from convcli.problem import Problem
from convcli.reading.settings import parse_choice, parse_index, parse_integer
from convcli.render.formats import ENDINGS, FORMATS, Kind, named

if TYPE_CHECKING:
    from convcli.document import Document

PRECISION = 6
"""Significant digits in tables and explanations, unless told otherwise."""


EXPLAINING = (Kind.DOCUMENT, Kind.TEXT, Kind.MAPPING)
"""What can hold an explanation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The form of an answer, settled before anything is read or computed."""

    format: str
    path: str | None
    explained: bool
    color: bool
    ascii: bool
    width: int
    precision: int
    fractions: bool
    from_one: bool
    show: int | None
    everything: bool
    limits: Limits

    @property
    def kind(self) -> Kind:
        """What the format holds; of one that may hold numbers or an explanation, which of the two is asked for."""
        kind = FORMATS[self.format].kind
        return (Kind.DOCUMENT if self.explained else Kind.NUMBERS) if kind is Kind.TEXT else kind


def requested_form(flags: Common, world: World) -> Form:
    """The form that the flags ask for. Raises UsageError for one that there is not."""
    path = None if flags.output == "-" else flags.output
    explained = flags.explain or bool(flags.at)
    color = world.color(parse_choice("color", flags.color, COLORS))
    name = flags.format and parse_choice("format", flags.format, FORMATS)
    if name is None:
        person = path is None and (world.out_is_terminal or (explained and color))
        name = format_of(path) if path is not None else "table" if person else "plain"
    if FORMATS[name].kind is Kind.NUMBERS and explained and path is None:
        raise UsageError(
            f"{name} holds numbers only, no explanation",
            given=f"{'--explain' if flags.explain else '--at'} with --format {name}",
            expected=", ".join(named(*EXPLAINING)),
            fix=f"write -f json, or -o y.{name} to have the numbers in a file and the explanation here",
        )
    if FORMATS[name].binary and path is None and world.out_is_terminal:
        raise UsageError(
            f"{name} is a binary format, not for a terminal",
            given=f"--format {name} without a file",
            expected="a file, or a pipe",
            fix=f"write -o y.{FORMATS[name].endings[0]}",
        )
    return Form(
        format=name,
        path=path,
        explained=explained,
        color=color and path is None,
        ascii=flags.ascii or (path is None and world.is_ascii),
        width=_at_least_one("width", flags.width) or world.width(),
        precision=_at_least_one("precision", flags.precision, most=4300) or PRECISION,
        fractions=flags.fractions,
        from_one=flags.from_one,
        limits=requested_limits(flags.limit),
        show=None if flags.show in (None, "all") else _at_least_one("show", flags.show),
        everything=flags.show == "all",
    )


def requested_elements(texts: Sequence[str], problem: Problem, form: Form) -> list[Index]:
    """The output elements of `--at`, as (n, o, *s). Raises FitError for one that the output does not have."""
    shape, first = problem.spec.output_shape, int(form.from_one)
    return [
        problem.view.element(
            parse_index(text), shape, given=f"--at {quoted(text)}", write="write --at with", first=first
        )
        for text in texts
    ]


def answer(problem: Problem, result: Result[Any] | None, elements: Sequence[Index], form: Form, world: World) -> None:
    """Write the result, or the explanation, or both: nothing is written before all of it is known."""
    if form.path is not None and form.explained and form.kind is Kind.NUMBERS:
        written = _numbers(form, _computed(result), world)
        shown_as = "table" if world.out_is_terminal or form.color else "plain"
        with staged(form.path, _encoded(written)):
            world.write(documents([(problem, result)], elements, form, shown_as))
        return
    deliver(content_of(problem, result, elements, form, world), form, world)


def content_of(
    problem: Problem, result: Result[Any] | None, elements: Sequence[Index], form: Form, world: World
) -> str | bytes:
    """The whole answer in its form; what is to be said beside it is said."""
    if form.kind is Kind.MAPPING:
        return _mapping(problem, result, elements, form, world)
    if form.kind is Kind.DOCUMENT:
        return documents([(problem, result)], elements, form, form.format)
    return _numbers(form, _computed(result), world)


def deliver(content: str | bytes, form: Form, world: World) -> None:
    """Write a whole answer where it should go."""
    if form.path is not None:
        write_file(form.path, _encoded(content))
    else:
        world.write(content)


def _computed(result: Result[Any] | None) -> Result[Any]:
    if result is None:
        raise UsageError(
            "--at explains single elements and computes no others",
            given="--at with a format that holds the whole output",
            expected="--explain without --at, or a format for explanations",
            fix="leave out --at, or write -f json",
        )
    return result


def _numbers(form: Form, result: Result[Any], world: World) -> str | bytes:
    from convcli.render.data import to_csv, to_npy, to_plain

    writers: dict[str, Any] = {
        "plain": lambda: to_plain(result.presented, fractions=form.fractions),
        "csv": lambda: to_csv(result.presented, fractions=form.fractions),
        "npy": lambda: to_npy(result.presented),
    }
    written = writers[form.format]()
    note_rounding(written.rounded, world, "-f json --fractions" if form.format == "npy" else "--fractions")
    content: str | bytes = written.content
    return content


def _mapping(problem: Problem, result: Result[Any] | None, elements: Sequence[Index], form: Form, world: World) -> str:
    from convcli.render.mapping import to_mapping

    steps = None
    if form.explained:
        from convcli.trace import trace_of

        trace = trace_of(problem)
        count = len(elements or trace) * problem.spec.per_element
        form.limits.check("products", count, of="the explanation in full")
        steps = map(trace.step, elements or trace.indices())
    output = None if result is None else result.output
    written = to_mapping(form.format, problem, output, steps, fractions=form.fractions)
    note_rounding(written.rounded, world, "--fractions")
    return written.content


def documents(
    told: Sequence[tuple[Problem, Result[Any] | None]], elements: Sequence[Index], form: Form, as_format: str
) -> str:
    """Tables of results, or explanations, one after the other."""
    from convcli.document import Document, Style, Writer, explain, output_heading, table
    from convcli.trace import trace_of

    style = Style(
        precision=form.precision,
        fractions=form.fractions,
        from_one=form.from_one,
        show=form.show,
        everything=form.everything,
    )
    document: Document = ()
    for problem, result in told:
        if form.explained:
            document += explain(trace_of(problem), None if result is None else result.output, style, elements)
        else:
            heading = (output_heading(Writer(problem, style)),) if len(told) > 1 else ()
            document += (*heading, *table(_computed(result), style))
    return rendered(document, form, as_format)


def rendered(document: "Document", form: Form, as_format: str) -> str:
    """A document as text of a format."""
    if as_format == "svg":
        from convcli.render import svg

        return svg(document, form.width)
    if as_format == "table" and form.color:
        from convcli.render import terminal_text

        return terminal_text(document, form.width, ascii=form.ascii)
    from convcli.render import plain_text

    return plain_text(document, form.width, ascii=form.ascii)


def note_rounding(rounded: int, world: World, exactly: str) -> None:
    """Say that numbers were rounded to be written, and how to have them exactly."""
    if rounded:
        numbers = f"{plural(rounded, 'number')} {'was' if rounded == 1 else 'were'}"
        world.say(f"convcalc: note: {numbers} rounded to the nearest double; {exactly} writes them exactly")


def _encoded(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def format_of(path: str) -> str:
    """The format that the ending of a path implies. Raises UsageError for an ending that implies none."""
    ending = path.rpartition(".")[2].lower() if "." in path else ""
    if ending not in ENDINGS:
        raise UsageError(
            "the ending of the output file names no format",
            given=f"--output {quoted(path)}",
            expected="an ending among " + ", ".join(f".{name}" for name in ENDINGS),
            fix="choose such an ending, or say --format",
        )
    return ENDINGS[ending]


def _at_least_one(name: str, text: str | None, most: int = 10**6) -> int | None:
    if text is None:
        return None
    value = parse_integer(name, text)
    if not 1 <= value <= most:
        raise UsageError(
            f"{name} is out of range",
            given=f"--{name} {quoted(text)}",
            expected=f"one integer from 1 to {most:,}",
            fix=f"write --{name} 10",
        )
    return value
