"""The problems whose explanations are kept as goldens: a name that says what the row is about, and how it is asked for."""

from collections.abc import Callable
from fractions import Fraction

import numpy as np

from convcli.axis import PaddingMode
from convcli.document import Style
from convcli.layout import Index
from convcli.numbers import Overflow, Tensor
from convcli.problem import Bilinear, Convolution, Gradients, Transposed, convolution, gradients, transposed
from convcli.settings import Settings

T = Tensor.of

# The textbook's 4x4x2 input and its three filters; see worked-examples, "the textbook three".
A = [[1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15], [4, 8, 12, 16]]
B = [[1] * 4, [2] * 4, [3] * 4, [4] * 4]
FILTERS = [
    [[[1, 0], [0, 1]], [[1, 1], [1, 1]]],
    [[[0, 1], [1, 0]], [[0, 0], [0, 1]]],
    [[[1, 1], [1, 1]], [[-1, -1], [-1, -1]]],
]
# Dumoulin & Visin, "A guide to convolution arithmetic for deep learning".
X5 = [[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]]
K3 = [[0, 1, 2], [2, 2, 0], [0, 1, 2]]


def made(*shape: int) -> Tensor:
    """Small integers of any shape, the same on every machine."""
    return T((np.arange(np.prod(shape)) * 7 % 19 - 9).reshape(shape))


def textbook_1d(bias: Tensor | None = None) -> Convolution:
    return convolution(T([1, 2, 3, 4]), T([1, 0, -1]), bias, rank=1)


def textbook_2d() -> Convolution:
    return convolution(T([A, B]), T(FILTERS), rank=2)


def pointwise(*, bias: Tensor | None = None, dtype: str = "auto") -> Convolution:
    x = T([[[1, 2], [3, 4]], [[10, 20], [30, 40]]])
    return convolution(
        x, T([[1, 0], [0, 1], [1, -1]]), bias, rank=2, pointwise=True, dtype=dtype, overflow=Overflow.WRAP
    )


def dumoulin(**settings: object) -> Convolution:
    return convolution(T(X5), T(K3), rank=2, settings=Settings(**settings))  # type: ignore[arg-type]


def stamped(x: Tensor, w: Tensor, bias: Tensor | None = None, **settings: object) -> Transposed:
    return transposed(x, w, bias, rank=x.values.ndim - (x.values.ndim > 2), settings=Settings(**settings))  # type: ignore[arg-type]


def derived(dtype: str = "auto", batch: int = 1, groups: int = 1, **settings: object) -> Gradients:
    """The gradients of a convolution of two channels on two channels."""
    forward = convolution(
        made(batch, 2, 4, 4),
        made(2, 2 // groups, 2, 2),
        rank=2,
        settings=Settings(groups=groups, **settings),  # type: ignore[arg-type]
        dtype=dtype,
    )
    return gradients(forward, made(*forward.spec.output_shape))


def d2l() -> Convolution:
    x = T(np.array([np.arange(9).reshape(3, 3), np.arange(1, 10).reshape(3, 3)]))
    w = np.array([[[[0, 1], [2, 3]], [[1, 2], [3, 4]]]])
    return convolution(x, T(np.concatenate([w, w + 1])), T([1, Fraction(1, 2)]), rank=2)


def floats(dtype: str) -> Convolution:
    x = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]], dtype)
    return convolution(T(x), T(np.array([[0.7, 0.1, 0.3]], dtype)), rank=2)


def layer(channels: int, size: int, filters: int, kernel: int, **settings: object) -> Convolution:
    w = made(filters, channels, kernel, kernel)
    return convolution(made(channels, size, size), w, made(filters), rank=2, settings=Settings(**settings))  # type: ignore[arg-type]


def int8(*, two_channels: bool, overflow: Overflow) -> Convolution:
    x, w = [[[100, 100, 50]], [[20, 1, 2]]], [[[[1, 1]], [[1, -1]]]]
    count = 2 if two_channels else 1
    return convolution(T(x[:count]), T([w[0][:count]]), rank=2, dtype="int8", overflow=overflow)


#              what it is about                       problem, width, style, elements asked for
CASES: dict[str, tuple[Callable[[], Bilinear], int, Style, list[Index]]] = {
    "textbook-1d":                         (textbook_1d, 80, Style(), []),
    "1d-bias-from-one":                    (lambda: textbook_1d(T([5])), 80, Style(from_one=True), []),
    "1d-channels-and-padding":             (lambda: convolution(made(2, 4), made(2, 2, 3), T([5, -3]), rank=1, settings=Settings(padding=1)), 80, Style(), []),
    "1d-many-taps":                        (lambda: convolution(made(24), made(20), rank=1), 80, Style(), []),
    "1d-many-taps-and-channels":           (lambda: convolution(made(2, 18), made(1, 2, 16), rank=1), 80, Style(), []),
    "1d-batch":                            (lambda: convolution(made(2, 1, 3), made(2, 1, 2), rank=1), 80, Style(), []),
    "1d-elided":                           (lambda: convolution(made(3, 90), made(2, 3, 3), rank=1), 80, Style(), []),
    "textbook-2d":                         (textbook_2d, 80, Style(), []),
    "textbook-2d-narrow":                  (textbook_2d, 60, Style(), []),
    "textbook-2d-channels-last":           (lambda: convolution(T(np.array([A, B]).transpose(1, 2, 0)), T(FILTERS), rank=2, layout="nhwc"), 80, Style(), []),
    "textbook-1x1":                        (pointwise, 80, Style(), []),
    "1x1-bias-wraps":                      (lambda: pointwise(bias=T([120, 0, -100]), dtype="int8"), 80, Style(), []),
    "1x1-many-channels":                   (lambda: convolution(made(6, 9, 9), made(12, 6), rank=2, pointwise=True), 80, Style(), []),
    "1x1-batch-of-slices":                 (lambda: convolution(made(2, 2, 2, 1, 2), made(1, 2), rank=3, pointwise=True), 80, Style(), []),
    "1x1-no-channels":                     (lambda: convolution(made(2, 2), T([[3]]), rank=2), 80, Style(), []),
    "dumoulin-padded-strided":             (lambda: dumoulin(padding=1, stride=2), 80, Style(), []),
    "dumoulin-same-120":                   (lambda: dumoulin(padding="same", stride=2), 120, Style(), []),
    "reflected-flipped-unread":            (lambda: dumoulin(padding=1, stride=3, padding_mode=PaddingMode.REFLECT, flip=True), 80, Style(), []),
    "padded-with-a-value":                 (lambda: convolution(T([[1, 2], [3, 4]]), T([[1, 1]]), rank=2, settings=Settings(padding=[(0, 0), (1, 0)]), pad_value=Fraction(1, 2)), 80, Style(), []),
    "unlike-axes-unread":                  (lambda: convolution(made(6, 6), made(3, 3), rank=2, settings=Settings(stride=(2, 3), padding=[1, (0, 2)], dilation=(1, 2))), 80, Style(), []),
    "d2l-two-channels-bias":               (d2l, 80, Style(), []),
    "3d":                                  (lambda: convolution(made(1, 2, 3, 3), made(1, 1, 2, 2, 2), rank=3), 80, Style(), []),
    "3d-channels":                         (lambda: convolution(made(2, 3, 2, 3), made(2, 2, 2, 2, 2), rank=3), 80, Style(), []),
    "3d-depthwise":                        (lambda: convolution(made(2, 2, 2, 3), made(1, 2, 2), rank=3, settings=Settings(groups=2)), 80, Style(), []),
    "depthwise":                           (lambda: convolution(made(3, 3, 3), made(2, 2), rank=2, settings=Settings(groups=3)), 80, Style(), []),
    "grouped":                             (lambda: convolution(made(4, 2, 2), made(2, 2, 2, 2), rank=2, settings=Settings(groups=2)), 80, Style(), []),
    "batch-of-two":                        (lambda: convolution(made(2, 1, 3, 3), made(1, 1, 2, 2), T([7]), rank=2), 80, Style(), []),
    "thirds-rounded":                      (lambda: convolution(made(2, 3), Tensor.exact([[1, 1]], 3), rank=2), 80, Style(), []),
    "thirds-as-fractions":                 (lambda: convolution(made(2, 3), Tensor.exact([[1, 1]], 3), rank=2), 80, Style(fractions=True), []),
    "float32":                             (lambda: floats("float32"), 80, Style(), []),
    "float16":                             (lambda: floats("float16"), 80, Style(), []),
    "nan-and-inf":                         (lambda: convolution(T([[1.0, np.nan], [np.inf, 4.0]]), T([[1.0, -0.0]]), rank=2), 80, Style(), []),
    "int8-wraps":                          (lambda: int8(two_channels=False, overflow=Overflow.WRAP), 80, Style(), []),
    "int8-saturates":                      (lambda: int8(two_channels=True, overflow=Overflow.SATURATE), 80, Style(), []),
    "huge-integers":                       (lambda: convolution(Tensor.exact([[10**50 + 7, 10**60]]), T([[3, 4]]), rank=2), 80, Style(), []),
    "one-step-left":                       (lambda: convolution(made(3, 4), made(2, 2), rank=2), 80, Style(show=5), []),
    "few-channels-elided":                 (lambda: layer(2, 12, 2, 2), 80, Style(show=4), []),
    "depthwise-elided":                    (lambda: layer(1, 40, 14, 2), 80, Style(show=9), []),
    "many-channels-elided":                (lambda: layer(64, 12, 64, 3, padding="same"), 80, Style(show=2), []),
    "many-channels-all-steps":             (lambda: layer(6, 3, 1, 2), 80, Style(), []),
    "everything-shown":                    (lambda: layer(6, 3, 1, 2), 80, Style(everything=True), []),
    "a-large-kernel":                      (lambda: convolution(made(18, 19), made(18, 18), rank=2), 120, Style(), []),
    "one-element":                         (lambda: layer(3, 12, 2, 3, padding=1, dilation=2), 80, Style(), [(0, 1, 0, 9)]),
    "elements-from-one":                   (lambda: convolution(made(2, 1, 9), made(1, 1, 5), rank=1, settings=Settings(dilation=2)), 80, Style(from_one=True), [(0, 0, 0), (1, 0, 0)]),
    "an-element-of-1x1":                   (pointwise, 80, Style(), [(0, 2, 0, 1)]),
    "an-element-of-many-channels":         (lambda: layer(64, 12, 4, 3), 80, Style(), [(0, 3, 1, 2)]),
    "transposed-signal":                   (lambda: stamped(T([1, 2, 3]), T([1, 10, 100]), stride=2, padding="same"), 80, Style(), []),
    "transposed-gaps":                     (lambda: stamped(T([7, 8]), T([1]), T([5]), stride=3, output_padding=2), 80, Style(), []),
    "transposed-image":                    (lambda: stamped(T([[0, 1], [2, 3]]), T([[0, 1], [2, 3]])), 80, Style(), []),
    "transposed-uncropped-at-the-end":     (lambda: stamped(T([[1]]), T([[1, 2, 3], [4, 5, 6], [7, 8, 9]]), stride=2, padding=1, output_padding=1), 80, Style(), []),
    "transposed-unlike-axes-flipped":      (lambda: stamped(made(2, 2), made(2, 3), stride=(2, 3), padding=[(0, 1), (1, 0)], dilation=(1, 2), flip=True), 80, Style(), []),
    "transposed-channels":                 (lambda: stamped(made(2, 2, 2), made(2, 2, 3, 3), T([10, 20]), stride=2, padding=1, output_padding=1), 80, Style(show=4), []),
    "transposed-groups-from-one":          (lambda: stamped(made(4, 2, 2), made(4, 1, 2, 2), groups=2), 80, Style(from_one=True, show=3), []),
    "transposed-batch":                    (lambda: transposed(made(2, 1, 2), made(2), rank=1), 80, Style(), []),
    "transposed-many-stamps":              (lambda: stamped(made(2, 5, 5), made(2, 1, 3, 3), stride=2), 80, Style(show=2), []),
    "transposed-large":                    (lambda: stamped(made(3, 30, 30), made(3, 2, 3, 3), padding=1), 80, Style(), []),
    "transposed-many-channels":            (lambda: stamped(made(2, 2, 2), made(2, 12, 2, 2), padding=1), 80, Style(), []),
    "transposed-volume":                   (lambda: transposed(made(2, 2, 2), made(2, 2, 2), rank=3, settings=Settings(stride=2)), 80, Style(show=5), []),
    "transposed-wraps":                    (lambda: transposed(T([100, 100]), T([1, 1]), rank=1, dtype="int8", overflow=Overflow.WRAP), 80, Style(), []),
    "transposed-beyond-every-stamp":       (lambda: stamped(T([1, 2]), T([1]), stride=2, dilation=3, output_padding=2), 80, Style(), []),
    "transposed-elements":                 (lambda: stamped(made(2, 3, 3), made(2, 1, 3, 3), stride=2, padding=1), 80, Style(), [(0, 0, 1, 1), (0, 0, 4, 4)]),
    "gradient-of-input":                   (lambda: derived(padding=1, stride=3).input, 80, Style(show=6), []),
    "gradient-of-input-folded-back":       (lambda: derived(padding=1, padding_mode=PaddingMode.REFLECT, flip=True, dilation=2).input, 80, Style(), [(0, 0, 1, 1)]),
    "gradient-of-kernel":                  (lambda: derived(padding=1, stride=2).kernel, 80, Style(show=6), []),
    "gradient-of-kernel-grouped-batch":    (lambda: derived(batch=2, groups=2, flip=True).kernel, 80, Style(), []),
    "gradient-of-input-grouped-batch":     (lambda: derived(batch=2, groups=2).input, 80, Style(show=4), []),
    "gradient-of-bias":                    (lambda: derived(batch=2).bias, 80, Style(), []),
    "gradient-of-bias-element":            (lambda: derived(stride=2).bias, 80, Style(), [(1, 0, 0, 0)]),
    "gradient-of-bias-elided":             (lambda: gradients(convolution(made(1, 2, 2), made(50, 1, 2, 2), rank=2)).bias, 80, Style(), []),
    "gradient-in-floats":                  (lambda: derived("float32", stride=2).kernel, 80, Style(), []),
}  # fmt: skip
