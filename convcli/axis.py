"""Floor 1: one spatial axis, and all index arithmetic there is.

Notation as in semantics: size n, kernel k, stride s, dilation d, padding before and after. N-D is a tuple of axes.
Source: Dumoulin & Visin, "A guide to convolution arithmetic for deep learning", relationships 14 and 15.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from convcli.errors import FitError, UsageError

Pads = tuple[int, int]


class PaddingMode(Enum):
    """What lies beyond the edge: `1234` padded by 2 on both sides."""

    ZEROS = "zeros"  # 00 1234 00
    REFLECT = "reflect"  # 32 1234 32
    SYMMETRIC = "symmetric"  # 21 1234 43
    REPLICATE = "replicate"  # 11 1234 44
    CIRCULAR = "circular"  # 34 1234 12

    def reach(self, size: int) -> int | None:
        """The most padding that an input of `size` can fill in this mode; None if any."""
        return {PaddingMode.REFLECT: size - 1, PaddingMode.SYMMETRIC: size, PaddingMode.CIRCULAR: size}.get(self)

    def source(self, position: int, size: int) -> int | None:
        """The input index shown at `position`, which may lie outside 0..size-1; None for padding with a constant."""
        if 0 <= position < size:
            return position
        match self:
            case PaddingMode.ZEROS:
                return None
            case PaddingMode.REPLICATE:
                return 0 if position < 0 else size - 1
            case PaddingMode.CIRCULAR:
                return position % size
            case PaddingMode.REFLECT:
                return -position if position < 0 else 2 * (size - 1) - position
        return -1 - position if position < 0 else 2 * size - 1 - position  # symmetric


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One spatial axis: an input of `size` elements under a strided, dilated kernel.

    >>> axis = Axis(size=5, kernel=3, stride=2, pad_before=1, pad_after=1)
    >>> axis.output, axis.unread, [axis.source(0, tap) for tap in range(3)]
    (3, 0, [None, 0, 1])

    Raises UsageError for a setting that no input could make valid, FitError for one that this input does not fit.
    """

    size: int
    kernel: int
    stride: int = 1
    dilation: int = 1
    pad_before: int = 0
    pad_after: int = 0
    mode: PaddingMode = PaddingMode.ZEROS
    name: str = "axis 0"

    def __post_init__(self) -> None:
        for setting in ("stride", "dilation"):
            _at_least(setting, getattr(self, setting), 1, self.name)
        _at_least("padding", min(self.pad_before, self.pad_after), 0, self.name)
        reach = self.mode.reach(self.size)
        if reach is not None and max(self.pad_before, self.pad_after) > reach:
            raise _out_of_reach(self, reach)
        if self.span > self.padded:
            raise _too_large(self)

    @property
    def span(self) -> int:
        """Elements covered by the kernel once its taps are spread by `dilation`."""
        return (self.kernel - 1) * self.dilation + 1

    @property
    def padded(self) -> int:
        """Elements of the input with its padding."""
        return self.size + self.pad_before + self.pad_after

    @property
    def output(self) -> int:
        """How many windows fit: floor((padded - span) / stride) + 1."""
        return (self.padded - self.span) // self.stride + 1

    @property
    def unread(self) -> int:
        """Elements at the end of the padded input that no window covers."""
        return (self.padded - self.span) % self.stride

    def position(self, out: int, tap: int) -> int:
        """Where kernel `tap` lies for output `out`, as an input index that may be in the padding."""
        return out * self.stride + tap * self.dilation - self.pad_before

    def source(self, out: int, tap: int) -> int | None:
        """The input index that kernel `tap` reads for output `out`; None if it is constant padding."""
        return self.mode.source(self.position(out, tap), self.size)

    def is_padding(self, out: int, tap: int) -> bool:
        """Whether `tap` lies beyond the edge for output `out`, whatever the mode shows there."""
        return not 0 <= self.position(out, tap) < self.size

    def inside(self, tap: int) -> range:
        """The outputs for which `tap` lies on the input itself, not on padding."""
        offset = tap * self.dilation - self.pad_before
        first = max(0, -(offset // self.stride))
        last = min(self.output - 1, (self.size - 1 - offset) // self.stride)
        return range(first, max(first, last + 1))

    @property
    def filled(self) -> list[int | None]:
        """For each element of the padded input, the input index it shows; None for constant padding."""
        return [
            self.mode.source(position, self.size) for position in range(-self.pad_before, self.size + self.pad_after)
        ]


RULES: dict[str, Callable[[int, int, int], Pads]] = {
    "valid": lambda size, span, stride: (0, 0),
    "same": lambda size, span, stride: _split(size, span, stride),
    "same-lower": lambda size, span, stride: _split(size, span, stride)[::-1],
    "half": lambda size, span, stride: (span // 2, span // 2),
    "full": lambda size, span, stride: (span - 1, span - 1),
    "causal": lambda size, span, stride: (span - 1, 0),
}
"""Padding by a rule's name: (size, span, stride) to (before, after). `conventions` says whose rule it is."""


def pads_by_rule(rule: str, *, size: int, kernel: int, stride: int, dilation: int) -> Pads:
    """The padding of one axis by the name of a rule.

    >>> pads_by_rule("same", size=4, kernel=3, stride=2, dilation=1)
    (0, 1)
    """
    _at_least("stride", stride, 1, "every axis")
    _at_least("dilation", dilation, 1, "every axis")
    return RULES[rule](size, (kernel - 1) * dilation + 1, stride)


def _split(size: int, span: int, stride: int) -> Pads:
    """o = ceil(n/s); P = max(0, (o-1)s + span - n); the odd one goes after."""
    total = max(0, (-(-size // stride) - 1) * stride + span - size)
    return total // 2, total - total // 2


def _at_least(setting: str, value: int, least: int, axis: str) -> None:
    if value < least:
        raise UsageError(
            f"{setting} is too small",
            given=f"{setting} = {value} along {axis}",
            expected=f"{setting} of at least {least}",
            fix=f"write {setting} {least} or more" if least else "to drop elements at the edge, slice the input",
            setting=setting,
        )


def _out_of_reach(axis: Axis, reach: int) -> FitError:
    pads = f"{axis.pad_before}:{axis.pad_after}"
    least = max(axis.pad_before, axis.pad_after) + (axis.size - reach)
    return FitError(
        f"{axis.mode.value} padding reaches beyond the input along {axis.name}",
        given=f"padding {pads} on an input of {axis.size}",
        expected=f"at most {reach} on each side: {axis.mode.value} padding shows each input element once more at most",
        fix=f"lower the padding to {reach}, use an input of at least {least}, or --padding-mode replicate",
    )


def _too_large(axis: Axis) -> FitError:
    lack = axis.span - axis.padded
    more = -(-lack // 2)
    spread = f" at dilation {axis.dilation} spans {axis.span}" if axis.kernel > 1 and axis.dilation > 1 else ""
    fitting = (axis.padded - 1) // (axis.kernel - 1)
    dilation = f", or lower the dilation to {fitting}" if spread and fitting else ""
    return FitError(
        f"the kernel does not fit inside the padded input along {axis.name}",
        given=f"input {axis.size} + padding {axis.pad_before}+{axis.pad_after} = {axis.padded}; "
        f"kernel {axis.kernel}{spread}",
        expected=f"a padded input of at least {axis.span}",
        fix=f"add {more} padding on each side{dilation}, or use a smaller kernel",
    )
