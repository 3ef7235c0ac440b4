"""The gradients of a convolution, as the sums that they are.

Of L = sum(dy · y), where y = conv(x, w): the gradient of the input is a transposed convolution of dy, that of the
kernel a convolution of x with dy, in which batch and channels change places and stride and dilation do too.
"""

from dataclasses import dataclass

from convcli.axis import Axis, KernelAxis, Meeting, TransposedAxis
from convcli.spec.bilinear import BilinearSpec, Index, Summand
from convcli.spec.convolution import ConvSpec
from convcli.spec.transposed import TransposedSpec


def input_gradient(spec: ConvSpec) -> TransposedSpec:
    """The gradient of the input: a transposed convolution of dy with the same kernel and settings, whose output
    padding is what the convolution never read.

    >>> axis = Axis(size=6, kernel=3, stride=2)
    >>> forward = ConvSpec(axes=(axis,), batch=1, channels_in=2, channels_out=4)
    >>> str(input_gradient(forward)), input_gradient(forward).axes[0].output_padding
    ('4@2 *T 3 -> 2@6', 1)
    """
    return TransposedSpec(
        axes=tuple(_transposed(axis) for axis in spec.axes),
        batch=spec.batch,
        channels_in=spec.channels_out,
        channels_out=spec.channels_in,
        groups=spec.groups,
        orientation=spec.orientation,
    )


def _transposed(axis: Axis) -> TransposedAxis:
    return TransposedAxis(
        size=axis.output, kernel=axis.kernel, stride=axis.stride, dilation=axis.dilation, pad_before=axis.pad_before,
        pad_after=axis.pad_after, output_padding=axis.unread, mode=axis.mode, name=axis.name,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class KernelGradientSpec(BilinearSpec):
    """The gradient of the kernel: of input (N, C, *n) and dy (N, O, *o) it is (O, C/G, *k).

    What is summed over is the batch: it has the part that channels have in a convolution.
    """

    axes: tuple[KernelAxis, ...]
    forward: ConvSpec

    def __str__(self) -> str:
        return f"gradient of the kernel of {self.forward}"

    @property
    def windows(self) -> tuple[Axis, ...]:
        """Those of the convolution."""
        return self.forward.axes

    def meetings(self, outs: Index) -> list[list[Meeting]]:
        """Every output element, and the input element that the tap reads for it."""
        places = [
            axis.output - 1 - out if self.forward.flipped else out for axis, out in zip(self.axes, outs, strict=True)
        ]
        return [axis.meets(place) for axis, place in zip(self.axes, places, strict=True)]

    def summands(self, at: Index) -> list[Summand]:
        """The batch items, each with its dy."""
        out, within = at[:2]
        channel = self.forward.channels_of(out)[within]
        return [Summand(item, (item, channel), (item, out)) for item in range(self.forward.batch)]

    @property
    def work(self) -> int:
        """Multiply-adds: those of the convolution."""
        return self.forward.work

    @property
    def scratch(self) -> tuple[str, int]:
        """The input with its padding."""
        return self.forward.scratch


def kernel_gradient(spec: ConvSpec) -> KernelGradientSpec:
    """The gradient of the kernel."""
    return KernelGradientSpec(
        axes=tuple(map(KernelAxis, spec.axes)),
        batch=spec.channels_out,
        channels_in=spec.batch,
        channels_out=spec.group_in,
        forward=spec,
    )
