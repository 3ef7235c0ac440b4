"""Explanations of pooling."""

from dataclasses import replace
from typing import SupportsIndex

from convcli.api.explanation import Explanation
from convcli.api.operands import Array, Padding, PerAxis, tensor, unknown, whole
from convcli.api.pooling.posed import chosen, posed
from convcli.conventions import ALIASES
from convcli.errors import UsageError
from convcli.layout import shape_text
from convcli.settings import PoolKind, PoolSettings
from convcli.trace import PoolStep, PoolTrace


def explain_pool(
    input: Array,
    kernel_size: PerAxis | None,
    stride: PerAxis | None = None,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    ceil_mode: bool = False,
    *,
    kind: str = "max",
    count_include_pad: bool = True,
    divisor_override: SupportsIndex | None = None,
    norm_type: SupportsIndex = 2,
    rank: int | None = None,
) -> Explanation[PoolStep]:
    """The trace of a pooling, with every window and what was made of it; `kind` is max, avg or lp.

    A kernel_size of None is the whole input, for which no other setting of the window matters. The rank is that of a
    kernel_size with an entry for each axis, or of a bare input with one or two axes; say `rank` otherwise.

    >>> trace = explain_pool([3, 1, 4], 2, 1)
    >>> [step.value for step in trace], trace[1].winner
    ([3, 4], (1,))

    Raises ConvError, a ValueError in four parts, if the settings do not fit the input, or a window reads nothing.
    """
    kinds = [known.value for known in PoolKind]
    if kind not in kinds:
        raise unknown("kind", kind, kinds, ALIASES["kind"].get(kind))
    made = PoolSettings(kind=PoolKind(kind))
    if kernel_size is not None:
        made = chosen(PoolKind(kind), kernel_size, stride, padding, dilation, ceil_mode)
    divisor = None if divisor_override is None else whole("divisor", divisor_override, 0)
    settings = replace(
        made, count_include_pad=bool(count_include_pad), divisor=divisor, power=whole("norm_type", norm_type, 0)
    )
    return Explanation(PoolTrace(posed(_rank(input, settings, rank), input, settings)))


def _rank(input: Array, settings: PoolSettings, rank: int | None) -> int:
    """The number of spatial axes: `rank` if it is said, else that of the window, or of a bare input."""
    shape = tensor("input", input).shape
    window = settings.kernel_size
    found = rank if rank is not None else len(window) if isinstance(window, tuple) else len(shape)
    if found not in ((1, 2, 3) if rank is not None or isinstance(window, tuple) else (1, 2)):
        raise UsageError(
            "how many axes are pooled is not said",
            given=f"an input of shape {shape_text(shape)}"
            + (f", rank {rank}" if rank is not None else "" if window is None else f", kernel_size {window}"),
            expected="rank 1, 2 or 3",
            fix="say rank=2 for height and width",
            setting="rank",
        )
    return found
