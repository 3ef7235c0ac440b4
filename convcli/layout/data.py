"""The input as (N, C, *n), whatever axes it was given with."""

from convcli.errors import FitError, plural
from convcli.layout.view import View, shape_text
from convcli.numbers.tensor import Tensor

LAYOUTS = ("nchw", "nhwc")


def batched_input(x: Tensor, rank: int, layout: str, of: str = "convolution") -> tuple[Tensor, View]:
    """The input of an operation as (N, C, *n), and how it was laid out."""
    extra = len(x.shape) - rank
    if not 0 <= extra <= 2:
        last = layout == "nhwc"
        space = "length" if rank == 1 else "height, width" if rank == 2 else "depth, height, width"
        expected = f"({space}), ({space}, channels)" if last else f"({space}), (channels, {space})"
        expected += f" or (batch, {space}, channels)" if last else f" or (batch, channels, {space})"
        raise FitError(
            f"the input has the wrong number of axes for a {rank}-D {of}",
            given=f"shape {shape_text(x.shape)}: {axes_text(len(x.shape))}",
            expected=expected,
            fix=other_rank(len(x.shape), rank, "pool" if of == "pooling" else ""),
        )
    view = View.of_data(rank=rank, batch=extra == 2, channels=extra >= 1, channels_last=layout == "nhwc")
    values = (
        x.values.reshape((1,) * (2 - extra) + x.shape)
        if extra == 2 or not (view.channels_last and extra)
        else x.values[None]
    )
    if view.channels_last and extra:
        values = values.transpose(0, rank + 1, *range(1, rank + 1))
    return x.with_values(values), view


def other_rank(axes: int, rank: int, command: str = "") -> str:
    """What to do about a tensor of so many axes where an operation of `rank` does not take it.

    `command` is what the commands of the operation are called before their rank.
    """
    fits = [f"convcalc {command}{r}d" for r in (1, 2, 3) if r != rank and r <= axes <= r + 2]
    wants = f"add axes of length 1, up to {rank} axes" if axes < rank else "drop axes of length 1"
    return f"{wants}, or use {' or '.join(fits)}" if fits else wants


def axes_text(count: int) -> str:
    """A number of axes, in words."""
    return plural(count, "axis") if count == 1 else f"{count} axes"
