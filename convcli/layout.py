"""Floor 2: which axis of a tensor is which. Everything below the door is x (N, C, *n) and w (O, C/G, *k).

`View` remembers how the user laid things out, so that results are given back the same way. Where two readings
of a shape are possible, the error spells out both: a reshape where a transpose is meant gives plausible wrong numbers.
"""

from dataclasses import dataclass

from convcli.errors import FitError, plural
from convcli.numbers.tensor import Tensor

LAYOUTS = ("nchw", "nhwc")
KERNEL_LAYOUTS = ("oihw", "hwio", "ohwi")

Index = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How the user laid out the data: with or without batch and channel axes, channels first or last."""

    rank: int
    batch: bool
    channels: bool
    channels_last: bool = False

    @property
    def layout(self) -> str:
        """`nchw` or `nhwc`, at any rank."""
        return "nhwc" if self.channels_last else "nchw"

    def present(self, tensor: Tensor) -> Tensor:
        """An output (N, O, *o) as the user laid out the input."""
        values = tensor.values
        if not self.channels:
            return tensor.with_values(values[0, 0])
        if self.channels_last:
            values = values.transpose(0, *range(2, 2 + self.rank), 1)
        return tensor.with_values(values if self.batch else values[0])

    def shape(self, canonical: Index) -> Index:
        """The shape, or the index, (n, o, *s) as the user sees it."""
        batch, channel, *space = canonical
        if not self.channels:
            return tuple(space)
        inner = (*space, channel) if self.channels_last else (channel, *space)
        return (batch, *inner) if self.batch else inner

    def canonical(self, index: Index) -> Index:
        """An index of the output as printed, as (n, o, *s)."""
        batch, rest = (index[0], index[1:]) if self.batch else (0, index)
        if not self.channels:
            return (0, 0, *rest)
        return (batch, rest[-1], *rest[:-1]) if self.channels_last else (batch, *rest)

    @property
    def axes(self) -> str:
        """The names of the output's axes, as `--at` takes them.

        >>> View(rank=2, batch=False, channels=True).axes
        'o,y,x'
        """
        space = {1: ("x",), 2: ("y", "x"), 3: ("z", "y", "x")}[self.rank]
        inner = ((*space, "o") if self.channels_last else ("o", *space)) if self.channels else space
        return ",".join(("n", *inner) if self.batch else inner)


def batched_input(x: Tensor, rank: int, layout: str) -> tuple[Tensor, View]:
    """The input as (N, C, *n), and how it was laid out."""
    extra = len(x.shape) - rank
    if not 0 <= extra <= 2:
        last = layout == "nhwc"
        space = "length" if rank == 1 else "height, width" if rank == 2 else "depth, height, width"
        expected = f"({space}), ({space}, channels)" if last else f"({space}), (channels, {space})"
        expected += f" or (batch, {space}, channels)" if last else f" or (batch, channels, {space})"
        raise FitError(
            f"the input has the wrong number of axes for a {rank}-D convolution",
            given=f"shape {shape_text(x.shape)}: {_axes(len(x.shape))}",
            expected=expected,
            fix=_other_rank(len(x.shape), rank),
        )
    view = View(rank=rank, batch=extra == 2, channels=extra >= 1, channels_last=layout == "nhwc")
    values = (
        x.values.reshape((1,) * (2 - extra) + x.shape)
        if extra == 2 or not (view.channels_last and extra)
        else x.values[None]
    )
    if view.channels_last and extra:
        values = values.transpose(0, rank + 1, *range(1, rank + 1))
    return x.with_values(values), view


def full_kernel(w: Tensor, channels_in: int, groups: int, layout: str, view: View) -> Tensor:
    """The kernel as (O, C/G, *k), for an input of so many channels that was laid out as `view` says."""
    rank = view.rank
    extra = len(w.shape) - rank
    if extra == 0:
        return _bare_kernel(w, channels_in, groups, view)
    if extra == 1:
        return _kernel_of_one_more_axis(w, channels_in, groups, layout)
    if extra == 2:
        order = {
            "oihw": range(rank + 2),
            "hwio": (rank + 1, rank, *range(rank)),
            "ohwi": (0, rank + 1, *range(1, rank + 1)),
        }
        return w.with_values(w.values.transpose(*order[layout]))
    space = (
        "kernel length" if rank == 1 else "kernel height, kernel width" if rank == 2 else "kernel depth, height, width"
    )
    raise FitError(
        f"the kernel has the wrong number of axes for a {rank}-D convolution",
        given=f"shape {shape_text(w.shape)}: {_axes(len(w.shape))}",
        expected=f"({space}), or with one or two channel axes in {layout} order",
        fix=_other_rank(len(w.shape), rank),
    )


def _bare_kernel(w: Tensor, channels_in: int, groups: int, view: View) -> Tensor:
    values = w.values[None, None]
    if channels_in == 1:
        return w.with_values(values)
    if groups == channels_in:
        return w.with_values(values.repeat(channels_in, axis=0))
    kernel = "x".join(map(str, w.shape))
    last = ";\nif it is one signal with a number on each line, put it on one line, as paste -sd' ' does"
    if view.rank > 1:
        last = "" if view.channels_last else ";\nif the channels are the last axis of the input, say --layout nhwc"
    raise FitError(
        f"a kernel without channel axes on an input of {channels_in} channels can be read in two ways",
        given=f"kernel {kernel}; {plural(channels_in, 'input channel')}",
        expected=f"a kernel of shape {shape_text(('O', channels_in, *w.shape))}",
        fix=f"to filter each channel by itself, say --groups {channels_in};\n"
        f"to sum the channels, all filtered alike, repeat it to shape {shape_text((1, channels_in, *w.shape))}{last}",
    )


def _kernel_of_one_more_axis(w: Tensor, channels_in: int, groups: int, layout: str) -> Tensor:
    """(C, *k) is one output channel, (O, *k) is one input channel for each; whichever fits, and both never differ.

    Where the layout leaves open which end the channel axis is at (ohwi), both ends are tried.
    """
    values = w.values
    candidates = []
    if layout != "oihw":
        last = values.transpose(values.ndim - 1, *range(values.ndim - 1))
        if last.shape[0] == channels_in and groups == 1:
            candidates.append(last[None])
        if layout == "hwio" and channels_in == groups and last.shape[0] % groups == 0:
            candidates.append(last[:, None])
    if layout != "hwio":
        if layout == "oihw" and values.shape[0] == channels_in and groups == 1:
            candidates.append(values[None])
        if channels_in == groups and values.shape[0] % groups == 0:
            candidates.append(values[:, None])
    shapes = {candidate.shape for candidate in candidates}
    if len(shapes) == 1:
        return w.with_values(candidates[0])
    raise FitError(
        "a kernel with one channel axis has either input or output channels there, and "
        + ("both readings fit" if shapes else "neither reading fits"),
        given=f"kernel {shape_text(w.shape)}, {layout}; {plural(channels_in, 'input channel')}, groups {groups}",
        expected="(input channels, kernel size) for one output, with groups 1; "
        "or (output channels, kernel size), each reading one input channel",
        fix="give the kernel both channel axes: (output channels, input channels / groups, kernel size)",
    )


def _other_rank(axes: int, rank: int) -> str:
    fits = [f"convcalc {r}d" for r in (1, 2, 3) if r != rank and r <= axes <= r + 2]
    wants = f"add axes of length 1, up to {rank} axes" if axes < rank else "drop axes of length 1"
    return f"{wants}, or use {' or '.join(fits)}" if fits else wants


def _axes(count: int) -> str:
    return plural(count, "axis") if count == 1 else f"{count} axes"


def shape_text(shape: tuple[object, ...]) -> str:
    """A shape as Python writes it.

    >>> shape_text((3,)), shape_text((3, 4))
    ('(3,)', '(3, 4)')
    """
    return "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"


def with_spatial_axes(w: Tensor, rank: int, channels_in: int, layout: str) -> Tensor:
    """A 1x1 kernel given as a matrix (O, C), or as a vector, with its spatial axes of length 1 put in.

    >>> with_spatial_axes(Tensor.of([[1, -1]]), 2, 2, "oihw").shape
    (1, 2, 1, 1)

    Raises FitError if a kernel that has spatial axes is larger than 1x1.
    """
    ones = (1,) * rank
    if len(w.shape) == 1 and layout == "ohwi":
        shape = (1, *ones, *w.shape) if w.shape[0] == channels_in else (*w.shape, *ones, 1)
    elif len(w.shape) == 1:
        shape = w.shape + ones if layout == "oihw" else ones + w.shape
    elif len(w.shape) == 2:
        shape = {"oihw": w.shape + ones, "hwio": ones + w.shape, "ohwi": (*w.shape[:1], *ones, *w.shape[1:])}[layout]
    else:
        return w
    return w.with_values(w.values.reshape(shape))


def refuse_larger_than_one(kernels: tuple[int, ...], given: Index) -> None:
    """Raise FitError unless the kernel reads one element at a time."""
    if set(kernels) != {1}:
        raise FitError(
            "the kernel of a 1x1 convolution is larger than 1x1",
            given=f"kernel {shape_text(given)}, {'x'.join(map(str, kernels))} in space",
            expected="a matrix (output channels, input channels), or (output channels, input channels, 1, 1)",
            fix="use convcalc 2d for a larger kernel",
        )
