"""The shapes that are measured, as the tables of the networks they come from."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Sizes = tuple[int, ...]

DEFAULTS = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A convolution without its numbers: x (N, C, *n), or (C, *n) for batch 0, with w (O, C/G, *k)."""

    inputs: int
    outputs: int
    sizes: Sizes
    kernel: Sizes
    stride: int = 1
    padding: Sizes
    dilation: int = 1
    groups: int = 1
    batch: int = 1
    of: str = ""

    @property
    def rank(self) -> int:
        return len(self.sizes)

    @property
    def x(self) -> Sizes:
        return (self.batch, self.inputs, *self.sizes)[not self.batch :]

    @property
    def w(self) -> Sizes:
        return (self.outputs, self.inputs // self.groups, *self.kernel)

    @property
    def out(self) -> Sizes:
        """The sizes of the output."""
        axes = zip(self.sizes, self.kernel, self.padding, strict=True)
        return tuple((n + 2 * p - (k - 1) * self.dilation - 1) // self.stride + 1 for n, k, p in axes)

    @property
    def terms(self) -> int:
        """The products in one output element."""
        return math.prod(self.w[1:])

    @property
    def positions(self) -> int:
        """The output elements of one channel."""
        return max(self.batch, 1) * math.prod(self.out)

    @property
    def settings(self) -> Mapping[str, Any]:
        """The arguments that are not the defaults, by the names that PyTorch and convcalc share."""
        padding = self.padding[0] if len(set(self.padding)) == 1 else self.padding
        given = {"stride": self.stride, "padding": padding, "dilation": self.dilation, "groups": self.groups}
        return {name: value for name, value in given.items() if value != DEFAULTS[name]}

    def __str__(self) -> str:
        marks = {"s": (self.stride, 1), "d": (self.dilation, 1), "g": (self.groups, 1), "N": (max(self.batch, 1), 1)}
        shown = "".join(f" {mark}{value}" for mark, (value, usual) in marks.items() if value != usual)
        return f"{self.of} {self.inputs}->{self.outputs} {_by(self.kernel)} @{_by(self.sizes)}{shown}".lstrip()


def _by(sizes: Sizes) -> str:
    return "x".join(map(str, sizes if len(set(sizes)) > 1 or len(sizes) == 1 else sizes[:1] * len(sizes)))


def conv(
    inputs: int,
    outputs: int,
    sizes: int | Sizes,
    kernel: int | Sizes,
    *,
    s: int = 1,
    p: int | None = None,
    d: int = 1,
    g: int = 1,
    batch: int = 1,
    of: str = "",
) -> Layer:
    """A layer of two axes unless its sizes say otherwise, padded to keep its size at stride 1 unless `p` says otherwise."""
    sizes = (sizes, sizes) if isinstance(sizes, int) else sizes
    kernel = (kernel,) * len(sizes) if isinstance(kernel, int) else kernel
    padding = tuple((k - 1) * d // 2 if p is None else p for k in kernel)
    return Layer(
        inputs=inputs, outputs=outputs, sizes=sizes, kernel=kernel,
        stride=s, padding=padding, dilation=d, groups=g, batch=batch, of=of,
    )  # fmt: skip


TEXTBOOK = (conv(2, 3, 4, 2, p=0, batch=0),)

POINTWISE = (
    conv(64, 256, 56, 1, of="ResNet"),
    conv(256, 64, 56, 1, of="ResNet"),
    conv(512, 128, 28, 1, of="ResNet"),
    conv(1024, 256, 14, 1, of="ResNet"),
    conv(2048, 512, 7, 1, of="ResNet"),
    conv(256, 512, 56, 1, s=2, of="ResNet"),
    conv(32, 192, 112, 1, of="MobileNet"),
    conv(96, 24, 56, 1, of="MobileNet"),
    conv(320, 1280, 7, 1, of="MobileNet"),
)

VGG = (
    conv(3, 64, 224, 3),
    conv(64, 64, 224, 3),
    conv(128, 128, 112, 3),
    conv(256, 256, 56, 3),
    conv(512, 512, 28, 3),
)

RESNET = (
    conv(3, 64, 224, 7, s=2),
    conv(64, 64, 56, 3),
    conv(128, 128, 28, 3),
    conv(256, 256, 14, 3),
    conv(512, 512, 7, 3),
    conv(128, 128, 56, 3, s=2),
)

DILATED = (
    conv(256, 256, 33, 3, d=6, of="ASPP"),
    conv(256, 256, 33, 3, d=12, of="ASPP"),
    conv(64, 64, 56, 3, d=2),
)

KERNELS = (
    conv(32, 64, 56, 5),
    conv(48, 128, 27, 5),
    conv(128, 128, 17, (1, 7), of="Inception"),
    conv(128, 128, 17, (7, 1), of="Inception"),
    conv(3, 96, 227, 11, s=4, p=0, of="AlexNet"),
)

ELSEWHERE = (
    conv(64, 64, 284, 3, p=0, of="U-Net"),
    conv(128, 32, 28, 3, of="DenseNet"),
    conv(32, 64, 208, 3, s=2, of="YOLO"),
    conv(1, 64, 128, 9, of="SRCNN"),
    conv(32, 1, 128, 5, of="SRCNN"),
    conv(3, 32, 224, 3, s=2, of="EfficientNet"),
    conv(512, 512, 16, 3, of="StyleGAN"),
    conv(64, 64, 28, 3, batch=8, of="ResNet"),
    conv(512, 512, 7, 3, batch=4, of="ResNet"),
)
"""Of networks that no rule of the engine was measured on, so that none is fitted to its own exam."""

DEPTHWISE = (
    conv(32, 32, 112, 3, g=32),
    conv(144, 144, 56, 3, g=144),
    conv(384, 384, 14, 3, g=384),
    conv(960, 960, 7, 3, g=960),
    conv(96, 96, 112, 3, s=2, g=96),
    conv(240, 240, 28, 5, g=240),
    conv(96, 96, 56, 7, g=96, of="ConvNeXt"),
)

GROUPED = (
    conv(128, 128, 56, 3, g=32, of="ResNeXt"),
    conv(256, 256, 28, 3, g=32, of="ResNeXt"),
    conv(512, 512, 14, 3, g=32, of="ResNeXt"),
    conv(96, 256, 27, 5, g=2, of="AlexNet"),
    conv(240, 240, 28, 1, g=3, of="ShuffleNet"),
)

VOLUMES = (
    conv(3, 64, (16, 112, 112), 3, of="C3D"),
    conv(64, 128, (8, 28, 28), 3, of="C3D"),
    conv(32, 64, (16, 32, 32), 3, of="U-Net"),
    conv(64, 64, (8, 56, 56), (1, 3, 3), of="R(2+1)D"),
    conv(64, 64, (8, 56, 56), (3, 1, 1), of="R(2+1)D"),
    conv(1, 16, (32, 32, 32), 5, of="medical"),
)

SIGNALS = tuple(conv(1, 1, (10**6,), taps, p=0) for taps in (3, 9, 16, 64, 256, 1000, 2000))

BIG_KERNELS = tuple(conv(1, 1, size, kernel) for size in (512, 1024) for kernel in (9, 15, 31, 63))

INTEGERS = (
    conv(64, 64, 56, 3),
    conv(128, 128, 28, 3),
    conv(256, 256, 14, 3),
    conv(256, 64, 28, 1),
    conv(32, 32, 28, 5),
)
