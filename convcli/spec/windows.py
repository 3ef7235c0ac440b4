"""What slides a window over its input, or its stamps over the output: convolution, pooling, transposed convolution."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from convcli.axis import Axis, PaddingMode, Pads, pads_by_rule
from convcli.settings import Padding, PerAxis, pads_per_axis, per_axis
from convcli.spec.base import axis_name


class AxisOfWindow(Protocol):
    """An axis along which a kernel of some size moves."""

    @property
    def size(self) -> int:
        """Elements of the input."""

    @property
    def kernel(self) -> int:
        """Elements of the kernel."""

    @property
    def pad_before(self) -> int:
        """Padding at the start, or what is cropped there."""

    @property
    def pad_after(self) -> int:
        """Padding at the end, or what is cropped there."""


class Windowed:
    """The sizes of an operation along whose every axis a kernel moves."""

    if TYPE_CHECKING:

        @property
        def axes(self) -> Sequence[AxisOfWindow]:
            """One for each axis in space."""

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """Input size along each axis."""
        return tuple(axis.size for axis in self.axes)

    @cached_property
    def kernels(self) -> tuple[int, ...]:
        """Kernel size along each axis."""
        return tuple(axis.kernel for axis in self.axes)

    @cached_property
    def pads(self) -> tuple[Pads, ...]:
        """Padding (before, after) of each axis; of a transposed convolution, what is cropped."""
        return tuple((axis.pad_before, axis.pad_after) for axis in self.axes)

    @cached_property
    def is_padded(self) -> bool:
        """Whether any axis has padding at all, or crops."""
        return any(before or after for before, after in self.pads)


def sliding(
    sizes: Sequence[int],
    kernels: Sequence[int],
    *,
    stride: PerAxis,
    padding: Padding,
    dilation: PerAxis,
    mode: PaddingMode = PaddingMode.ZEROS,
    ceil: bool = False,
    of: str = "convolution",
) -> tuple[tuple[Axis, ...], str | None]:
    """The axes of a window, one number spread over all and rules turned into numbers; and the rule, if it was one.

    Raises UsageError for a setting that no input could make valid, FitError where these sizes do not allow it.
    """
    rank = len(sizes)
    strides = per_axis("stride", stride, rank, of)
    dilations = per_axis("dilation", dilation, rank, of)
    if isinstance(padding, str):
        pads = tuple(
            pads_by_rule(padding, size=n, kernel=k, stride=s, dilation=d)
            for n, k, s, d in zip(sizes, kernels, strides, dilations, strict=True)
        )
    else:
        pads = pads_per_axis(padding, rank, of)
    axes = tuple(
        Axis(
            size=n, kernel=k, stride=s, dilation=d, pad_before=before, pad_after=after,
            mode=mode, ceil=ceil, name=axis_name(i, rank),
        )
        for i, (n, k, s, d, (before, after)) in enumerate(zip(sizes, kernels, strides, dilations, pads, strict=True))
    )  # fmt: skip
    return axes, padding if isinstance(padding, str) else None
