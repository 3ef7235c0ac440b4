"""The check of a gradient: a convolution is linear in input, kernel and bias, so that on exact numbers the change of
L = sum(dy · y) in any direction u is the inner product of the gradient with u: an identity, not an approximation."""

from dataclasses import dataclass
from fractions import Fraction

from convcli.engine import run
from convcli.numbers.grammar import Number
from convcli.numbers.seeded import random_integers
from convcli.numbers.tensor import Tensor
from convcli.problem import BiasGradient, InputGradient, KernelGradient
from convcli.trace.base import whole

WORK = 10**7
"""Multiply-adds of a convolution up to which its gradients are checked."""

SEED = 1


@dataclass(frozen=True, slots=True)
class Derivative:
    """The change of L in the direction u, found in two ways."""

    shape: tuple[int, ...]
    """The shape of u, which is `@random:SHAPE:seed=1`."""
    change: Number
    """L with u added, less L: from two convolutions."""
    product: Number
    """<gradient, u>."""

    @property
    def holds(self) -> bool:
        """Whether both are the same number."""
        return self.change == self.product


def derivative(problem: InputGradient | KernelGradient | BiasGradient, gradient: Tensor) -> Derivative | None:
    """Check a gradient, in canonical layout, against two runs of the convolution.

    None where numbers are not exact, or too many.

    >>> from convcli.problem import convolution, gradients
    >>> problem = gradients(convolution(Tensor.of([1, 2, 3, 4]), Tensor.of([1, 0, -1]), rank=1)).kernel
    >>> found = derivative(problem, run(problem).output)
    >>> found.change == found.product, found.shape
    (True, (3,))
    """
    forward = problem.forward
    if problem.arithmetic.name != "exact" or forward.spec.work > WORK:
        return None
    shape = problem.view.shape(problem.spec.output_shape)
    u = problem.view.restore(Tensor.exact(random_integers(shape, SEED)), problem.spec.output_shape)
    dy = problem.source if isinstance(problem, InputGradient) else problem.w
    change = inner(run(problem.moved(u)).output, dy) - inner(run(forward).output, dy)
    return Derivative(shape, whole(change), whole(inner(gradient, u)))


def inner(one: Tensor, other: Tensor) -> Fraction:
    """The exact inner product of two exact tensors."""
    above = (one.values.astype(object) * other.values.astype(object)).sum()
    return Fraction(int(above), one.denominator * other.denominator)
