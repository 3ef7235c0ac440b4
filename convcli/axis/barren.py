"""Windows that read nothing of the input, and what to do about them."""

from dataclasses import replace

from convcli.axis.window import Axis
from convcli.errors import FitError, UsageError


def refuse_barren(axis: Axis) -> None:
    """Refuse a window of a pool that lies wholly in padding: there would be nothing to pool.

    Raises UsageError for padding that leaves such a window beside any input, FitError if it does so beside this one.
    """
    out = axis.barren
    if out is None:
        return
    first, last = axis.position(out, 0), axis.position(out, axis.kernel - 1)
    reads = f"elements from {first} to {last}" if axis.kernel > 1 else f"element {first}"
    if axis.kernel > 1 and axis.dilation > 1:
        reads += f" in steps of {axis.dilation}"
    problem = f"a pooling window lies wholly in padding along {axis.name}"
    given = f"output {out} along {axis.name} pools {reads}; the input is 0 to {axis.size - 1}"
    expected, fix = "at least one element of the input in every window", _way_out(axis)
    if _always(axis):
        raise UsageError(problem, given=given, expected=expected, fix=fix, setting="padding")
    raise FitError(problem, given=given, expected=expected, fix=fix)


def _always(axis: Axis) -> bool:
    """Whether some window lies wholly in padding however long the input is.

    The first does where it ends before the input; and one of those after the input is not dropped, as in ceil mode the
    last of them is, where the padding has room for a whole step more than the window.
    """
    return axis.pad_before >= axis.span or axis.pad_after >= axis.span + axis.stride - (not axis.ceil)


def _way_out(axis: Axis) -> str:
    """The most padding with which every window reads something; with a lower dilation where it takes that, too."""
    changes, lowered = [], _padded_less(axis)
    if lowered.barren is not None:  # the taps step over the input
        changes = [f"the dilation to {axis.size}"]
        lowered = _padded_less(replace(axis, dilation=axis.size))
    before, after = lowered.pad_before, lowered.pad_after
    if (before, after) != (axis.pad_before, axis.pad_after):
        even = min(before, after)
        if axis.pad_before == axis.pad_after and axis.size + 2 * even >= lowered.span:  # as it was written
            evened = replace(lowered, pad_before=even, pad_after=even)
            before, after = (even, even) if evened.barren is None else (before, after)
        changes.append(f"the padding along {axis.name} to " + (f"{before}" if before == after else f"{before}:{after}"))
    return "lower " + " and ".join(changes)


def _padded_less(axis: Axis) -> Axis:
    """The same with as much of its padding as leaves no window wholly before or after the input."""
    before = min(axis.pad_before, axis.span - 1)
    last = (axis.size - 1 + before) // axis.stride  # the last output that may begin in the input
    room = (last + 1) * axis.stride - (not axis.ceil)  # in ceil mode one more is dropped
    return replace(axis, pad_before=before, pad_after=min(axis.pad_after, room + axis.span - axis.size - before))
