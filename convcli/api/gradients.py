"""The gradients of a convolution."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, SupportsIndex

from numpy.typing import NDArray

from convcli.api.convolution import posed
from convcli.api.explanation import Explanation
from convcli.api.notebook import Displayed
from convcli.api.operands import Array, Padding, PerAxis, array_of, rank_of, settings, tensor, unknown
from convcli.engine import Result, run
from convcli.problem import Gradients, gradients
from convcli.problem.bilinear import Bilinear
from convcli.trace import Step, SumTrace

TYPE_CHECKING = False  # typing's, which type checkers know by this name, as in convcli/__init__.py
if TYPE_CHECKING:
    from convcli.document import Block, Document


@dataclass(frozen=True, repr=False)
class ConvGrad(Displayed):
    """The gradients of L = sum(grad_output · conv(input, weight) + bias), each worked out when first asked for; they
    display themselves in notebooks."""

    problem: Gradients
    operands: tuple[Any, ...]
    _known: dict[str, Result[Any]] = field(default_factory=dict, init=False, compare=False)

    @cached_property
    def input(self) -> NDArray[Any]:
        """dL/dinput, of the shape of the input."""
        return self._array("input")

    @cached_property
    def weight(self) -> NDArray[Any]:
        """dL/dweight, (O, C/groups, *kernel), or that of a bare kernel."""
        return self._array("weight")

    @cached_property
    def bias(self) -> NDArray[Any]:
        """dL/dbias, (O,)."""
        return self._array("bias")

    def __repr__(self) -> str:
        shown = ",\n".join(
            f"    {name}={_indented(repr(getattr(self, name)), len(name) + 5)}" for name in self._problems
        )
        return f"ConvGrad(\n{shown},\n)"

    @property
    def _problems(self) -> dict[str, Bilinear]:
        return {"input": self.problem.input, "weight": self.problem.kernel, "bias": self.problem.bias}

    def _result(self, name: str) -> Result[Any]:
        if name not in self._known:
            self._known[name] = run(self._problems[name])
        return self._known[name]

    def _array(self, name: str) -> NDArray[Any]:
        return array_of(self._result(name).presented, *self.operands)

    def explain(self, of: str) -> Explanation[Step]:
        """The trace of the gradient `of` the input, the weight or the bias."""
        if of not in self._problems:
            raise unknown("of", of, list(self._problems), None)
        return Explanation(SumTrace(self._problems[of]))

    @cached_property
    def _document(self) -> "Document":
        from convcli.document import Style, Writer, output_heading, table

        blocks: list[Block] = []
        for name in self._problems:
            result = self._result(name)
            blocks += (output_heading(Writer(result.problem, Style())), *table(result, Style()))
        return tuple(blocks)


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
