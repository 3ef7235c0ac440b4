"""Sums of products: a convolution, a transposed one, or a kernel's gradient, by blocks of floats.

Floats are summed in their own type. Integers are summed in floats where that is exact, in limbs where it is not; the
few operands that floats cannot serve are summed tap by tap.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convcli.axis import PaddingMode
from convcli.engine.convolve import Sums, reversed_in_space
from convcli.engine.exact import SIGNIFICANT, limbs_for
from convcli.engine.finite import is_finite
from convcli.engine.plan import planned
from convcli.engine.taps import convolve_by_taps
from convcli.engine.threads import Tick
from convcli.numbers.tensor import INT64, magnitude
from convcli.spec import BilinearSpec, ConvSpec


class Operands(NamedTuple):
    """What is multiplied: x (N, C, *n), w or dy, and what lies beyond the edge of x."""

    x: NDArray[Any]
    w: NDArray[Any]
    constant: NDArray[Any]


class Means(NamedTuple):
    """What there is to compute with: threads, bytes for each of them, and whom to tell of progress."""

    threads: int = 1
    memory: int | None = None
    tick: Tick | None = None


def in_floats(
    spec: BilinearSpec, operands: Operands, dtype: str, y: NDArray[Any], bias: NDArray[Any] | None, means: Means
) -> None:
    """Sums in a float type, and a bias (O,) added, into y of that type or of a narrower one.

    Padding with zeros is left out, even beside a weight that is not finite: those are summed tap by tap. Whether there
    is such a weight is seen in the weights or in the output, whichever is smaller.
    """
    w = operands.w.astype(dtype, copy=False)
    operands = Operands(operands.x, w, operands.constant.astype(dtype, copy=False))
    bias = None if bias is None else bias.astype(dtype, copy=False)
    exposed, w_first = _multiplies_nothing(spec, operands), w.size <= y.size
    with np.errstate(all="ignore"):
        spoilt = exposed and w_first and not is_finite(w)
        if not spoilt:
            _by_blocks(spec, operands, Sums(dtype), y, bias, means)
            spoilt = exposed and not w_first and not is_finite(y) and not is_finite(w)
        if spoilt:
            sums = _by_taps(spec, operands._replace(x=operands.x.astype(dtype, copy=False)))
            y[...] = sums if bias is None else sums + per_channel(bias, y.ndim)


def in_integers(
    spec: BilinearSpec,
    operands: Operands,
    sums: Sums | None,
    means: Means,
    *,
    bias: NDArray[Any] | None = None,
    into: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Sums of integers, in the floats in which they are exact: int64, in `into` if that is given, where every one is
    known to fit, else Python integers. A bias (O,) is added where `has_room_for` it."""
    assert bias is None or has_room_for(bias, sums)
    if sums is None:
        return _by_taps(
            spec, Operands(*(tensor.astype(object) for tensor in (operands.x, operands.w, operands.constant)))
        )
    assert sums.limbs is not None
    if into is None:
        into = np.empty(spec.output_shape, np.int64 if sums.limbs.fits else object)
    _by_blocks(spec, operands, sums, into, bias, means)
    return into


def has_room_for(bias: NDArray[Any], sums: Sums | None) -> bool:
    """Whether a bias added to any sums that these may be, of integers, is known to fit 64 bits."""
    if sums is None or sums.limbs is None or not sums.limbs.whole:
        return False
    return magnitude(bias) <= INT64.max - SIGNIFICANT[sums.dtype]


def by_taps(spec: BilinearSpec, operands: Operands) -> bool:
    """Whether sums of these floats are taken tap by tap."""
    return _multiplies_nothing(spec, operands) and not is_finite(operands.w)


def exact_sums(spec: BilinearSpec, operands: Operands) -> Sums | None:
    """The floats in which sums of these integers are exact; None if they have too many bits."""
    largest = max(magnitude(operands.x), magnitude(operands.constant))
    limbs = limbs_for(largest, operands.w, *_rows(spec, operands.w))
    return None if limbs is None else Sums(limbs.dtype, limbs)


def convolutions(spec: BilinearSpec) -> tuple[ConvSpec, ...] | None:
    """The convolutions that give the whole output, each its part of it; None where no element is known before all are,
    or an operation is no convolution."""
    found: tuple[ConvSpec, ...] | None = (spec,) if isinstance(spec, ConvSpec) else _adjoint().convolutions(spec)
    return found


def per_channel(values: NDArray[Any], ndim: int) -> NDArray[Any]:
    """Values (O,) beside an output (N, O, *o)."""
    return values.reshape(-1, *(1,) * (ndim - 2))


def _rows(spec: BilinearSpec, w: NDArray[Any]) -> tuple[NDArray[Any], int]:
    """The second operand as a matrix, such that an output element is a sum over part of one row; and how often, at
    most, each element of the row is in it."""
    return (w.reshape(len(w), -1), 1) if isinstance(spec, ConvSpec) else _adjoint().rows(spec, w)


def _multiplies_nothing(spec: BilinearSpec, operands: Operands) -> bool:
    """Whether blocks would multiply zeros that contribute nothing."""
    windows = spec if isinstance(spec, ConvSpec) else _adjoint().windows_of(spec)
    return windows is None or (windows.is_padded and windows.mode is PaddingMode.ZEROS and not operands.constant)


def _by_taps(spec: BilinearSpec, operands: Operands) -> NDArray[Any]:
    if not isinstance(spec, ConvSpec):
        sums: NDArray[Any] = _adjoint().by_taps(spec, operands)
        return sums
    w = reversed_in_space(operands.w) if spec.flipped else operands.w
    return convolve_by_taps(operands.x, w, spec, operands.constant)


def _by_blocks(
    spec: BilinearSpec, operands: Operands, sums: Sums, y: NDArray[Any], bias: NDArray[Any] | None, means: Means
) -> None:
    if isinstance(spec, ConvSpec):
        convolve(spec, operands, sums, y, bias, means)
    else:
        _adjoint().by_blocks(spec, operands, sums, y, bias, means)


def _adjoint() -> Any:
    """Transposed convolutions and gradients: loaded where there is one."""
    from convcli.engine import adjoint

    return adjoint


def convolve(
    spec: ConvSpec, operands: Operands, sums: Sums, y: NDArray[Any], bias: NDArray[Any] | None, means: Means
) -> None:
    """A convolution by blocks, into y."""
    work = planned(spec, sums, memory=means.memory)
    work.convolve(operands.x, operands.w, y, operands.constant, bias=bias, tick=means.tick, threads=means.threads)
