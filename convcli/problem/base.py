"""What every problem has: an input, an arithmetic, a spec, and how the user laid things out."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.errors import InputError
from convcli.layout import Index, View, shape_text
from convcli.numbers.arithmetic import INTEGERS, Arithmetic, to_exact
from convcli.numbers.grammar import Number
from convcli.numbers.tensor import Tensor
from convcli.spec import Spec


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem(ABC):
    """An operation ready to be computed.

    `given` holds the shapes as the user gave them, by role. The input is kept as it was read: of one too large to
    be converted, single elements are explained all the same.
    """

    source: Tensor
    """The input (N, C, *n), not yet in the arithmetic."""
    spec: Spec
    view: View
    """How the output is shown."""
    input_view: View
    arithmetic: Arithmetic
    given: dict[str, tuple[int, ...]]
    altered_weights: dict[str, int] = field(default_factory=dict)
    """How many values of the operands other than the input its integer type wraps or saturates, by role."""

    @property
    @abstractmethod
    def op(self) -> str:
        """The operation by its name in frameworks: conv1d, max_pool2d."""

    @property
    def symbol(self) -> str:
        """What an element of the output is called."""
        return "y"

    @property
    def axes_called(self) -> tuple[str, str]:
        """What the output's first two axes are, one place along them each."""
        return "item", "channel"

    @cached_property
    def x(self) -> Tensor:
        """The whole input (N, C, *n) as an operand. Raises FitError for a value that its type does not hold."""
        return self.arithmetic.take(self.source, "the input", self.input_view.shape)

    def patch(self, values: NDArray[Any]) -> Tensor:
        """Some of `source.values` as operands."""
        return self.arithmetic.take(self.source.with_values(values), "the input")

    def input_at(self, index: Index) -> Number:
        """One element of the input, at (n, c, *s), as an operand."""
        values = self.source.values
        return self.patch(np.array([values[index]], values.dtype)).at((0,))

    @property
    def altered(self) -> dict[str, int]:
        """How many values of each operand its integer type wraps or saturates."""
        return altered(self.arithmetic, {"input": self.source}) | self.altered_weights


def altered(arithmetic: Arithmetic, operands: dict[str, Tensor]) -> dict[str, int]:
    """How many values of each operand, by role, an integer type does not hold."""
    if arithmetic.name not in INTEGERS:
        return {}
    counts = {role: int(arithmetic.outside(to_exact(tensor, f"the {role}")).sum()) for role, tensor in operands.items()}
    return {role: count for role, count in counts.items() if count}


def refuse_empty(given: dict[str, tuple[int, ...]]) -> None:
    """Raise InputError for a tensor without numbers."""
    for role, shape in given.items():
        if 0 in shape:
            raise InputError(
                f"the {role} is empty",
                given=f"shape {shape_text(shape)}",
                expected="at least one number along every axis",
                fix="leave out the empty axis, or check how the file was written",
            )
