"""An axis under a sliding window: what convolution and pooling read.

Source: Dumoulin & Visin, "A guide to convolution arithmetic for deep learning", relationships 14 and 15.
"""

from dataclasses import dataclass, field

from convcli.axis.meeting import Meeting
from convcli.axis.padding import PaddingMode, at_least
from convcli.axis.residues import first_within
from convcli.errors import FitError


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One spatial axis: an input of `size` elements under a strided, dilated kernel.

    >>> axis = Axis(size=5, kernel=3, stride=2, pad_before=1, pad_after=1)
    >>> axis.output, axis.unread, [axis.source(0, tap) for tap in range(3)]
    (3, 0, [None, 0, 1])
    >>> Axis(size=9, kernel=4, stride=4, pad_before=2, pad_after=2, ceil=True).output
    3

    Raises UsageError for a setting that no input could make valid, FitError for one that this input does not fit.
    """

    size: int
    kernel: int
    stride: int = 1
    dilation: int = 1
    pad_before: int = 0
    pad_after: int = 0
    mode: PaddingMode = PaddingMode.ZEROS
    ceil: bool = False
    """Whether a last window may hang over the end, as long as it starts inside: the ceil mode of pooling."""
    name: str = "axis 0"
    output: int = field(init=False, repr=False, compare=False)
    """How many windows fit: floor((padded - span) / stride) + 1; kept, as it is asked for all the time.

    In ceil mode the quotient is rounded up, and a window that would start beyond the input is dropped.
    """

    def __post_init__(self) -> None:
        for setting in ("stride", "dilation"):
            at_least(setting, getattr(self, setting), 1, self.name)
        at_least("padding", min(self.pad_before, self.pad_after), 0, self.name)
        reach = self.mode.reach(self.size)
        if reach is not None and max(self.pad_before, self.pad_after) > reach:
            raise _out_of_reach(self, reach)
        room = self.padded - self.span
        output = -(-room // self.stride) - self.drops_last if self.ceil else room // self.stride
        object.__setattr__(self, "output", output + 1)
        if self.output < 1:
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
    def drops_last(self) -> bool:
        """Whether ceil mode has a window too many, which would start in the padding after the input or beyond."""
        last = -(-(self.padded - self.span) // self.stride)
        return self.ceil and last * self.stride >= self.size + self.pad_before

    @property
    def unread(self) -> int:
        """Elements at the end of the padded input that no window covers."""
        return max(0, self.padded - (self.output - 1) * self.stride - self.span)

    @property
    def overhang(self) -> int:
        """How far the last window of ceil mode reaches beyond the padded input."""
        return max(0, (self.output - 1) * self.stride + self.span - self.padded)

    @property
    def most(self) -> int:
        """The most meetings that one output element has."""
        return self.kernel

    def position(self, out: int, tap: int) -> int:
        """Where kernel `tap` lies for output `out`, as an input index that may be in the padding."""
        return out * self.stride + tap * self.dilation - self.pad_before

    def source(self, out: int, tap: int) -> int | None:
        """The input index that kernel `tap` reads for output `out`; None if it is constant padding."""
        return self.mode.source(self.position(out, tap), self.size)

    def meets(self, out: int) -> list[Meeting]:
        """What meets in output `out`: each tap of the kernel, and the input element that it reads."""
        return [self.meeting(out, tap) for tap in range(self.kernel)]

    def meeting(self, out: int, tap: int) -> Meeting:
        """Kernel `tap`, and the input element that it reads for output `out`."""
        position = self.position(out, tap)
        return Meeting(self.mode.source(position, self.size), tap, not 0 <= position < self.size, position)

    def is_overhang(self, out: int, tap: int) -> bool:
        """Whether `tap` lies even beyond the padding for output `out`."""
        return self.is_beyond(self.position(out, tap))

    def is_beyond(self, position: int) -> bool:
        """Whether a position lies even beyond the padding, where only the last window of ceil mode reaches."""
        return position >= self.size + self.pad_after

    def inside(self, tap: int) -> range:
        """The outputs for which `tap` lies on the input itself, not on padding."""
        offset = tap * self.dilation - self.pad_before
        first = max(0, -(offset // self.stride))
        last = min(self.output - 1, (self.size - 1 - offset) // self.stride)
        return range(first, max(first, last + 1))

    def taps(self, out: int) -> range:
        """The taps that lie on the input itself for output `out`: the other way round than `inside`.

        >>> Axis(size=4, kernel=3, stride=2, pad_before=1).taps(0)
        range(1, 3)
        """
        return self._between(out, 0, self.size)

    def counted(self, out: int, *, padding: bool) -> int:
        """How many taps of a window lie on the input; or on it and its `padding`, but not beyond.

        >>> [Axis(size=4, kernel=3, stride=2, pad_before=1, ceil=True).counted(o, padding=True) for o in range(2)]
        [3, 3]
        """
        if not padding:
            return len(self.taps(out))
        return len(self._between(out, -self.pad_before, self.size + self.pad_after))

    def _between(self, out: int, low: int, high: int) -> range:
        """The taps from position `low` up to but not at `high`."""
        start = self.position(out, 0)
        first = max(0, -((start - low) // self.dilation))
        last = min(self.kernel - 1, (high - 1 - start) // self.dilation)
        return range(first, max(first, last + 1))

    @property
    def whole(self) -> range:
        """The outputs whose every tap lies on the input."""
        first, last = self.inside(0), self.inside(self.kernel - 1)
        return range(first.start, max(first.start, last.stop))

    @property
    def barren(self) -> int | None:
        """The first output whose every tap lies on padding; None if there is none.

        Such a window lies before the input or after it, or its taps are so far apart that they step over it.
        """
        if self.position(0, self.kernel - 1) < 0:
            return 0
        after = -(-(self.size + self.pad_before) // self.stride)  # the first output that begins after the input
        ends = min(after, self.output)
        if self.dilation > self.size:  # no tap on the input: the first tap at or after 0 lies beyond its end
            low, high = (self.size + self.pad_before) % self.dilation, (self.pad_before - 1) % self.dilation
            over = first_within(self.stride, self.dilation, low, high) if low <= high else 0
            ends = ends if over is None else min(ends, over)
        return ends if ends < self.output else None

    @property
    def line(self) -> range:
        """Every position there is: the input, its padding, and what the last window hangs over.

        >>> Axis(size=4, kernel=3, stride=2, pad_before=1, ceil=True).line
        range(-1, 4)
        """
        return range(-self.pad_before, self.size + self.pad_after + self.overhang)

    @property
    def filled(self) -> list[int | None]:
        """For each element of the padded input, the input index it shows; None for constant padding."""
        return [
            self.mode.source(position, self.size) for position in range(-self.pad_before, self.size + self.pad_after)
        ]


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
    reach = axis.stride - 1 if axis.ceil else 0  # how far a window may hang over the end
    lack = axis.span - reach - axis.padded
    more = -(-lack // 2)
    spread = f" at dilation {axis.dilation} spans {axis.span}" if axis.kernel > 1 and axis.dilation > 1 else ""
    fitting = (axis.padded + reach - 1) // (axis.kernel - 1)
    dilation = f", or lower the dilation to {fitting}" if spread and fitting else ""
    return FitError(
        f"the kernel does not fit inside the padded input along {axis.name}",
        given=f"input {axis.size} + padding {axis.pad_before}+{axis.pad_after} = {axis.padded}; "
        f"kernel {axis.kernel}{spread}",
        expected=f"a padded input of at least {axis.span - reach}",
        fix=f"add {more} padding on each side{dilation}, or use a smaller kernel",
    )
