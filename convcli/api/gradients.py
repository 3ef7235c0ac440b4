"""The gradients of a convolution."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, SupportsIndex

from numpy.typing import NDArray

from convcli.api.convolution import posed
from convcli.api.explanation import Explanation
from convcli.api.operands import Array, Padding, PerAxis, array_of, rank_of, settings, tensor, unknown
from convcli.engine import run
from convcli.problem import Gradients, gradients
from convcli.problem.bilinear import Bilinear
from convcli.trace import Step, SumTrace


@dataclass(frozen=True, repr=False)
class ConvGrad:
    """The gradients of L = sum(grad_output · conv(input, weight) + bias), each worked out when first asked for."""

    problem: Gradients
    operands: tuple[Any, ...]

    @cached_property
    def input(self) -> NDArray[Any]:
        """dL/dinput, of the shape of the input."""
        return self._array(self.problem.input)

    @cached_property
    def weight(self) -> NDArray[Any]:
        """dL/dweight, (O, C/groups, *kernel), or that of a bare kernel."""
        return self._array(self.problem.kernel)

    @cached_property
    def bias(self) -> NDArray[Any]:
        """dL/dbias, (O,)."""
        return self._array(self.problem.bias)

    def __repr__(self) -> str:
        names = ("input", "weight", "bias")
        shown = ",\n".join(f"    {name}={_indented(repr(getattr(self, name)), len(name) + 5)}" for name in names)
        return f"ConvGrad(\n{shown},\n)"

    def _array(self, problem: Bilinear) -> NDArray[Any]:
        return array_of(run(problem).presented, *self.operands)

    def explain(self, of: str) -> Explanation[Step]:
        """The trace of the gradient `of` the input, the weight or the bias."""
        problems = {"input": self.problem.input, "weight": self.problem.kernel, "bias": self.problem.bias}
        if of not in problems:
            raise unknown("of", of, list(problems), None)
        return Explanation(SumTrace(problems[of]))


def conv_grad(
    input: Array,
    weight: Array,
    grad_output: Array | None = None,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    groups: SupportsIndex = 1,
    *,
    padding_mode: str = "zeros",
    flip: bool = False,
    rank: int | None = None,
) -> ConvGrad:
    """The gradients of a convolution, for `grad_output` (of the output's shape; ones if not given).

    The rank is that of a weight (O, C/groups, *kernel), or of a bare kernel with one or two axes; say `rank` otherwise.

    >>> conv_grad([1, 2, 3, 4], [1, 0, -1], [10, 1])
    ConvGrad(
        input=array([ 10,   1, -10,  -1]),
        weight=array([12, 23, 34]),
        bias=array([11]),
    )

    Raises ConvError, a ValueError in four parts, if the operands or settings do not fit together.
    """
    chosen = settings(stride, padding, dilation, groups, padding_mode, flip)
    dy = None if grad_output is None else tensor("grad_output", grad_output)
    forward = posed(rank_of(weight, rank), input, weight, None, chosen, others=() if dy is None else (dy,))
    return ConvGrad(gradients(forward, dy), (input, weight, grad_output))


def _indented(text: str, by: int) -> str:
    """Lines after the first as far in as it begins."""
    return text.replace("\n", "\n" + " " * by)
