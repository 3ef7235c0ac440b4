"""Transposed convolution: the adjoint of a convolution, also called deconvolution or fractionally strided."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from convcli.axis import CROPS, Meeting, PaddingMode, Pads, TransposedAxis, crops_by_rule
from convcli.axis.padding import at_least
from convcli.errors import FitError, UsageError
from convcli.settings import Settings, pads_per_axis, per_axis
from convcli.spec.base import axis_name, times
from convcli.spec.bilinear import BilinearSpec, Index, Orientation, Summand, read_backwards
from convcli.spec.windows import Windowed


@dataclass(frozen=True, kw_only=True)
class TransposedSpec(Windowed, BilinearSpec):
    """A transposed convolution of any rank.

    Input  (batch, channels_in, *sizes)
    Weight (channels_in, channels_out // groups, *kernels)
    Output (batch, channels_out, *outputs)

    >>> settings = Settings(stride=2, padding=1)
    >>> str(transposed_spec(sizes=(4, 4), kernels=(3, 3), channels_in=8, channels_out=3, settings=settings))
    '8@4x4 *T 3x3 -> 3@7x7'
    """

    axes: tuple[TransposedAxis, ...]
    rule: str | None = None
    """The name of the rule that the padding came from, if it was asked for by name."""

    def __str__(self) -> str:
        sizes, kernels, outputs = map(times, (self.sizes, self.kernels, self.outputs))
        return f"{self.channels_in}@{sizes} *T {kernels} -> {self.channels_out}@{outputs}"

    @property
    def mode(self) -> PaddingMode:
        """What becomes of cropped sums: dropped with zeros, else added where the mode shows them."""
        return self.axes[0].mode

    @property
    def is_cropped(self) -> bool:
        """Whether the output is not just what the stamps cover."""
        return any(axis.full != axis.output or axis.pad_before for axis in self.axes)

    def meetings(self, outs: Index) -> list[list[Meeting]]:
        """The input elements whose stamps cover the output element, each with the tap that does."""
        found = [axis.meets(out) for axis, out in zip(self.axes, outs, strict=True)]
        return [read_backwards(m, k) for m, k in zip(found, self.kernels, strict=True)] if self.flipped else found

    def summands(self, at: Index) -> list[Summand]:
        """The input channels of the group, each with its kernel slice."""
        batch, out = at[:2]
        within = out % self.group_out
        return [Summand(channel, (batch, channel), (channel, within)) for channel in self.channels_of(out)]

    @property
    def scratch(self) -> tuple[str, int]:
        """The output before it is cropped."""
        return "the uncropped output", self.batch * self.channels_out * math.prod(axis.padded for axis in self.axes)

    @cached_property
    def work(self) -> int:
        """Multiply-adds: every input element with every kernel element, those cropped later included."""
        return self.batch * self.channels_in * self.group_out * math.prod(self.sizes) * math.prod(self.kernels)


def transposed_spec(
    *,
    sizes: Sequence[int],
    kernels: Sequence[int],
    channels_in: int,
    channels_out: int,
    settings: Settings,
    batch: int = 1,
) -> TransposedSpec:
    """Settings and sizes brought together, one number spread over all axes and rules turned into numbers.

    Raises UsageError for a setting that no input could make valid, FitError where these sizes do not allow it.
    """
    _refuse_what_crops_nothing(settings)
    rank = len(sizes)
    strides = per_axis("stride", settings.stride, rank)
    dilations = per_axis("dilation", settings.dilation, rank)
    wanted: Sequence[int | None] = (None,) * rank
    if settings.output_size is not None:
        wanted = per_axis("output-size", settings.output_size, rank)
        for index, size in enumerate(wanted):
            at_least("output-size", size, 1, axis_name(index, rank))
    extra = per_axis("output-padding", settings.output_padding or 0, rank)
    rule = settings.padding if isinstance(settings.padding, str) else None
    if rule is None:
        given = pads_per_axis(settings.padding, rank)  # type: ignore[arg-type]  # it is no name
        crops = tuple((pads, op) for pads, op in zip(given, extra, strict=True))
    else:
        crops = tuple(
            _by_rule(rule, op, size=n, kernel=k, stride=s, dilation=d, wanted=size)
            for n, k, s, d, op, size in zip(sizes, kernels, strides, dilations, extra, wanted, strict=True)
        )
    axes = tuple(
        _axis(pads, op, size, size_in=n, kernel=k, stride=s, dilation=d, name=axis_name(i, rank))
        for i, (n, k, s, d, (pads, op), size) in enumerate(
            zip(sizes, kernels, strides, dilations, crops, wanted, strict=True)
        )
    )
    return TransposedSpec(
        axes=axes,
        batch=batch,
        channels_in=channels_in,
        channels_out=channels_out,
        groups=settings.groups,
        orientation=Orientation.CONVOLUTION if settings.flip else Orientation.CORRELATION,
        rule=rule,
    )


def _by_rule(
    rule: str, output_padding: int, *, size: int, kernel: int, stride: int, dilation: int, wanted: int | None
) -> tuple[Pads, int]:
    pads, extra = crops_by_rule(rule, size=size, kernel=kernel, stride=stride, dilation=dilation, wanted=wanted)
    return pads, extra + output_padding


def _axis(
    pads: Pads,
    output_padding: int,
    wanted: int | None,
    *,
    size_in: int,
    kernel: int,
    stride: int,
    dilation: int,
    name: str,
) -> TransposedAxis:
    if wanted is not None:
        whole = TransposedAxis(size=size_in, kernel=kernel, stride=stride, dilation=dilation, name=name)
        least = whole.full - sum(pads)
        most = least + max(stride, dilation) - 1
        output_padding = wanted - least
        if not max(least, 1) <= wanted <= most:
            raise _out_of_reach(whole, pads, wanted, max(least, 1), most)
    return TransposedAxis(
        size=size_in, kernel=kernel, stride=stride, dilation=dilation, pad_before=pads[0], pad_after=pads[1],
        output_padding=output_padding, name=name,
    )  # fmt: skip


def _refuse_what_crops_nothing(settings: Settings) -> None:
    if settings.padding_mode is not PaddingMode.ZEROS:
        raise UsageError(
            "a transposed convolution has no padding mode",
            given=f"padding-mode {settings.padding_mode.value} with transposed",
            expected="padding that crops the output; nothing is ever filled in",
            fix="leave out the padding mode",
            setting="padding-mode",
        )
    if isinstance(settings.padding, str) and settings.padding not in CROPS:
        raise UsageError(
            f"padding {settings.padding} is no rule of transposed convolution",
            given=f"padding {settings.padding} with transposed",
            expected=f"a number, before:after, or one of {', '.join(CROPS)}",
            fix="write before:after: how much is cropped at the start and at the end",
            setting="padding",
        )
    if settings.output_size is not None and settings.output_padding is not None:
        raise UsageError(
            "output size and output padding are two ways to say the same",
            given="output-size and output-padding",
            expected="one of them",
            fix="leave out the output padding",
            setting="output-size",
        )
    if settings.padding in ("same", "same-lower") and settings.output_padding is not None:
        raise UsageError(
            f"padding {settings.padding} settles the output size",
            given=f"padding {settings.padding} with output-padding",
            expected="one of them; same makes the output input · stride long",
            fix="leave out the output padding, or say another length with output-size",
            setting="output-padding",
        )


def _out_of_reach(axis: TransposedAxis, pads: Pads, wanted: int, least: int, most: int) -> FitError:
    reach = f"the output padding stays below stride {axis.stride}"
    reach += f" or dilation {axis.dilation}" if axis.dilation > 1 else ""
    if most < 1:
        expected, fix = "an output size of at least 1, which this padding leaves none of", "lower the padding"
    else:
        expected = f"an output size from {least} to {most}: {reach}"
        fix = (
            f"ask for {most}; a larger stride reaches more sizes"
            if least == most
            else f"ask for one of {_listed(least, most)}"
        )
        fix += ", or change the padding"
    return FitError(
        f"the output size {wanted} is out of reach along {axis.name}",
        given=f"({axis.size} - 1)·{axis.stride} + {axis.span} = {axis.full}, less the padding {pads[0]}:{pads[1]}",
        expected=expected,
        fix=fix,
    )


def _listed(least: int, most: int) -> str:
    return ", ".join(map(str, range(least, most + 1))) if most - least < 8 else f"{least} to {most}"
