"""What no script can say: numbers and settings for which a framework would give other numbers, or none."""

import math
from collections.abc import Iterable
from fractions import Fraction

import numpy as np

from convcli.axis import PaddingMode
from convcli.errors import FitError, OutputError
from convcli.numbers.arithmetic import INTEGERS, Overflow
from convcli.numbers.tensor import Tensor
from convcli.problem import InputGradient, KernelGradient, Pooling, Problem

RANGE = {"float64": 1000, "float32": 120, "float16": 120}
"""The power of two up to which numbers and sums are sure not to overflow; those of float16 are summed in float32."""


def refuse_infinite(tensors: Iterable[Tensor]) -> None:
    """Raise FitError for tensors with infinities or nan: whether 0·inf is ever multiplied is up to the algorithm."""
    for tensor in tensors:
        if not tensor.is_exact and not np.isfinite(tensor.values).all():
            raise FitError(
                "frameworks do not agree on infinities and nan",
                given=f"{tensor.values[~np.isfinite(tensor.values)][0]} among the numbers of input, kernel or output",
                expected="finite numbers",
                fix="write -f json or npy, which hold them, or leave them out",
            )


def refuse_large(dtype: str, largest: Fraction) -> None:
    """Raise FitError for sums that may overflow a type."""
    if largest >= 2 ** RANGE[dtype]:
        raise FitError(
            f"the numbers are too large to be computed in {dtype}",
            given=f"a number or a sum that may reach 2^{math.floor(_log2(largest))}",
            expected=f"numbers and sums below 2^{RANGE[dtype]}",
            fix="write -f json or yaml, which hold numbers of any size",
        )


def refuse_lost_powers(problem: Pooling, dtype: str, least: Fraction, most: Fraction) -> None:
    """Raise FitError for powers, of magnitudes from the least to the most, that leave a type's range at either end."""
    power = problem.spec.power
    low, high = power * _log2(least), power * _log2(most)
    if max(high + math.log2(problem.spec.per_element), -low) >= RANGE[dtype]:
        raise FitError(
            f"powers of the input leave the range of {dtype}",
            given=f"power {power} of numbers from 2^{math.floor(_log2(least))} to 2^{math.floor(_log2(most))}",
            expected=f"powers and their sums between 2^-{RANGE[dtype]} and 2^{RANGE[dtype]}",
            fix="write -f json or yaml, or pool with a smaller power",
        )


def refuse_rounded_overflow(problem: Problem, exact: bool) -> None:
    """Raise FitError unless sums of an integer type that wraps or saturates are exact before they do."""
    if not exact:
        raise FitError(
            f"{problem.arithmetic.name} with --overflow {problem.arithmetic.overflow.value} cannot be told in floats",
            given="sums or quotients that a float rounds before they would be brought into range",
            expected="whole numbers below 2^53",
            fix="write -f json or npy, or leave out --overflow",
        )


def refuse_gradients(problem: Problem, framework: str) -> None:
    """Raise FitError for gradients that a framework of forward passes has no operator for.

    That of the input is a transposed convolution, which it has, unless padding gives some of it back.
    """
    of = "kernel or bias" if isinstance(problem, KernelGradient) else ""
    if isinstance(problem, InputGradient) and problem.spec.is_padded and problem.spec.mode is not PaddingMode.ZEROS:
        of = f"an input under {problem.spec.mode.value} padding"
    if of:
        raise FitError(
            f"{framework} has no gradient of {of}",
            given=problem.op,
            expected="a forward pass, or the gradient of an input, which is a transposed convolution",
            fix="write -f pytorch, tensorflow, jax or numpy",
        )


def refuse_overflow(problem: Problem, framework: str) -> None:
    """Raise FitError for results that wrap or saturate."""
    arithmetic = problem.arithmetic
    if arithmetic.name in INTEGERS and arithmetic.overflow is not Overflow.ERROR:
        raise FitError(
            f"{framework} computes in floats, which do not {arithmetic.overflow.value}",
            given=f"{arithmetic.name} with --overflow {arithmetic.overflow.value}",
            expected="float types, or exact numbers",
            fix="leave out --dtype, or write -f pytorch, tensorflow, jax or numpy",
        )


def not_installed(package: str) -> OutputError:
    """The error of an optional package that is not there."""
    return OutputError(
        f"the Python package {package} is not installed",
        given=f"-f {package}",
        expected=f"{package}, which writes files of its own format",
        fix=f"pip install 'convcalc[{package}]', or write -f numpy, which needs nothing more",
    )


def _log2(number: Fraction) -> float:
    """The logarithm of a number > 0, at any size."""
    return math.log2(number.numerator) - math.log2(number.denominator)
