"""What a pooling's mapping says that no other operation's does: its params, and how each window was pooled."""

from collections.abc import Callable, Iterable

from convcli.layout import Index
from convcli.numbers.grammar import Number
from convcli.problem import Pooling
from convcli.render.nested import Cells, Node
from convcli.settings import PoolKind
from convcli.trace import AverageStep, LpStep, MaxStep, PoolStep

Write = Callable[[Iterable[Number], Index], Cells]
"""Numbers of a shape as text."""


def params(problem: Pooling) -> dict[str, Node]:
    """Every setting, in the field's terms; divisor and power where they mean something."""
    spec = problem.spec
    settings: dict[str, Node] = {
        "kernel_size": list(spec.kernels),
        "stride": [axis.stride for axis in spec.axes],
        "padding": [list(pair) for pair in spec.pads],
        "dilation": [axis.dilation for axis in spec.axes],
        "ceil_mode": spec.axes[0].ceil,
        "global": spec.whole,
    }
    if spec.kind is PoolKind.AVERAGE:
        settings |= {"count_include_pad": spec.count_include_pad, "divisor_override": spec.divisor}
    if spec.kind is PoolKind.LP:
        settings["norm_type"] = spec.power
    return settings | {"layout": problem.input_view.layout, "dtype": problem.arithmetic.name}


def terms(step: PoolStep, problem: Pooling, write: Write) -> list[Node]:
    """The window, and which of it won (its index in the input), what it was divided by, or its powers and their sum."""
    shape = step.patch.shape
    term: dict[str, Node] = {
        "channel": step.at[1],
        "patch": write(step.patch.ravel().tolist(), shape),
        "padding": _flags(step.padding.ravel().tolist(), shape),
    }
    if problem.spec.axes[0].ceil:
        term["overhang"] = _flags(step.overhang.ravel().tolist(), shape)
    if isinstance(step, MaxStep):
        return [term | {"winner": list(problem.input_view.shape(step.source))}]
    if isinstance(step, LpStep):
        return [term | {"powers": write(step.powers.ravel().tolist(), shape), "sum": write([step.sum], ())}]
    assert isinstance(step, AverageStep)
    return [term | {"sum": write([step.sum], ()), "divisor": step.divisor}]


def _flags(cells: list[bool], shape: Index) -> Cells:
    return Cells(["true" if cell else "false" for cell in cells], shape)
