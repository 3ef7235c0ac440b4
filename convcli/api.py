"""The Python API: named and ordered as in torch.nn.functional, exact where its operands are.

Arrays in, array out. Float arrays keep their type (of several, the widest); integers give int64, or Python integers
in an object array where 64 bits do not hold a result; Fraction and Decimal objects give Fractions.
"""

import difflib
import operator
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convcli.axis import RULES, PaddingMode
from convcli.conventions import ALIASES
from convcli.engine import Result, run
from convcli.errors import FitError, InputError, UsageError, quoted
from convcli.layout import shape_text
from convcli.numbers.tensor import Tensor
from convcli.problem import Problem, problem
from convcli.settings import Settings
from convcli.trace import Step, Trace

Array = ArrayLike | Sequence[Any]
"""An array, or nested sequences of numbers; Fractions and Decimals too."""

PerAxis = SupportsIndex | Sequence[SupportsIndex]
Padding = str | SupportsIndex | Sequence[SupportsIndex | Sequence[SupportsIndex]]

__all__ = ["Explanation", "conv1d", "conv2d", "conv3d", "explain"]


def conv1d(
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
) -> NDArray[Any]:
    """Convolve signals: input (N, C, L), (C, L) or (L); weight (O, C/groups, K) or (K); bias (O,) or one number.

    Padding is a number, [(before, after)], or a rule's name: valid, same, same-lower, half, full, causal.
    The kernel is not flipped (deep learning's convolution) unless `flip`.

    >>> conv1d([1, 2, 3, 4], [1, 0, -1])
    array([-2, -2])
    >>> conv1d([1, 2, 3], [10, 1]), conv1d([1, 2, 3], [10, 1], flip=True)
    (array([12, 23]), array([21, 32]))

    Raises ConvError, a ValueError in four parts, if the operands or settings do not fit together.
    """
    return _convolve(1, input, weight, bias, _settings(stride, padding, dilation, groups, padding_mode, flip))


def conv2d(
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
) -> NDArray[Any]:
    """Convolve images: input (N, C, H, W), (C, H, W) or (H, W); weight (O, C/groups, kH, kW) or (kH, kW); bias (O,).

    Settings are one number for both axes or one for each; padding also (before, after) pairs, or a rule's name.

    >>> conv2d([[0, 1, 2], [3, 4, 5], [6, 7, 8]], [[0, 1], [2, 3]])
    array([[19, 25],
           [37, 43]])
    >>> conv2d(np.full((1, 1, 1, 1), 2**62), np.full((1, 1, 1, 1), 4))[0, 0, 0, 0]
    18446744073709551616

    Raises ConvError, a ValueError in four parts, if the operands or settings do not fit together.
    """
    return _convolve(2, input, weight, bias, _settings(stride, padding, dilation, groups, padding_mode, flip))


def conv3d(
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
) -> NDArray[Any]:
    """Convolve volumes: input (N, C, D, H, W), (C, D, H, W) or (D, H, W); weight (O, C/groups, kD, kH, kW); bias (O,).

    >>> conv3d(np.arange(8).reshape(2, 2, 2), [[[1, 0], [0, 0]], [[0, 0], [0, -1]]])
    array([[[-7]]])

    Raises ConvError, a ValueError in four parts, if the operands or settings do not fit together.
    """
    return _convolve(3, input, weight, bias, _settings(stride, padding, dilation, groups, padding_mode, flip))


class Explanation(Trace):
    """The trace of a convolution, which displays itself: as text in a terminal, as HTML in a notebook."""

    @cached_property
    def result(self) -> Result:
        """The engine's result for the whole problem."""
        return run(self.problem)

    def __getitem__(self, index: SupportsIndex | Sequence[SupportsIndex]) -> Step:
        """The step of one output element, indexed as the output is: [o, y, x], with the batch first if there is one."""
        at = tuple(map(operator.index, index)) if isinstance(index, Sequence) else (operator.index(index),)
        shape = self.problem.view.shape(self.problem.spec.output_shape)
        if len(at) != len(shape) or not all(0 <= i < n for i, n in zip(at, shape, strict=True)):
            raise FitError(
                "there is no such output element",
                given=f"index {shape_text(at)}; the output has shape {shape_text(shape)}",
                expected=f"{self.problem.view.axes}, each counted from 0",
                fix=f"ask for an index up to {','.join(str(n - 1) for n in shape)}",
            )
        return self.step(self.problem.view.canonical(at))

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
    axes = len(_tensor("weight", weight).shape)
    spatial = rank if rank is not None else axes - 2 if axes > 2 else axes
    if spatial not in (1, 2, 3):
        raise UsageError(
            "the rank of the convolution is not 1, 2 or 3",
            given=f"rank {spatial}; a weight of {axes} axes",
            expected="rank 1, 2 or 3",
            fix="give a weight (output channels, input channels, *kernel), or say rank=2",
            setting="rank",
        )
    settings = _settings(stride, padding, dilation, groups, padding_mode, flip)
    return Explanation(_problem(spatial, input, weight, bias, settings))


def _convolve(rank: int, input: Array, weight: Array, bias: Array | None, settings: Settings) -> NDArray[Any]:
    output = run(_problem(rank, input, weight, bias, settings)).presented
    rational = any(_is_rational(operand) for operand in (input, weight, bias))
    if output.is_exact and (rational or output.denominator != 1):
        cells = np.empty(output.size, object)
        cells[:] = [Fraction(number) for number in output.numbers()]
        return cells.reshape(output.shape)
    return output.values


def _problem(rank: int, input: Array, weight: Array, bias: Array | None, settings: Settings) -> Problem:
    biases = None if bias is None else _tensor("bias", bias)
    return problem(_tensor("input", input), _tensor("weight", weight), biases, rank=rank, settings=settings)


def _tensor(name: str, array: object) -> Tensor:
    try:
        return Tensor.of(array)
    except (TypeError, ValueError, RuntimeError) as error:  # the last from a torch tensor that wants its gradient
        raise InputError(
            f"the {name} is not a tensor of numbers",
            given=str(error),
            expected="an array, or nested lists of equal lengths, of integers, floats, Fractions or Decimals",
            fix=f"look at numpy.asarray({name}).dtype and .shape",
        ) from None


def _is_rational(operand: object) -> bool:
    """Whether an operand has Fractions or Decimals in it, which only an array of objects or a list can."""
    dtype = getattr(operand, "dtype", None)
    if dtype is not None and dtype != np.dtype(object):
        return False
    return any(isinstance(cell, Fraction | Decimal) for cell in np.asarray(operand, object).flat)


def _settings(
    stride: PerAxis, padding: Padding, dilation: PerAxis, groups: SupportsIndex, padding_mode: str, flip: bool
) -> Settings:
    modes = [mode.value for mode in PaddingMode]
    if padding_mode not in modes:
        meant = ALIASES["padding-mode"].get(str(padding_mode))
        raise _unknown("padding_mode", padding_mode, modes, meant)
    if isinstance(padding, str):
        pads = ALIASES["padding"].get(padding, padding)
        if pads not in RULES:
            raise _unknown("padding", padding, list(RULES), None)
    else:
        pads = _whole("padding", padding, 2)
    return Settings(
        stride=_whole("stride", stride, 1),
        padding=pads,
        dilation=_whole("dilation", dilation, 1),
        groups=_whole("groups", groups, 0),
        padding_mode=PaddingMode(padding_mode),
        flip=bool(flip),
    )


def _whole(name: str, value: Any, depth: int) -> Any:
    """Integers of any integer type as Python's, in tuples for sequences to so many levels; all else is refused."""
    if isinstance(value, list | tuple | np.ndarray) and depth:
        return tuple(_whole(name, entry, depth - 1) for entry in value)
    try:
        return operator.index(value)
    except TypeError:
        raise UsageError(
            f"{name} is not an integer",
            given=f"{name} = {quoted(repr(value))}",
            expected="an integer, or one for each axis",
            fix=f"write {name}=1, or {name}=(1, 2)",
            setting=name,
        ) from None


def _unknown(name: str, value: object, choices: list[str], meant: str | None) -> UsageError:
    near = difflib.get_close_matches(str(value), choices, n=1)
    fix = f"write {name}={meant or (near or choices)[0]!r}"
    return UsageError(
        f"{name} has no such choice",
        given=f"{name} = {quoted(repr(value))}",
        expected=", ".join(choices),
        fix=fix + (", which means the same" if meant else ""),
        setting=name,
    )
