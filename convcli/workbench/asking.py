"""What is asked: posed as a problem, changed, taken back and done again.

Every change goes through `changed`, which poses the new problem and refuses, with the reason, what is impossible: so a
state is always one that can be computed.
"""

from dataclasses import replace
from typing import Any

from convcli.document import Style
from convcli.engine import run
from convcli.errors import ConvError, UsageError
from convcli.layout import Index
from convcli.limits import Limits
from convcli.numbers.tensor import Tensor
from convcli.problem import Bilinear, Problem
from convcli.request import Asked, operation
from convcli.request.bounds import check, check_powers
from convcli.workbench.state import Pane, State, followed, linked, refusing, saying

QUICK = 5 * 10**6
"""Multiply-adds up to which an output is computed at once; a larger one is computed beside what is drawn."""


def begin(asked: Asked, limits: Limits, style: Style, at: Index | None = None, *, ascii: bool = False) -> State:  # noqa: A002 - the option's own name
    """The state to start with. Raises ConvError where what is asked, or its chosen element, cannot be computed."""
    problem = posed(asked, limits)
    cells = {Pane.INPUT: (0,) * (problem.spec.rank + 2)}
    if isinstance(problem, Bilinear):
        cells[Pane.KERNEL] = (0,) * (problem.spec.rank + 2)
    cells[Pane.OUTPUT] = at or (0,) * (problem.spec.rank + 2)
    state = State(asked=asked, problem=problem, limits=limits, style=style, start=asked, cells=cells, ascii=ascii)
    return _checked(followed(replace(state, output=_output(problem))))


def posed(asked: Asked, limits: Limits) -> Problem:
    """The problem that is asked for, checked for its size. Raises ConvError."""
    problem = of_any_size(asked, limits)
    check(problem.spec, limits)
    check_powers(problem, problem.spec.output_size, limits)
    return problem


def of_any_size(asked: Asked, limits: Limits) -> Problem:
    """The problem that is asked for. Raises ConvError."""
    found: Any = operation(asked.command).posed(asked, limits)
    if not isinstance(found, Problem):
        of = asked.settings["grad"]
        if of == "all":
            raise UsageError(
                "the workbench shows one gradient at a time",
                given="grad all",
                expected="grad input, grad kernel or grad bias",
                fix="choose one, for example --grad kernel",
                setting="grad",
            )
        found = getattr(found, of)
    problem: Problem = found
    return problem


def _output(problem: Problem) -> Tensor | None:
    """The output, unless it takes too long to be waited for. Raises FitError for one that its type does not hold."""
    return run(problem).output if problem.spec.work <= QUICK else None


def changed(state: State, asked: Asked, said: str = "") -> State:
    """The state in which something else is asked; the one before can be gone back to. What is impossible is refused."""
    try:
        problem = posed(asked, state.limits)
        after = replace(state, past=(*state.past, state.asked), future=())
        return saying(_checked(_showing(after, asked, problem, _output(problem))), said)
    except ConvError as error:
        return refusing(state, error)


def undone(state: State) -> State:
    """Back to what was asked before."""
    if not state.past:
        return refusing(state, "there is nothing to undo")
    asked, problem = state.past[-1], posed(state.past[-1], state.limits)
    back = replace(state, past=state.past[:-1], future=(state.asked, *state.future))
    return saying(_showing(back, asked, problem, _output(problem)), "undone")


def redone(state: State) -> State:
    """Forward again to what was undone."""
    if not state.future:
        return refusing(state, "there is nothing to redo")
    asked, problem = state.future[0], posed(state.future[0], state.limits)
    on = replace(state, past=(*state.past, state.asked), future=state.future[1:])
    return saying(_showing(on, asked, problem, _output(problem)), "redone")


def reset(state: State) -> State:
    """Back to what was asked first; that can be undone too."""
    return changed(state, state.start, "back to the start")


def arrived(state: State, problem: Problem, output: Tensor) -> State:
    """The output that was computed beside; one of a problem that is no longer asked is dropped."""
    return replace(state, output=output) if problem is state.problem else state


def failed(state: State, problem: Problem, error: ConvError) -> State:
    """An output that could not be computed: what led to it is taken back."""
    if problem is not state.problem:
        return state
    back = undone(state)
    return refusing(replace(back, future=back.future[1:]), error)


def _checked(state: State) -> State:
    """The same state, if its chosen output can be shown. Raises FitError for one that its type does not hold."""
    if state.output is None:
        state.value(state.at)
    return state


def _showing(state: State, asked: Asked, problem: Problem, output: Tensor | None) -> State:
    """The state with another problem, its cells brought inside the new shapes."""
    shown = replace(
        state, asked=asked, problem=problem, output=output, draft=None, hover=None,
        guessed=None if state.guessed is None else frozenset(),
    )  # fmt: skip
    origin = (0,) * (problem.spec.rank + 2)
    panes = [pane for pane in Pane if pane is not Pane.KERNEL or isinstance(problem, Bilinear)]
    cells = {}
    for pane in panes:
        index, shape = state.cells.get(pane, origin), shown.shape(pane)
        cells[pane] = tuple(min(i, n - 1) for i, n in zip(index, shape, strict=True))
    focus = state.focus if state.focus in cells else Pane.OUTPUT
    return linked(replace(shown, cells=cells, focus=focus))
