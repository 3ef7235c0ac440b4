"""The workbench from the command line: what it opens on, and the files that it reads and writes."""

import io
import sys
from dataclasses import replace
from typing import Any

from convcli.cli.answer import content_of, requested_elements
from convcli.cli.form import Form, format_of
from convcli.cli.options import Common
from convcli.cli.world import World
from convcli.cli.writing import write_file
from convcli.document import Style
from convcli.engine import Result, run
from convcli.errors import UsageError, quoted
from convcli.reading import read_tensor
from convcli.reading.settings import parse_choice
from convcli.render.formats import EXPLAINING, FORMATS
from convcli.request import Asked, operation
from convcli.request.words import problem_text
from convcli.workbench.edit import with_tensor
from convcli.workbench.state import Effect, State, begin, changed, posed, saying

IMAGE = "[[[1,5,9,13],[2,6,10,14],[3,7,11,15],[4,8,12,16]],[[1,1,1,1],[2,2,2,2],[3,3,3,3],[4,4,4,4]]]"
KERNELS = "[[[[1,0],[0,1]],[[1,1],[1,1]]],[[[0,1],[1,0]],[[0,0],[0,1]]],[[[1,1],[1,1]],[[-1,-1],[-1,-1]]]]"

TEXTBOOK: dict[str, tuple[str, ...]] = {
    "1d": ("-i", "1 2 3 4", "-k", "1 0 -1"),
    "2d": ("-i", IMAGE, "-k", KERNELS),
    "3d": ("-i", "@arange:3,4,4", "-k", "@ones:2,2,2"),
    "1x1": ("-i", IMAGE, "-k", "1 0; 0 1; 1 -1"),
    "pool1d": ("-i", "3 4 -5 12", "-k", "2"),
    "pool2d": ("-i", IMAGE, "-k", "2"),
    "pool3d": ("-i", "@arange:4,4,4", "-k", "2"),
}
"""What each command opens on where nothing else is said; of commands 2d."""


def on_a_terminal(world: World) -> bool:
    """Whether there is a screen to draw on and a keyboard to read."""
    return world.out_is_terminal and world.stdin.isatty() and world.env.get("TERM") not in (None, "dumb")


def worded(arguments: list[str]) -> list[str]:
    """`play 2d ...` as the command with its option; without sources on an example.

    >>> worded(["play", "1d", "-i", "1 2"])
    ['1d', '--interactive', '-i', '1 2']
    >>> worded(["play", "pool1d"])
    ['pool1d', '--interactive', '-i', '3 4 -5 12', '-k', '2']
    """
    command, *rest = arguments[1:] or ["2d"]
    return [command, "--interactive", *(rest or TEXTBOOK.get(command, ()))]


def play(asked: Asked, flags: Common, form: Form, world: World) -> None:
    """Open the workbench on what is asked. Raises UsageError where there is no terminal, ConvError as any command."""
    if not on_a_terminal(world):
        raise UsageError(
            "the workbench needs a terminal",
            given="standard input or output that is none",
            expected="a terminal, for both the screen and the keys",
            fix="leave out --interactive (or play), or run it in a terminal and name files in place of `-`",
        )
    if flags.format is not None or flags.output is not None:
        raise UsageError(
            "the workbench writes files when it is told to",
            given="--format or --output with --interactive",
            expected="neither; x exports what is shown, w saves the problem",
            fix="leave it out, or leave out --interactive",
        )
    style = Style(precision=form.precision, fractions=form.fractions, from_one=form.from_one)
    problem = posed(asked, form.limits)
    elements = requested_elements(flags.at or (), problem, form)
    state = begin(asked, form.limits, style, elements[0] if elements else None, ascii=form.ascii)
    from convcli.workbench.app.app import Workbench

    app = Workbench(state, lambda state, effect: outside(state, effect, form, world))
    if not form.color:
        app.no_color = True
    app.run()
    if app.return_code:
        sys.exit(app.return_code)


def outside(state: State, effect: Effect, form: Form, world: World) -> State:
    """Read or write the file that the workbench was told to. Raises ConvError."""
    if effect.kind == "read":
        return _read(state, effect.role, effect.text, world)
    if effect.kind == "save":
        write_file(effect.text, problem_text(state.asked).encode())
        return saying(state, f"the problem was saved to {effect.text}: convcalc {state.asked.command} {effect.text}")
    return _export(state, effect.text, form, world)


def _read(state: State, role: str, source: str, world: World) -> State:
    asked = state.asked
    if not source:
        tensors = {name: tensor for name, tensor in asked.tensors.items() if name != role}
        sources = {name: text for name, text in asked.sources.items() if name != role}
        return changed(state, replace(asked, tensors=tensors, sources=sources), f"without {role}")
    if source == "-":
        raise UsageError(
            "standard input is the keyboard here",
            given="-",
            expected="a file, numbers or a name",
            fix="write the numbers, such as 1 2; 3 4",
        )
    rank = operation(asked.command).ranks[asked.command]
    last = role in ("input", "dy") and asked.settings.get("layout") == "nhwc"
    tensor = read_tensor(source, role, state.limits, world.stdin, rank=rank, channels_last=last)
    return changed(state, with_tensor(asked, role, tensor, source), f"{role} read")


def _export(state: State, text: str, form: Form, world: World) -> State:
    """`page.html`, or a format and a file: `pytorch y.py`."""
    first, _, rest = text.partition(" ")
    name, path = (parse_choice("format", first, tuple(FORMATS)), rest.strip()) if rest else (format_of(text), text)
    explained = FORMATS[name].kind in EXPLAINING
    wanted = replace(form, format=name, path=path, explained=explained, color=False, colors="none")
    result: Result[Any] = run(state.problem)
    said = io.StringIO()
    quiet = World(stdin=world.stdin, out=None, err=said, env=world.env)
    content = content_of(state.problem, result, (), wanted, quiet)
    write_file(path, content.encode() if isinstance(content, str) else content)
    notes = said.getvalue().strip().removeprefix("convcalc: note: ")
    return saying(state, f"written to {quoted(path)}" + (f"; {notes}" if notes else ""))
