"""The code that compares what a framework gives with what convcalc did.

A sum of n products errs by (n + 5)·u·Σ|x||w| at most, to first order, with operands, products, sums and the number
compared with rounded to a unit u each (N. Higham, "Accuracy and Stability of Numerical Algorithms", section 3.1); two
such sums differ by twice that.
"""

from convcli.numbers.arithmetic import INTEGERS, Overflow
from convcli.problem import BiasGradient, Bilinear, InputGradient, KernelGradient, Pooling, Problem
from convcli.render.code.literals import number
from convcli.render.code.proof import DIGITS, Proof
from convcli.settings import PoolKind

LEAST = {"float64": -1022, "float32": -126, "float16": -24}
"""The power of two below which numbers lose digits: the least normal one, of float16 the least at all."""


def bounded(problem: Problem, proof: Proof) -> list[str]:
    """Code that bounds the error, to stand where the operands are still arrays; none where nothing is rounded."""
    if proof.exact:
        return []
    u, least = f"2**-{DIGITS[proof.dtype]}", f"2**{LEAST[proof.dtype]}"
    if isinstance(problem, Pooling) and problem.spec.kind is PoolKind.LP:
        most = -LEAST[proof.sums]  # an exponent off by u turns r into r·(1 ± u·|ln r|), and |ln r| is below this
        last = " + 2**-10" if proof.dtype == "float16" else ""
        return [
            "# Powers, their sum and the exponent of its root are rounded: twice the most that comes to.",
            f"bound = 2 * ({problem.spec.per_element} + {problem.spec.power} + {most}) * {u}{last}",
        ]
    return [
        "# Operands, products and sums of n are rounded: twice the most that comes to, in any order of adding.",
        f"n = {problem.spec.per_element}",
        f"bound = 2 * (n + 5) * ({u} * {_magnitude(problem, proof)} + {least})",
    ]


def compared(problem: Problem, proof: Proof, name: str) -> list[str]:
    """Code that brings a result of an integer type into its range, and compares it with `expected`."""
    lines = _overflowed(problem, name)
    if proof.exact:
        return [*lines, f"np.testing.assert_array_equal({name}, expected)"]
    rtol, atol = "0", "bound"
    if isinstance(problem, Pooling) and problem.spec.kind is PoolKind.LP:
        rtol, atol = "bound", "0"
    elif proof.dtype == "float16":
        rtol = "2**-10"  # to the next number of the type
    return [*lines, f"np.testing.assert_allclose({name}, expected, rtol={rtol}, atol={atol})"]


def _magnitude(problem: Problem, proof: Proof) -> str:
    """Code for what no sum of magnitudes exceeds."""

    def top(name: str) -> str:
        return f"abs({name}).max()" if proof.dtype == "float64" else f"float(abs({name}).max())"

    if isinstance(problem, Pooling):
        return f"n * {top('x')}"
    assert isinstance(problem, Bilinear)
    if isinstance(problem, BiasGradient):
        return f"n * {top('dy')}"
    x = top("dy" if isinstance(problem, InputGradient) else "x")
    w = top("dy" if isinstance(problem, KernelGradient) else "w")
    if problem.pads_with_value:
        value = problem.pad_value.at(())
        x = f"max({x}, {number(max(value, -value))})"
    product = f"n * {x} * {w}"
    return product if problem.bias is None else f"({product} + {top('b')})"


def _overflowed(problem: Problem, name: str) -> list[str]:
    """What a result does with values that an integer type does not hold; sums that are exact fit into 64 bits."""
    arithmetic = problem.arithmetic
    bits = int(arithmetic.name.strip("uint")) if arithmetic.name in INTEGERS else 64
    if arithmetic.overflow is Overflow.ERROR or bits == 64:
        return []
    low = 0 if arithmetic.name.startswith("u") else -(2 ** (bits - 1))
    if arithmetic.overflow is Overflow.SATURATE:
        return [f"{name} = np.clip({name}, {low}, {low + 2**bits - 1})  # as {arithmetic.name} saturates"]
    wrapped = f"({name} + {-low}) % {2**bits} - {-low}" if low else f"{name} % {2**bits}"
    return [f"{name} = {wrapped}  # as {arithmetic.name} wraps"]
