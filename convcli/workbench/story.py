"""The words around the sheets: what the problem is, how the chosen output came to be, settings, and the command."""

from convcli.document import Line, Role, Span, Writer
from convcli.document.explain import telling_of
from convcli.document.model import text
from convcli.errors import safe
from convcli.render.layout import lay_out
from convcli.request import operation
from convcli.request.words import command_line
from convcli.workbench.change import current
from convcli.workbench.state import State

MOST_PRODUCTS = 20_000
"""Products of an element up to which its working is written out on the screen."""

TYPED_AT_MOST = 2000
"""Characters of a command that are shown."""

CONVOLUTION = (
    ("stride", "s"), ("padding", "p"), ("dilation", "d"), ("groups", "g"), ("padding-mode", "m"), ("flip", "f"),
    ("transposed", "t"),
)  # fmt: skip
POOLING = (("kind", "o"), ("kernel-size", "k"), ("stride", "s"), ("padding", "p"), ("dilation", "d"), ("ceil", "i"))
"""The settings that are always shown, each with the key that changes it."""


def title(state: State) -> Line:
    """The operation in one line."""
    spec = f"{state.problem.op}  {state.problem.spec}"
    rule = state.problem.arithmetic.rule
    return text(Span(Role.HEADING, "convcalc"), f"  {spec}  ", Span(Role.NOTE, rule))


def story(state: State, width: int) -> list[Line]:
    """How the chosen output came to be."""
    writer = Writer(state.problem, state.style)
    name = Span(Role.OUTPUT, writer.output_name(state.at))
    if state.guessed is not None and state.at not in state.guessed:
        return [
            text("What is ", name, "? Its patch is lit in the input; type its value and press Enter."),
            text("Enter on nothing typed shows it, n goes on to the next.", role=Role.NOTE),
        ]
    if state.problem.spec.per_element > MOST_PRODUCTS:
        products = f"{state.problem.spec.per_element:,}"
        value = writer.number(Role.OUTPUT, state.value(state.at))
        return [
            text(name, " = ", value),
            text(f"the sum of {products} products, too many to be written out here", role=Role.NOTE),
        ]
    _, *blocks = telling_of(state.problem).element(state.step, writer)  # a heading that only names the element
    return lay_out(tuple(blocks), width, ascii=state.ascii)


def sizes(state: State, width: int) -> list[Line]:
    """The output's size along each axis, derived."""
    writer = Writer(state.problem, state.style)
    return lay_out(tuple(telling_of(state.problem).sizes(writer)[1:]), width, ascii=state.ascii)


def settings(state: State) -> list[tuple[str, str, str]]:
    """Each setting that is shown: its key, its name and what it is."""
    pooled = state.asked.command.startswith("pool")
    listed = [(key, name, current(state, name)) for name, key in (POOLING if pooled else CONVOLUTION)]
    named = {name for _, name, _ in listed}
    others = [(":", name, said) for name, said in state.asked.texts.items() if name not in named]
    known = operation(state.asked.command).parsers
    return [entry for entry in (*listed, *others) if entry[1] in known]


def command(state: State) -> Line:
    """The command that starts here."""
    line = command_line(state.asked)
    if line is None:
        return text("too large to be typed: w saves the problem to a file", role=Role.NOTE)
    if len(line) > TYPED_AT_MOST:
        line = line[:TYPED_AT_MOST] + "…"
    return text(Span(Role.NOTE, "$ "), safe(line, limit=TYPED_AT_MOST + 1))


def said(state: State) -> Line:
    """What there is to say of the last thing that was done, and what is being typed."""
    if state.draft is not None:
        where = "guess" if state.focus.value == "output" else state.focus.value
        typing = text(Span(Role.HEADING, f"{where}: "), f"{state.draft}▏")
        return (*typing, Span(Role.NOTE, f"  {safe(state.said)}")) if state.refused else typing
    if state.refused:
        return text(Span(Role.BIAS, "✗ "), safe(state.said, limit=1000))
    return text(safe(state.said, limit=1000), role=Role.NOTE)
