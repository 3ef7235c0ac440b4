"""Kernels of 1x1 convolutions, which may be plain matrices."""

from convcli.errors import FitError
from convcli.layout.view import Index, shape_text
from convcli.numbers.tensor import Tensor


def with_spatial_axes(w: Tensor, rank: int, channels_in: int, layout: str) -> Tensor:
    """A 1x1 kernel given as a matrix (O, C), or as a vector, with its spatial axes of length 1 put in.

    >>> with_spatial_axes(Tensor.of([[1, -1]]), 2, 2, "oihw").shape
    (1, 2, 1, 1)

    Raises FitError if a kernel that has spatial axes is larger than 1x1.
    """
    ones, before = (1,) * rank, layout.index("hw")  # how many channel axes come before space
    if len(w.shape) == 1 and before == 1:
        shape = (1, *ones, *w.shape) if w.shape[0] == channels_in else (*w.shape, *ones, 1)
    elif len(w.shape) == 1:
        shape = w.shape + ones if before else ones + w.shape
    elif len(w.shape) == 2:
        shape = (*w.shape[:before], *ones, *w.shape[before:])
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
