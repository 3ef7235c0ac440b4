"""Kernels in one layout, whatever axes they were given with and in whatever order.

A convolution's kernel is (O, C/G, *k), that of a transposed convolution (C, O/G, *k). Where two readings of a shape
are possible, the error spells out both: a reshape where a transpose is meant gives plausible wrong numbers.
"""

from functools import lru_cache

import numpy as np

from convcli.errors import FitError, plural
from convcli.layout.data import axes_text, other_rank
from convcli.layout.view import View, shape_text
from convcli.numbers.tensor import Tensor

KERNEL_LAYOUTS = ("oihw", "hwio", "ohwi", "iohw", "hwoi")
"""o: output channels, i: input channels of this operation, hw: space, at any rank."""


@lru_cache
def kernel_order(layout: str, rank: int, leading: str) -> tuple[int, ...]:
    """Where in a kernel of this layout the two channel axes are, those of `leading` ("oi" or "io"), and space.

    >>> kernel_order("hwio", 2, "oi")
    (3, 2, 0, 1)
    """
    starts, at = {}, 0
    for letter in layout.replace("hw", "s"):
        starts[letter] = at
        at += rank if letter == "s" else 1
    return (*(starts[letter] for letter in leading), *range(starts["s"], starts["s"] + rank))


def full_kernel(
    w: Tensor, channels_in: int, groups: int, layout: str, view: View, *, transposed: bool = False
) -> Tensor:
    """The kernel in one layout, for an input of so many channels that was laid out as `view` says."""
    rank = len(view.names) - 2
    extra = len(w.shape) - rank
    if extra == 0:
        return _bare_kernel(w, channels_in, groups, view, transposed)
    if extra == 1:
        return _kernel_of_one_more_axis(w, channels_in, groups, layout, transposed)
    if extra == 2:
        return w.with_values(w.values.transpose(*kernel_order(layout, rank, "io" if transposed else "oi")))
    space = (
        "kernel length" if rank == 1 else "kernel height, kernel width" if rank == 2 else "kernel depth, height, width"
    )
    raise FitError(
        f"the kernel has the wrong number of axes for a {rank}-D convolution",
        given=f"shape {shape_text(w.shape)}: {axes_text(len(w.shape))}",
        expected=f"({space}), or with one or two channel axes in {layout} order",
        fix=other_rank(len(w.shape), rank),
    )


def _bare_kernel(w: Tensor, channels_in: int, groups: int, view: View, transposed: bool) -> Tensor:
    values = w.values[None, None]
    if channels_in == 1:
        return w.with_values(values)
    if groups == channels_in:
        return w.with_values(values.repeat(channels_in, axis=0))
    kernel = "x".join(map(str, w.shape))
    last = ";\nif it is one signal with a number on each line, put it on one line, as paste -sd' ' does"
    if len(w.shape) > 1:
        last = "" if view.channels_last else ";\nif the channels are the last axis of the input, say --layout nhwc"
    whole = (channels_in, 1, *w.shape) if transposed else (1, channels_in, *w.shape)
    expected = (channels_in, "O", *w.shape) if transposed else ("O", channels_in, *w.shape)
    raise FitError(
        f"a kernel without channel axes on an input of {channels_in} channels can be read in two ways",
        given=f"kernel {kernel}; {plural(channels_in, 'input channel')}",
        expected=f"a kernel of shape {shape_text(expected)}",
        fix=f"to {'stamp' if transposed else 'filter'} each channel by itself, say --groups {channels_in};\n"
        f"to sum the channels, all {'stamped' if transposed else 'filtered'} alike, "
        f"repeat it to shape {shape_text(whole)}{last}",
    )


def _kernel_of_one_more_axis(w: Tensor, channels_in: int, groups: int, layout: str, transposed: bool) -> Tensor:
    """(C, *k) is one output channel (of each group, if transposed), (O, *k) is one input channel for each output;
    whichever fits, and both never differ.

    Where the layout leaves open which end the channel axis is at (ohwi), both ends are tried.
    """
    before, after = layout.split("hw")
    candidates = []
    for end, letters in ((0, before), (-1, after)):
        values = np.moveaxis(w.values, end, 0)
        count = values.shape[0]
        if "i" in letters and count == channels_in and (transposed or groups == 1):
            candidates.append(values[:, None] if transposed else values[None])
        if "o" in letters and transposed and channels_in == 1:
            candidates.append(values[None])
        if "o" in letters and not transposed and channels_in == groups and count % groups == 0:
            candidates.append(values[:, None])
    shapes = {candidate.shape for candidate in candidates}
    if len(shapes) == 1:
        return w.with_values(candidates[0])
    if transposed:
        expected = "(input channels, kernel size) for one output; or (output channels, kernel size) on one input"
        both = "(input channels, output channels / groups, kernel size)"
    else:
        expected = (
            "(input channels, kernel size) for one output, with groups 1; "
            "or (output channels, kernel size), each reading one input channel"
        )
        both = "(output channels, input channels / groups, kernel size)"
    raise FitError(
        "a kernel with one channel axis has either input or output channels there, and "
        + ("both readings fit" if shapes else "neither reading fits"),
        given=f"kernel {shape_text(w.shape)}, {layout}; {plural(channels_in, 'input channel')}, groups {groups}",
        expected=expected,
        fix=f"give the kernel both channel axes: {both}",
    )
