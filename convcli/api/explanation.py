"""Explanations: the trace of an operation, which displays itself."""

import operator
from collections.abc import Sequence
from functools import cached_property
from typing import Any, SupportsIndex

from convcli.api.convolution import posed
from convcli.api.operands import Array, Padding, PerAxis, settings, tensor
from convcli.engine import Result, run
from convcli.errors import UsageError
from convcli.layout import shape_text
from convcli.problem import Convolution
from convcli.trace import Step, SumTrace


class Explanation(SumTrace[Convolution]):
    """The trace of a convolution, which displays itself: as text in a terminal, as HTML in a notebook."""

    @cached_property
    def result(self) -> Result[Convolution]:
        """The engine's result for the whole problem."""
        return run(self.problem)

    def __getitem__(self, index: SupportsIndex | Sequence[SupportsIndex]) -> Step:
        """The step of one output element, indexed as the output is: [o, y, x], with the batch first if there is one."""
        at = tuple(map(operator.index, index)) if isinstance(index, Sequence) else (operator.index(index),)
        shape = self.problem.spec.output_shape
        return self.step(self.problem.view.element(at, shape, given=f"index {shape_text(at)}", write="ask for"))

    def _document(self) -> Any:
        from convcli.document import Style, explain

        return explain(self, self.result.output, Style())

    def __str__(self) -> str:
        from convcli.render import plain_text

        return plain_text(self._document(), width=100)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from convcli.render import html_fragment

        return html_fragment(self._document())


def explain(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    groups: SupportsIndex = 1,
    *,
    padding_mode: str = "zeros",
    flip: bool = False,
    rank: int | None = None,
) -> Explanation:
    """The trace of a convolution, which shows every patch, product and sum, and steps through them one by one.

    The rank is that of a weight (O, C/groups, *kernel), or of a bare kernel with one or two axes; say `rank` otherwise.

    >>> trace = explain([1, 2, 3, 4], [1, 0, -1])
    >>> [step.value for step in trace], trace[1].terms[0].products.tolist()
    ([-2, -2], [2, 0, -4])

    Raises ConvError, a ValueError in four parts, if the operands or settings do not fit together.
    """
    axes = len(tensor("weight", weight).shape)
    spatial = rank if rank is not None else axes - 2 if axes > 2 else axes
    if spatial not in (1, 2, 3):
        raise UsageError(
            "the rank of the convolution is not 1, 2 or 3",
            given=f"rank {spatial}; a weight of {axes} axes",
            expected="rank 1, 2 or 3",
            fix="give a weight (output channels, input channels, *kernel), or say rank=2",
            setting="rank",
        )
    chosen = settings(stride, padding, dilation, groups, padding_mode, flip)
    return Explanation(posed(spatial, input, weight, bias, chosen))
