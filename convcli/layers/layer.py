"""A layer as it was asked for: a frozen value that says itself in one line, before any input is known."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from convcli.axis import CROPS, Axis, TransposedAxis, crops_by_rule, pads_by_rule
from convcli.axis.padding import at_least
from convcli.errors import UsageError
from convcli.settings import Padding, PerAxis, pads_per_axis, per_axis
from convcli.spec import axis_name

AnyAxis = Axis | TransposedAxis


class Kind(Enum):
    """What a layer does along its spatial axes."""

    CONV = "conv"
    TRANSPOSED = "transposed"
    MAX = "max"
    AVG = "avg"
    LP = "lp"

    @property
    def pools(self) -> bool:
        """Whether it has no kernel of weights, and as many channels out as in."""
        return self in (Kind.MAX, Kind.AVG, Kind.LP)

    @property
    def called(self) -> str:
        """What it is called in a sentence."""
        return {
            Kind.CONV: "convolution",
            Kind.TRANSPOSED: "transposed convolution",
            Kind.MAX: "max pooling",
            Kind.AVG: "average pooling",
            Kind.LP: "Lp pooling",
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer. A setting that is None was not given, and is then the default of PyTorch.

    >>> str(Layer(kind=Kind.CONV, channels=64, kernel=7, stride=2, padding=3))
    'conv 64 k7 s2 p3'
    >>> str(Layer(kind=Kind.MAX, kernel=(3, 2), padding=((0, 1), 1), ceil=True)), str(Layer(kind=Kind.AVG, whole=True))
    ('max k3x2 p0:1,1 ceil', 'global avg')
    """

    kind: Kind
    channels: int | None = None
    """Output channels, of a convolution."""
    kernel: PerAxis | None = None
    stride: PerAxis | None = None
    padding: Padding | None = None
    dilation: PerAxis | None = None
    groups: int | None = None
    output_padding: PerAxis | None = None
    ceil: bool = False
    """Whether a last window of a pool may hang over the end."""
    whole: bool = False
    """Whether the window is the whole input: global pooling."""
    bias: bool = True
    place: str | None = field(default=None, compare=False)
    """Where it stands, if in a file."""

    def __str__(self) -> str:
        words = ["global"] * self.whole + [self.kind.value]
        words += [] if self.channels is None else [str(self.channels)]
        for letter, setting in (("k", self.kernel), ("s", self.stride), ("p", self.padding), ("d", self.dilation)):
            words += [] if setting is None else [written(letter, setting)]
        words += [] if self.groups is None else [f"g{self.groups}"]
        words += [] if self.output_padding is None else [written("op", self.output_padding)]
        return " ".join(words + ["ceil"] * self.ceil + ["nobias"] * (not self.bias))

    @property
    def strides(self) -> PerAxis:
        """The stride, which for a pool is its kernel unless given."""
        if self.stride is not None:
            return self.stride
        return self.kernel if self.kind.pools and self.kernel is not None else 1

    @property
    def rank(self) -> int | None:
        """The number of axes, if a setting has several entries; but padding's entries are counted in several ways."""
        settings = (self.kernel, self.stride, self.dilation, self.output_padding)
        counts = [len(setting) for setting in settings if isinstance(setting, Sequence)]
        return next((count for count in counts if count > 1), None)

    @property
    def names_channels(self) -> bool:
        """Whether it makes sense only on an input with channels."""
        return self.channels is not None or (self.groups is not None and self.groups > 1)

    def check_kernel(self) -> None:
        """Raises UsageError where the size of its window is not said."""
        if self.kernel is None and not self.whole:
            raise _no_kernel(self)

    def axes(self, sizes: Sequence[int]) -> tuple[AnyAxis, ...]:
        """Its axes on an input of these sizes. Raises UsageError or FitError where there are none."""
        return tuple(self.axis(size, i, len(sizes)) for i, size in enumerate(sizes))

    def axis(self, size: int, index: int, rank: int) -> AnyAxis:
        """One of its axes."""
        name = axis_name(index, rank)
        if self.whole:
            return Axis(size=size, kernel=size, name=name)
        self.check_kernel()
        kernel, stride, dilation, more = (
            per_axis(setting, value, rank)[index]
            for setting, value in (
                ("kernel", self.kernel or 0),
                ("stride", self.strides),
                ("dilation", 1 if self.dilation is None else self.dilation),
                ("output-padding", self.output_padding or 0),
            )
        )
        at_least("kernel", kernel, 1, name)
        before, after, extra = self._pads(size, kernel, stride, dilation, index, rank)
        if self.kind is Kind.TRANSPOSED:
            return TransposedAxis(
                size=size, kernel=kernel, stride=stride, dilation=dilation, pad_before=before, pad_after=after,
                output_padding=more or extra, name=name,
            )  # fmt: skip
        return Axis(
            size=size, kernel=kernel, stride=stride, dilation=dilation, pad_before=before, pad_after=after,
            ceil=self.ceil, name=name,
        )  # fmt: skip

    def _pads(self, size: int, kernel: int, stride: int, dilation: int, index: int, rank: int) -> tuple[int, int, int]:
        """Padding before and after, and the output padding that a rule asks for."""
        if not isinstance(self.padding, str):
            return (*pads_per_axis(self.padding or 0, rank)[index], 0)
        if self.kind is not Kind.TRANSPOSED:
            return (*pads_by_rule(self.padding, size=size, kernel=kernel, stride=stride, dilation=dilation), 0)
        _check_crop(self)
        crops, extra = crops_by_rule(self.padding, size=size, kernel=kernel, stride=stride, dilation=dilation)
        return (*crops, extra)


def written(letter: str, setting: Padding) -> str:
    """A setting as a word of a layer.

    >>> written("k", (3, 5)), written("p", ((0, 1), 2)), written("p", "same")
    ('k3x5', 'p0:1,2', 'same')
    """
    if isinstance(setting, str):
        return setting
    entries = [setting] if isinstance(setting, int) else setting
    parts = [str(entry) if isinstance(entry, int) else ":".join(map(str, entry)) for entry in entries]
    return letter + ("," if letter == "p" else "x").join(parts)


def _check_crop(layer: Layer) -> None:
    if layer.padding not in CROPS:
        raise UsageError(
            "a transposed convolution has no such padding rule",
            given=f"padding {layer.padding}",
            expected=f"a number, or one of {', '.join(CROPS)}",
            fix="say how much is cropped, as in p0:2",
            setting="padding",
        )
    if layer.output_padding is not None and layer.padding in ("same", "same-lower"):
        raise UsageError(
            "padding same settles the output padding by itself",
            given=f"{layer}",
            expected="padding same, or a number with an output padding",
            fix="leave out the output padding",
            setting="output-padding",
        )


def _no_kernel(layer: Layer) -> UsageError:
    return UsageError(
        "a layer does not say how large its kernel is",
        given=f"{layer}",
        expected="a kernel, such as k3 or k3x5",
        fix=f"write {layer} k3",
        setting="kernel",
    )
