"""What is answered: the result or explanation in its form, written as a whole or not at all."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from convcli.cli.form import Form
from convcli.cli.world import World
from convcli.cli.writing import staged, write_file
from convcli.engine import Result
from convcli.errors import UsageError, plural, quoted
from convcli.layout import Index
from convcli.problem import Problem
from convcli.reading.settings import parse_index
from convcli.render.formats import EXPLAINING, Kind

if TYPE_CHECKING:
    from convcli.document import Document, Style
    from convcli.render.data import Parts

    Content = str | bytes | Parts

LINES_OF_HEAT = 40
"""Lines of a heat map that nobody asked for."""


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
    if form.path is not None and form.explained and form.kind not in EXPLAINING:
        written = content_of(problem, result, elements, form, world)
        shown_as = "table" if world.out_is_terminal or form.color else "plain"
        with staged(form.path, *parts_of(written)):
            world.write(documents([(problem, result)], elements, form, shown_as))
        return
    deliver(content_of(problem, result, elements, form, world), form, world)


def content_of(
    problem: Problem, result: Result[Any] | None, elements: Sequence[Index], form: Form, world: World
) -> "Content":
    """The whole answer in its form; what is to be said beside it is said."""
    if form.animated:
        from convcli.render import animation

        return animation(problem, _computed(result).output, _style(form))
    if form.kind is Kind.MAPPING:
        return _mapping(problem, result, elements, form, world)
    if form.kind is Kind.DOCUMENT or (form.kind is Kind.PAGE and elements):
        told = documents([(problem, result)], elements, form, form.format)
        seen = form.format == "table" and not form.explained and form.path is None and world.out_is_terminal
        return told + _seen_whole(form, _computed(result)) if seen else told
    whole = _computed(result)
    if form.kind is Kind.PAGE:
        from convcli.render.page import page

        return page(problem, whole.output, _style(form))
    if form.kind is Kind.IMAGE:
        return _image(form, whole, world)
    if form.kind is Kind.CODE:
        return _code(form, whole)
    return _numbers(form, whole, world)


def _style(form: Form) -> "Style":
    from convcli.document import Style

    return Style(
        precision=form.precision,
        fractions=form.fractions,
        from_one=form.from_one,
        show=form.show,
        everything=form.everything,
    )


def _image(form: Form, result: Result[Any], world: World) -> str | bytes:
    if form.format == "heat":
        return heat(form, result)
    from convcli.render import to_image

    made = to_image(result.output, result.problem, form.format)
    for note in made.notes:
        world.say(f"convcalc: note: {note}")
    return made.content


def _seen_whole(form: Form, result: Result[Any]) -> str:
    """What a table has left out of planes too large to be read as numbers, as a heat map below it."""
    limit = _style(form).rows
    if form.everything or max(result.problem.spec.outputs[-2:]) <= limit:
        return ""
    return "\n" + heat(form, result, LINES_OF_HEAT)


def heat(form: Form, result: Result[Any], lines: int | None = None) -> str:
    """The output as a heat map, of at most so many lines."""
    from convcli.render import heat_map

    return heat_map(
        result.output, result.problem, form.width, lines,
        colors=form.colors, ascii=form.ascii, precision=form.precision, from_one=form.from_one,
    )  # fmt: skip


def _code(form: Form, result: Result[Any]) -> str | bytes:
    """A script; or a model of ONNX, alone in a file that says so, else in an archive with its test vectors."""
    from convcli.render.code import archive, model, script

    if form.format != "onnx":
        return script(form.format, result.problem, result.output)
    alone = form.path is not None and form.path.lower().endswith(".onnx")
    return (model if alone else archive)(result.problem, result.output)


def deliver(content: "Content", form: Form, world: World) -> None:
    """Write a whole answer where it should go."""
    if form.path is not None:
        write_file(form.path, *parts_of(content))
    elif isinstance(content, str):
        world.write(content)
    else:
        world.write(*parts_of(content))


def _computed(result: Result[Any] | None) -> Result[Any]:
    if result is None:
        raise UsageError(
            "--at explains single elements and computes no others",
            given="--at with a format that holds the whole output",
            expected="--explain without --at, or a format for explanations",
            fix="leave out --at, or write -f json",
        )
    return result


def _numbers(form: Form, result: Result[Any], world: World) -> "str | Parts":
    from convcli.render.data import to_csv, to_npy, to_plain

    writers: dict[str, Any] = {
        "plain": lambda: to_plain(result.presented, fractions=form.fractions),
        "csv": lambda: to_csv(result.presented, fractions=form.fractions),
        "npy": lambda: to_npy(result.presented),
    }
    written = writers[form.format]()
    note_rounding(written.rounded, world, "-f json --fractions" if form.format == "npy" else "--fractions")
    content: str | Parts = written.content
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
    from convcli.document import Document, Writer, explain, output_heading, table
    from convcli.trace import trace_of

    style = _style(form)
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
        from convcli.render import picture

        return picture(document, form.width)
    if as_format == "markdown":
        from convcli.render.markdown import markdown

        return markdown(document, ascii=form.ascii)
    if as_format in ("latex", "latex-fragment"):
        from convcli.render.latex import latex

        return latex(document, fragment=as_format == "latex-fragment")
    if as_format == "html":
        from convcli.render.page import document_page

        return document_page(document, _title(document))
    if as_format == "table" and form.color:
        from convcli.render import terminal_text

        return terminal_text(document, form.width, ascii=form.ascii)
    from convcli.render import plain_text

    return plain_text(document, form.width, ascii=form.ascii)


def _title(document: "Document") -> str:
    """What a document's first heading says."""
    from convcli.document import Heading

    headings = (block.line for block in document if isinstance(block, Heading))
    return "".join(span.text for span in next(headings, ())).replace("\N{NO-BREAK SPACE}", " ") or "convcalc"


def note_rounding(rounded: int, world: World, exactly: str) -> None:
    """Say that numbers were rounded to be written, and how to have them exactly."""
    if rounded:
        numbers = f"{plural(rounded, 'number')} {'was' if rounded == 1 else 'were'}"
        world.say(f"convcalc: note: {numbers} rounded to the nearest double; {exactly} writes them exactly")


def parts_of(content: "Content") -> "tuple[bytes | memoryview, ...]":
    """The bytes of an answer in a file."""
    if isinstance(content, str):
        return (content.encode(),)
    return (content,) if isinstance(content, bytes) else content
