"""The words around the sheets: what the problem is, how the chosen output came to be, settings, and the command."""

import shlex
from typing import Any

from convcli.document import Line, Role, Span, Writer
from convcli.document.explain import telling_of
from convcli.document.model import text
from convcli.document.notes import differences
from convcli.errors import safe
from convcli.render.layout import lay_out
from convcli.request import operation
from convcli.request.words import command_line
from convcli.workbench.change import current
from convcli.workbench.state import State

MOST_PRODUCTS = 20_000
"""Products of an element up to which its working is written out on the screen."""

Setting = tuple[str, str, str]
"""The key of a setting, its name, and what it is."""

SHORTEST = 8
"""Characters of an argument that are shown, however long the command is."""

BETWEEN = "   "
"""What stands between two settings."""

CONVOLUTION = (
    ("stride", "s"), ("padding", "p"), ("dilation", "d"), ("groups", "g"), ("padding-mode", "m"), ("flip", "f"),
    ("transposed", "t"),
)  # fmt: skip
POOLING = (("kind", "o"), ("kernel-size", "k"), ("stride", "s"), ("padding", "p"), ("dilation", "d"), ("ceil", "i"))
"""The settings that are always shown, each with the key that changes it."""


def title(state: State) -> Line:
    """The operation in one line; of a gradient, the convolution that it is one of."""
    problem: Any = state.problem
    spec = getattr(problem, "forward", problem).spec
    return text(Span(Role.HEADING, "convcalc"), f"  {problem.op}  {spec}  ", Span(Role.NOTE, problem.arithmetic.rule))


def heading(state: State) -> Line:
    """The chosen output and its value."""
    writer = Writer(state.problem, state.style)
    name = Span(Role.OUTPUT, writer.output_name(state.at))
    value = Span(Role.NOTE, "?") if _hidden(state) else writer.number(Role.OUTPUT, state.value(state.at))
    return text(name, " = ", value)


def story(state: State, width: int) -> list[Line]:
    """How the chosen output came to be."""
    writer = Writer(state.problem, state.style)
    if _hidden(state):
        return [
            text("Type its value and press Enter; what it is made of is lit."),
            text("Enter on nothing typed shows it, n goes on to the next.", role=Role.NOTE),
        ]
    if state.problem.spec.per_element > MOST_PRODUCTS:
        products = f"{state.problem.spec.per_element:,}"
        return [text(f"the sum of {products} products, too many to be written out here", role=Role.NOTE)]
    telling = telling_of(state.problem)
    _, *blocks = telling.element(state.step, writer)  # a heading that only names the element
    notes = differences([state.step], state.output, writer, telling.exactly)
    return lay_out((*blocks, *notes), width, ascii=state.ascii)


def _hidden(state: State) -> bool:
    """Whether the chosen output is to be guessed."""
    return state.guessed is not None and state.at not in state.guessed


def sizes(state: State, width: int) -> list[Line]:
    """The output's size along each axis, derived."""
    writer = Writer(state.problem, state.style)
    return lay_out(tuple(telling_of(state.problem).sizes(writer)[1:]), width, ascii=state.ascii)


def settings(state: State) -> list[Setting]:
    """Each setting that is shown."""
    pooled = state.asked.command.startswith("pool")
    listed = [(key, name, current(state, name)) for name, key in (POOLING if pooled else CONVOLUTION)]
    named = {name for _, name, _ in listed}
    others = [(":", name, said) for name, said in state.asked.texts.items() if name not in named]
    known = operation(state.asked.command).parsers
    return [entry for entry in (*listed, *others) if entry[1] in known]


def rows_of(entries: list[Setting], width: int) -> list[list[Setting]]:
    """Settings on as few rows as hold them, none of them broken.

    >>> rows_of([("s", "stride", "1"), ("p", "padding", "0"), ("f", "flip", "true")], 27)
    [[('s', 'stride', '1'), ('p', 'padding', '0')], [('f', 'flip', 'true')]]
    """
    rows: list[list[Setting]] = []
    left = 0
    for entry in entries:
        needs = len(" ".join(entry))
        if not rows or needs > left:
            rows, left = [*rows, []], width
        rows[-1].append(entry)
        left -= needs + len(BETWEEN)
    return rows


def command(state: State, width: int) -> Line:
    """The command that starts here; where it is longer than the screen is wide, its numbers are cut short."""
    line = command_line(state.asked, state.shown_with)
    if line is None:
        return text("too large to be typed: w saves the problem to a file", role=Role.NOTE)
    if len(line) + 2 > width:
        tensors = sum(role in state.asked.tensors for role in operation(state.asked.command).roles)
        dots = "..." if state.ascii else "…"
        others = [part for part in shlex.split(line) if _is_short(part)]
        each = max(SHORTEST, (width - 2 - len(shlex.join(others))) // tensors - 3 - len(dots))
        line = shlex.join(p if _is_short(p) or len(p) <= each else p[:each] + dots for p in shlex.split(line))
    return text(Span(Role.NOTE, "$ "), safe(line, limit=width))


def _is_short(part: str) -> bool:
    """Whether a word of a command is left as it is: an option, or hardly any text."""
    return len(part) <= SHORTEST or part.startswith("--")


def said(state: State) -> Line:
    """What there is to say of the last thing that was done, and what is being typed."""
    if state.draft is not None:
        where = "guess" if state.focus.value == "output" else state.focus.value
        typing = text(Span(Role.HEADING, f"{where}: "), state.draft + ("_" if state.ascii else "▏"))
        return (*typing, Span(Role.NOTE, f"  {safe(state.said)}")) if state.refused else typing
    if state.refused:
        return text(Span(Role.BIAS, "! " if state.ascii else "✗ "), safe(state.said, limit=1000))
    if state.playing:
        return text(f"playing, {state.pace:g} s a step; space pauses", role=Role.NOTE)
    return text(safe(state.said, limit=1000), role=Role.NOTE)
