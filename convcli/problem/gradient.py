"""The gradients of L = sum(dy · y) of a convolution y: three problems of the same kind as the convolution itself.

Source: V. Dumoulin & F. Visin, "A guide to convolution arithmetic for deep learning", chapter 4, for the input's; the
kernel's is the derivative of the sum over all windows; the bias is the weight of an input of ones.
"""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from convcli.axis import Axis
from convcli.errors import FitError
from convcli.layout import Index, View, kernel_order, shape_text
from convcli.numbers.tensor import Tensor
from convcli.problem.base import altered
from convcli.problem.bilinear import Bilinear
from convcli.problem.convolution import Convolution
from convcli.problem.transpose import Transposed
from convcli.spec import ConvSpec, KernelGradientSpec, input_gradient, kernel_gradient


@dataclass(frozen=True, kw_only=True, eq=False)
class InputGradient(Transposed):
    """dx: the transposed convolution of dy with the kernel."""

    forward: Convolution

    def moved(self, by: Tensor) -> Convolution:
        """The convolution of an input that is so much larger."""
        return replace(self.forward, source=_sum(self.forward.source, by))

    @property
    def op(self) -> str:
        """conv1d.input_gradient, ..."""
        return f"{self.forward.op}.input_gradient"

    @property
    def symbol(self) -> str:
        """dx."""
        return "dx"


@dataclass(frozen=True, kw_only=True, eq=False)
class KernelGradient(Bilinear):
    """dw: the products of dy with what each tap read, summed over all places and batch items."""

    spec: KernelGradientSpec
    forward: Convolution

    def moved(self, by: Tensor) -> Convolution:
        """The convolution with a kernel that is so much larger."""
        return replace(self.forward, w=_sum(self.forward.w, by))

    @property
    def op(self) -> str:
        """conv1d.kernel_gradient, ..."""
        return f"{self.forward.op}.kernel_gradient"

    @property
    def symbol(self) -> str:
        """dw."""
        return "dw"

    @property
    def axes_called(self) -> tuple[str, str]:
        """Output channel, and input channel; of several groups, the one of that number in its group."""
        return "output", "input" if self.forward.spec.groups == 1 else "group's input"

    @property
    def parts(self) -> str:
        """Batch items."""
        return "item"

    @property
    def padding_counts(self) -> bool:
        """As in the convolution."""
        return self.forward.padding_counts


@dataclass(frozen=True, kw_only=True, eq=False)
class BiasGradient(KernelGradient):
    """db: dy summed over all places and batch items, as the gradient of a 1x1 kernel on an input of ones."""

    def moved(self, by: Tensor) -> Convolution:
        """The convolution with a bias that is so much larger than it was, or than none."""
        more = by.with_values(by.values.reshape(-1))
        bias = self.forward.bias
        return replace(self.forward, bias=more if bias is None else _sum(bias, more))

    @property
    def op(self) -> str:
        """conv1d.bias_gradient, ..."""
        return f"{self.forward.op}.bias_gradient"

    @property
    def symbol(self) -> str:
        """db."""
        return "db"


@dataclass(frozen=True, kw_only=True, eq=False)
class Gradients:
    """All three of a convolution, for the gradient `dy` (N, O, *o) of its output."""

    forward: Convolution
    dy: Tensor
    input: InputGradient
    kernel: KernelGradient
    bias: BiasGradient


def gradients(forward: Convolution, dy: Tensor | None = None, *, kernel_layout: str = "oihw") -> Gradients:
    """The gradients of a convolution. `dy` has the shape of its output, as it is shown; ones if not given.

    Raises FitError for a dy of another shape.

    >>> from convcli.problem.convolution import convolution
    >>> forward = convolution(Tensor.of([1, 2, 3, 4]), Tensor.of([1, 0, -1]), rank=1)
    >>> g = gradients(forward)
    >>> str(g.input.spec), g.kernel.spec.output_shape
    ('1@2 *T 3 -> 1@4', (1, 1, 3))
    """
    spec, arithmetic = forward.spec, forward.arithmetic
    shape = forward.view.shape(spec.output_shape)
    raw = _ones(shape) if dy is None else dy
    if raw.shape != shape:
        raise _wrong_shape(raw.shape, shape)
    changed = altered(arithmetic, {"dy": raw})
    raw = forward.view.restore(raw, spec.output_shape)
    operand = arithmetic.take(raw, "the gradient of the output", forward.view.shape)
    given = forward.given | {"dy": shape}
    common: dict[str, Any] = {"arithmetic": arithmetic, "given": given, "forward": forward, "bias": None}
    pointwise = ConvSpec(
        axes=tuple(Axis(size=n, kernel=1, name=axis.name) for n, axis in zip(spec.outputs, spec.axes, strict=True)),
        batch=spec.batch,
        channels_in=1,
        channels_out=spec.channels_out,
    )
    return Gradients(
        forward=forward,
        dy=operand,
        input=InputGradient(
            source=raw,
            w=forward.w,
            spec=input_gradient(spec),
            view=forward.input_view.called("n", "c"),
            input_view=forward.view,
            altered_weights=forward.altered_weights | changed,
            **common,
        ),
        kernel=KernelGradient(
            source=forward.source,
            w=operand,
            spec=kernel_gradient(spec),
            view=_kernel_view(forward, kernel_layout),
            input_view=forward.input_view,
            pad_value=forward.pad_value,
            altered_weights=changed,
            **common,
        ),
        bias=BiasGradient(
            source=_ones((spec.batch, 1, *spec.outputs)),
            w=operand,
            spec=kernel_gradient(pointwise),
            view=View.of_kernel(rank=spec.rank, order=(0,)),
            input_view=View.of_data(rank=spec.rank, batch=True, channels=True),
            altered_weights=changed,
            **common,
        ),
    )


def _ones(shape: Index) -> Tensor:
    """Ones, of which only one is stored."""
    return Tensor(np.broadcast_to(np.int64(1), shape))


def _sum(one: Tensor, other: Tensor) -> Tensor:
    """The sum of two exact tensors."""
    below = math.lcm(one.denominator, other.denominator)
    return Tensor.exact(one.over(below).astype(object) + other.over(below).astype(object), below)


def _kernel_view(forward: Convolution, layout: str) -> View:
    """The kernel's gradient with the axes that the kernel was given with, so far as those left out have length 1.

    A bare kernel that goes over each channel by itself has a gradient for each, with both channel axes.
    """
    rank, shape = forward.spec.rank, forward.w.shape
    places = kernel_order(layout, rank, "oi")
    axes = sorted(range(rank + 2), key=lambda axis: places[axis])
    space = tuple(range(2, 2 + rank))
    for hidden in ((), (0, 1), (0,), (1,), space, (0, *space), (1, *space)):
        order = tuple(axis for axis in axes if axis not in hidden)
        if tuple(shape[axis] for axis in order) == forward.given["kernel"] and all(shape[axis] == 1 for axis in hidden):
            return View.of_kernel(rank=rank, order=order)
    return View.of_kernel(rank=rank, order=tuple(axes))


def _wrong_shape(given: Index, expected: Index) -> FitError:
    return FitError(
        "the gradient of the output does not have the output's shape",
        given=f"dy of shape {shape_text(given)}; the output has shape {shape_text(expected)}",
        expected=f"shape {shape_text(expected)}",
        fix="give one number for each output element, or leave out dy for a gradient of ones",
    )
