"""What no script says: each refusal with its whole message, and how near it may come."""

from fractions import Fraction

import numpy as np
import pytest

from convcli.engine import run
from convcli.errors import FitError
from convcli.numbers.arithmetic import Overflow
from convcli.numbers.tensor import Tensor
from convcli.problem import Problem, convolution, gradients, pooling
from convcli.render.code import FRAMEWORKS, script
from convcli.settings import PoolKind, PoolSettings
from tests.render.code.cases import executed


def lp(values: list[int | Fraction], power: int) -> Problem:
    settings = PoolSettings(kind=PoolKind.LP, kernel_size=2, power=power)
    return pooling(Tensor.of(np.array(values, object)), rank=1, settings=settings)


def wrapping(values: list[int], kernel: list[int], dtype: str) -> Problem:
    return convolution(Tensor.of(values), Tensor.of(kernel), rank=1, dtype=dtype, overflow=Overflow.WRAP)


HUGE = convolution(Tensor.of([2**600, 1]), Tensor.of([2**399]), rank=1)
REFUSED = {
    "nan": (
        convolution(Tensor.of([1.0, float("nan")]), Tensor.of([1.0]), rank=1),
        "frameworks do not agree on infinities and nan\n"
        "  given     nan among the numbers of input, kernel or output\n"
        "  expected  finite numbers\n"
        "  fix       write -f json or npy, which hold them, or leave them out",
    ),
    "an overflow": (
        convolution(Tensor(np.array([1e38, 1e38], np.float32)), Tensor(np.array([10, 10], np.float32)), rank=1),
        "frameworks do not agree on infinities and nan\n"
        "  given     inf among the numbers of input, kernel or output\n"
        "  expected  finite numbers\n"
        "  fix       write -f json or npy, which hold them, or leave them out",
    ),
    "large numbers": (
        convolution(Tensor.of([2**600]), Tensor.of([2**400]), rank=1),
        "the numbers are too large to be computed in float64\n"
        "  given     a number or a sum that may reach 2^1000\n"
        "  expected  numbers and sums below 2^1000\n"
        "  fix       write -f json or yaml, which hold numbers of any size",
    ),
    "large floats": (
        convolution(Tensor(np.array([2.0**100], np.float32)), Tensor(np.array([2.0**20], np.float32)), rank=1),
        "the numbers are too large to be computed in float32\n"
        "  given     a number or a sum that may reach 2^120\n"
        "  expected  numbers and sums below 2^120\n"
        "  fix       write -f json or yaml, which hold numbers of any size",
    ),
    "powers that overflow": (
        lp([9, 1], 400),
        "powers of the input leave the range of float64\n"
        "  given     power 400 of numbers from 2^0 to 2^3\n"
        "  expected  powers and their sums between 2^-1000 and 2^1000\n"
        "  fix       write -f json or yaml, or pool with a smaller power",
    ),
    "powers that vanish": (
        lp([Fraction(1, 9), 1], 400),
        "powers of the input leave the range of float64\n"
        "  given     power 400 of numbers from 2^-4 to 2^0\n"
        "  expected  powers and their sums between 2^-1000 and 2^1000\n"
        "  fix       write -f json or yaml, or pool with a smaller power",
    ),
    "sums that are rounded before they wrap": (
        wrapping([2**62, 3], [3, 1], "int64"),
        "int64 with --overflow wrap cannot be told in floats\n"
        "  given     sums or quotients that a float rounds before they would be brought into range\n"
        "  expected  whole numbers below 2^53\n"
        "  fix       write -f json or npy, or leave out --overflow",
    ),
    "a result that no float holds": (
        wrapping([1], [-1], "uint64"),
        "uint64 with --overflow wrap cannot be told in floats\n"
        "  given     sums or quotients that a float rounds before they would be brought into range\n"
        "  expected  whole numbers below 2^53\n"
        "  fix       write -f json or npy, or leave out --overflow",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal(name: str) -> None:
    problem, message = REFUSED[name]
    output = run(problem).output
    for framework in FRAMEWORKS:
        with pytest.raises(FitError) as caught:
            script(framework, problem, output)
        assert str(caught.value) == message
        assert caught.value.exit_code == 4


def test_an_average_that_wraps_is_refused_if_it_is_rounded() -> None:
    for divisor, fits in ((2, True), (3, False)):
        settings = PoolSettings(kind=PoolKind.AVERAGE, kernel_size=2, divisor=divisor)
        x = Tensor.of([2 * divisor, 4 * divisor])
        problem = pooling(x, rank=1, settings=settings, dtype="int8", overflow=Overflow.WRAP)
        if fits:
            executed(script("numpy", problem, run(problem).output))
        else:
            with pytest.raises(FitError, match="cannot be told in floats"):
                script("numpy", problem, run(problem).output)


@pytest.mark.parametrize(
    "problem",
    [
        HUGE,
        lp([9, 1], 300),
        lp([0, 0], 1000),
        lp([-(2**63), 3], 2),
        convolution(Tensor(np.array([6e4], np.float16)), Tensor(np.array([1], np.float16)), rank=1),
        convolution(Tensor.exact([1], 10**400), Tensor.of([1]), rank=1),
        wrapping([2**61, 3], [1, 1], "int64"),
    ],
)
def test_what_comes_near_is_written(problem: Problem) -> None:
    executed(script("numpy", problem, run(problem).output))


def test_an_operand_that_is_too_large_is_refused_where_it_is_written() -> None:
    """The gradient of the input is differentiated at an input, of which it does not depend."""
    problem = gradients(convolution(Tensor.of([2**1001]), Tensor.of([0]), rank=1)).input
    output = run(problem).output
    executed(script("numpy", problem, output))
    with pytest.raises(FitError, match="too large to be computed"):
        script("pytorch", problem, output)
