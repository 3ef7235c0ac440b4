"""An axis of a transposed convolution: the same relation read from the other side.

Source: Dumoulin & Visin, "A guide to convolution arithmetic for deep learning", chapter 4; PyTorch and ONNX for the
output padding.
"""

import math
from dataclasses import dataclass

from convcli.axis.meeting import Meeting
from convcli.axis.padding import PaddingMode, Pads, at_least
from convcli.errors import FitError, UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class TransposedAxis:
    """One spatial axis: each of `size` input elements stamps the kernel onto the output, `stride` apart.

    `padding` crops what the stamps cover, as it is the padding of the convolution that this is the adjoint of;
    `output_padding` gives back some of what was cropped at the end.

    >>> axis = TransposedAxis(size=2, kernel=3, stride=2, pad_before=1, pad_after=1, output_padding=1)
    >>> axis.full, axis.output, [(meeting.source, meeting.other) for meeting in axis.meets(1)]
    (5, 4, [(0, 2), (1, 0)])

    Raises UsageError for a setting that no input could make valid, FitError for one that this input does not fit.
    """

    size: int
    kernel: int
    stride: int = 1
    dilation: int = 1
    pad_before: int = 0
    pad_after: int = 0
    output_padding: int = 0
    mode: PaddingMode = PaddingMode.ZEROS
    """With a mode other than zeros, what is cropped is added to the elements that the mode shows there."""
    name: str = "axis 0"

    def __post_init__(self) -> None:
        for setting in ("stride", "dilation"):
            at_least(setting, getattr(self, setting), 1, self.name)
        at_least("padding", min(self.pad_before, self.pad_after), 0, self.name)
        if not 0 <= self.output_padding < max(self.stride, self.dilation):
            raise _bad_output_padding(self)
        if self.output < 1:
            raise _nothing_left(self)

    @property
    def span(self) -> int:
        """Elements covered by one stamp."""
        return (self.kernel - 1) * self.dilation + 1

    @property
    def full(self) -> int:
        """Elements covered by all stamps, before anything is cropped: (n - 1)·stride + span."""
        return (self.size - 1) * self.stride + self.span

    @property
    def padded(self) -> int:
        """The output with what is cropped on both sides of it: full + output padding."""
        return self.full + self.output_padding

    @property
    def output(self) -> int:
        """What is kept of them: full - before - after + output padding."""
        return self.full - self.pad_before - self.pad_after + self.output_padding

    @property
    def beyond(self) -> int:
        """Output elements at the end that lie beyond every stamp, and so are empty sums."""
        return max(0, self.output_padding - self.pad_after)

    @property
    def most(self) -> int:
        """The most meetings that one output element has."""
        apart = self.stride // math.gcd(self.stride, self.dilation)  # taps between two that cover the same element
        return min(self.size, -(-self.kernel // apart)) * self.folds

    def position(self, source: int, tap: int) -> int:
        """The output element that `tap` of the stamp of input `source` adds to; it may be cropped."""
        return source * self.stride + tap * self.dilation - self.pad_before

    def meets(self, out: int) -> list[Meeting]:
        """What meets in output `out`: each input whose stamp covers it, and the kernel tap that does."""
        return [meeting for position in self._images(out) for meeting in self._covering(position)]

    def _images(self, out: int) -> list[int]:
        """The positions whose sums output `out` collects: its own, and those where the padding mode shows it."""
        return [out, *self.mode.images(out, self.output, self.pad_before, self.pad_after)]

    @property
    def folds(self) -> int:
        """The most positions whose sums one output element collects, its own among them."""
        if self.mode is PaddingMode.ZEROS:
            return 1
        if self.mode is not PaddingMode.REPLICATE:  # each side shows an element once more at most
            return 1 + (self.pad_before > 0) + (self.pad_after > 0)
        return 1 + (max(self.pad_before, self.pad_after) if self.output > 1 else self.pad_before + self.pad_after)

    def _covering(self, position: int) -> list[Meeting]:
        """The inputs whose stamps cover a position, in order."""
        place = position + self.pad_before
        last = min(self.size - 1, place // self.stride)
        first = max(0, -(-(place - self.span + 1) // self.stride))
        return [
            Meeting(source, (place - source * self.stride) // self.dilation, False, source)
            for source in range(first, last + 1)
            if (place - source * self.stride) % self.dilation == 0
        ]


CROPS = ("valid", "same", "same-lower", "half", "full")
"""Rules for what a transposed convolution crops."""


def crops_by_rule(
    rule: str, *, size: int, kernel: int, stride: int, dilation: int, wanted: int | None = None
) -> tuple[Pads, int]:
    """The padding and the output padding of one axis by the name of a rule.

    The rules called `same` make the output n·s, or as long as `wanted`, and crop the odd element at the end
    (`same-lower`: at the start).

    >>> crops_by_rule("same", size=3, kernel=3, stride=2, dilation=1)
    ((0, 1), 0)
    >>> crops_by_rule("same", size=3, kernel=1, stride=2, dilation=1)
    ((0, 0), 1)
    """
    at_least("stride", stride, 1, "every axis")
    at_least("dilation", dilation, 1, "every axis")
    span = (kernel - 1) * dilation + 1
    full = (size - 1) * stride + span
    if rule in ("same", "same-lower"):
        excess = full - (size * stride if wanted is None else wanted)
        less, more = max(0, excess) // 2, -(-max(0, excess) // 2)
        return ((less, more) if rule == "same" else (more, less)), max(0, -excess)
    each = {"valid": 0, "half": span // 2, "full": span - 1}[rule]
    return (each, each), 0 if wanted is None else wanted - (full - 2 * each)


def _bad_output_padding(axis: TransposedAxis) -> UsageError:
    most = max(axis.stride, axis.dilation) - 1
    return UsageError(
        "output padding is not below the larger of stride and dilation",
        given=f"output padding {axis.output_padding} along {axis.name}; stride {axis.stride}, dilation {axis.dilation}",
        expected=f"at least 0 and at most {most}" if most else "0",
        fix=f"write output padding {min(max(axis.output_padding, 0), most)}"
        + (", or raise the stride" if axis.output_padding > most else ""),
        setting="output-padding",
    )


def _nothing_left(axis: TransposedAxis) -> FitError:
    return FitError(
        f"the padding crops everything along {axis.name}",
        given=f"the stamps cover ({axis.size} - 1)·{axis.stride} + {axis.span} = {axis.full}; "
        f"padding {axis.pad_before}:{axis.pad_after} crops {axis.pad_before + axis.pad_after}, "
        f"output padding gives back {axis.output_padding}",
        expected="at least one element left",
        fix=f"lower the padding to {(axis.full - 1) // 2} on each side or less",
    )
