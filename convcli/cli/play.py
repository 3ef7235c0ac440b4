"""The workbench from the command line: what it opens on, and the files that it reads and writes."""

import io
import os
import shlex
import sys
from dataclasses import replace
from typing import Any, TypeVar

from convcli.cli.answer import content_of, parts_of, requested_elements
from convcli.cli.form import Form, format_of
from convcli.cli.options import Common
from convcli.cli.world import World
from convcli.cli.writing import write_file
from convcli.document import Style
from convcli.engine import Result, run
from convcli.errors import UsageError, quoted, safe
from convcli.reading import read_tensor
from convcli.render.formats import EXPLAINING, FORMATS
from convcli.request import Asked, operation
from convcli.request.words import command_line, problem_text
from convcli.workbench.asking import begin, changed, posed
from convcli.workbench.edit import with_tensor
from convcli.workbench.state import Effect, State, saying

F = TypeVar("F", bound=Common)

IMAGE = "[[[1,5,9,13],[2,6,10,14],[3,7,11,15],[4,8,12,16]],[[1,1,1,1],[2,2,2,2],[3,3,3,3],[4,4,4,4]]]"
KERNELS = "[[[[1,0],[0,1]],[[1,1],[1,1]]],[[[0,1],[1,0]],[[0,0],[0,1]]],[[[1,1],[1,1]],[[-1,-1],[-1,-1]]]]"

TEXTBOOK = {
    "1d": {"input": "1 2 3 4", "kernel": "1 0 -1"},
    "2d": {"input": IMAGE, "kernel": KERNELS},
    "3d": {"input": "@arange:3,4,4", "kernel": "@ones:2,2,2"},
    "1x1": {"input": IMAGE, "kernel": "1 0; 0 1; 1 -1"},
    "pool1d": {"input": "3 4 -5 12", "kernel_size": "2"},
    "pool2d": {"input": IMAGE, "kernel_size": "2"},
    "pool3d": {"input": "@arange:4,4,4", "kernel_size": "2"},
}
"""What each command opens on where no tensor is given."""


def worded(arguments: list[str]) -> list[str]:
    """`play 2d ...` as the command with its option; of commands 2d.

    >>> worded(["play", "1d", "-i", "1 2"]), worded(["play", "-p", "1"])
    (['1d', '--interactive', '-i', '1 2'], ['2d', '--interactive', '-p', '1'])
    """
    rest = arguments[1:]
    if not rest or (rest[0].startswith("-") and rest[0] != "-"):
        rest = ["2d", *rest]
    return [rest[0], "--interactive", *rest[1:]]


def with_example(command: str, flags: F) -> F:
    """The flags with the textbook's tensors, where none is given."""
    example: dict[str, Any] = TEXTBOOK[command]
    if any(getattr(flags, name, None) for name in ("problem", "input", "kernel", "bias", "dy", "global_")):
        return flags
    return replace(flags, **{name: text for name, text in example.items() if getattr(flags, name) is None})


def play(asked: Asked, flags: Common, form: Form, world: World) -> None:
    """Open the workbench on what is asked. Raises UsageError where there is no terminal, ConvError as any command."""
    if not world.has_screen:
        dumb = world.out_is_terminal and world.stdin.isatty()
        raise UsageError(
            "the workbench needs a terminal",
            given="a terminal that cannot draw, by TERM" if dumb else "standard input or output that is none",
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
    if app.failure is not None:
        raise app.failure
    left = command_line(app.state.asked, app.state.shown_with)
    if left is not None and app.state.asked is not state.asked:
        world.say(f"convcalc: note: the problem as it was left: {safe(left, limit=10_000)}")
    if app.return_code:
        sys.exit(app.return_code)


def outside(state: State, effect: Effect, form: Form, world: World) -> State:
    """Read or write the file that the workbench was told to. Raises ConvError."""
    if effect.kind == "read":
        return _read(state, effect.role, effect.text, world)
    if effect.kind == "save":
        path = _place(effect.text, effect)
        write_file(path, problem_text(state.asked).encode())
        again = shlex.join(["convcalc", state.asked.command, path])
        return saying(state, f"the problem was saved: {again}")
    return _export(state, effect, form, world)


def _place(path: str, effect: Effect) -> str:
    """Where to write. Raises UsageError for a file that is there, unless it may be replaced."""
    path = os.path.expanduser(path)  # noqa: PTH111 - no shell does it here
    if not effect.replacing and os.path.isfile(path):  # noqa: PTH113 - a text, as write_file takes it
        raise UsageError(
            "there is such a file already",
            given=quoted(path),
            expected="another name",
            fix=f"write :{effect.kind}! in place of {effect.kind} to replace it",
        )
    return path


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


def _export(state: State, effect: Effect, form: Form, world: World) -> State:
    """`page.html`, or a format and a file: `pytorch y.py`."""
    first, _, rest = effect.text.partition(" ")
    name, path = (first, rest.strip()) if rest and first in FORMATS else (format_of(effect.text), effect.text)
    path = _place(path, effect)
    explained = FORMATS[name].kind in EXPLAINING
    wanted = replace(form, format=name, path=path, explained=explained, color=False, colors="none")
    result: Result[Any] = run(state.problem)
    said = io.StringIO()
    quiet = World(stdin=world.stdin, out=None, err=said, env=world.env)
    write_file(path, *parts_of(content_of(state.problem, result, (), wanted, quiet)))
    notes = said.getvalue().strip().removeprefix("convcalc: note: ")
    return saying(state, f"written to {quoted(path)}" + (f"; {notes}" if notes else ""))
