"""Explanations: the trace of an operation, which displays itself."""

import operator
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, SupportsIndex, TypeVar

from convcli.api.convolution import posed
from convcli.api.notebook import Displayed
from convcli.api.operands import Array, Padding, PerAxis, rank_of, settings
from convcli.api.transposed import posed as posed_transposed
from convcli.axis import CROPS
from convcli.engine import Result, run
from convcli.layout import shape_text
from convcli.problem import Problem
from convcli.trace import AnyStep, Step, SumTrace, Trace

TYPE_CHECKING = False  # typing's, which type checkers know by this name, as in convcli/__init__.py
if TYPE_CHECKING:
    from convcli.document import Document

S = TypeVar("S", bound=AnyStep)


@dataclass(frozen=True, repr=False)
class Explanation(Displayed, Generic[S]):
    """The steps of an operation, which display themselves: as text in a terminal, as HTML in a notebook, as Markdown or
    LaTeX where a notebook is turned into a document."""

    trace: Trace[Any, S]

    @property
    def problem(self) -> Problem:
        """What is explained."""
        return self.trace.problem  # type: ignore[no-any-return]

    @cached_property
    def result(self) -> Result[Any]:
        """The engine's result for the whole problem."""
        return run(self.problem)

    def __len__(self) -> int:
        return len(self.trace)

    def __iter__(self) -> Iterator[S]:
        return iter(self.trace)

    def step(self, at: tuple[int, ...]) -> S:
        """How the output at (n, o, *s) came to be, whatever axes are shown."""
        return self.trace.step(at)

    def __getitem__(self, index: SupportsIndex | Sequence[SupportsIndex]) -> S:
        """The step of one output element, indexed as the output is: [o, y, x], with the batch first if there is one."""
        at = tuple(map(operator.index, index)) if isinstance(index, Sequence) else (operator.index(index),)
        shape = self.problem.spec.output_shape
        return self.step(self.problem.view.element(at, shape, given=f"index {shape_text(at)}", write="ask for"))

    @cached_property
    def _document(self) -> "Document":
        from convcli.document import Style, explain

        return explain(self.trace, self.result.output, Style())

    def __str__(self) -> str:
        from convcli.render import plain_text

        return plain_text(self._document, width=100)

    __repr__ = __str__


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
    transposed: bool = False,
    output_padding: PerAxis | None = None,
    output_size: PerAxis | None = None,
    rank: int | None = None,
) -> Explanation[Step]:
    """The trace of a convolution, or of a transposed one, with every patch, product and sum, step by step.

    The rank is that of a weight (O, C/groups, *kernel), or of a bare kernel with one or two axes; say `rank` otherwise.

    >>> trace = explain([1, 2, 3, 4], [1, 0, -1])
    >>> [step.value for step in trace], trace[1].terms[0].products.tolist()
    ([-2, -2], [2, 0, -4])
    >>> explain([1, 2], [1, 10], transposed=True)[1].terms[0].products.tolist()
    [10, 2]

    Raises ConvError, a ValueError in four parts, if the operands or settings do not fit together.
    """
    spatial = rank_of(weight, rank)
    common = stride, padding, dilation, groups, padding_mode, flip
    if transposed:
        chosen = settings(*common, rules=CROPS, output_padding=output_padding, output_size=output_size)
        return Explanation(SumTrace(posed_transposed(spatial, input, weight, bias, chosen)))
    chosen = settings(*common, output_padding=output_padding, output_size=output_size)
    return Explanation(SumTrace(posed(spatial, input, weight, bias, chosen)))
