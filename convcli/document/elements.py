"""Output elements worked out one after the other, channel by channel: what all sums of products have in common."""

from collections.abc import Callable
from typing import Any

from convcli.document.element import alone, grids, several
from convcli.document.elide import Plan, Plane, plan
from convcli.document.model import Block, Heading, Line, Paragraph, Role, text
from convcli.document.style import SumWriter
from convcli.layout import Index
from convcli.numbers.grammar import Number
from convcli.numbers.tensor import Tensor
from convcli.trace import Step, SumTrace, Trace


def elements(
    trace: SumTrace[Any], writer: SumWriter, title: str, name: Callable[[Plane], str]
) -> tuple[list[Block], list[Step], Plan]:
    """The elements of each output channel under its `name`, or of the only one under the `title`."""
    spec = trace.problem.spec
    chosen = plan(spec, writer.style, grids(writer))
    blocks: list[Block] = [Heading(2, text(title))]
    steps: list[Step] = []
    one = spec.output_shape[:2] == (1, 1)
    for plane in chosen.planes:
        some = [trace.step(at) for at in plane.steps]
        blocks += [] if one else [Heading(3, text(name(plane)))]
        if spec.group_in == 1:
            blocks += alone(some, writer)
        else:
            blocks += [block for step in some for block in several(step, writer)]
        if plane.left and not one:
            blocks.append(Paragraph((more(plane.left),), indent=2))
        steps += some
    if chosen.steps_left:
        options = f"--show with a number or all, or --at {trace.problem.view.axes} for one"
        blocks.append(Paragraph((not_shown(chosen.steps_left, "step", options),)))
    return blocks, steps, chosen


def more(count: int) -> Line:
    """That so many steps are left out here."""
    return text(f"… {count:,} more {'step' if count == 1 else 'steps'}", role=Role.NOTE)


def not_shown(count: int, noun: str, options: str) -> Line:
    """That so many are left out, and how to see them."""
    return text(f"… {count:,} more {noun}{'' if count == 1 else 's'} not shown: {options}", role=Role.NOTE)


def known(trace: Trace[Any, Any], output: Tensor | None, steps: list[Any]) -> Callable[[Index], Number]:
    """The output at an index: the engine's, if it was computed, else that of a step."""
    values = {step.at: step.value for step in steps}

    def number(at: Index) -> Number:
        if output is not None:
            return output.at(at)
        return values[at] if at in values else trace.step(at).value  # type: ignore[no-any-return]

    return number
