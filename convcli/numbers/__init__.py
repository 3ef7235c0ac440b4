"""Floor 1: exact numbers, from their grammar in text to the way they are printed."""

from convcli.numbers.arithmetic import Arithmetic, Overflow
from convcli.numbers.grammar import Number
from convcli.numbers.tensor import Tensor

__all__ = ["Arithmetic", "Number", "Overflow", "Tensor"]
