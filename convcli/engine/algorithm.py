"""What the engine asks of an algorithm, whatever operation it computes."""

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Tick = Callable[[float], None]
"""Called with the number of multiply-adds just done, for a progress bar."""


class Algorithm(Protocol):
    """A bilinear operation on two operands of one dtype."""

    def prepared(self, x: NDArray[Any], constant: NDArray[Any]) -> NDArray[Any]:
        """The first operand as `finite` takes it, padded with `constant` where the operation pads."""

    def finite(self, x: NDArray[Any], w: NDArray[Any], tick: Tick | None = None) -> NDArray[Any]:
        """The output of finite floats by BLAS, from a prepared x."""

    def by_taps(self, x: NDArray[Any], w: NDArray[Any], constant: NDArray[Any]) -> NDArray[Any]:
        """The output of any numbers: Python integers, inf and nan. Padding with a constant 0 contributes nothing."""

    def rows(self, w: NDArray[Any]) -> NDArray[Any]:
        """The second operand as a matrix, such that an output element is a sum over part of one row."""

    @property
    def repeats(self) -> int:
        """How often, at most, each element of a row may be in that sum."""


def reversed_in_space(w: NDArray[Any]) -> NDArray[Any]:
    """A kernel read backwards on every spatial axis, not on channels."""
    return np.flip(w, tuple(range(2, w.ndim)))
