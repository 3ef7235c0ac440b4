"""Pooling, one axis after the other: the largest, or the sum, of a window is that of the windows along each axis.

So a window of k x k costs 2k steps for each output rather than k². Padding is never read. Along an axis the loop is
over taps, or over outputs where those are fewer, as in global pooling.
"""

import math
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.axis import Axis
from convcli.engine.threads import Tick
from convcli.numbers.arithmetic import INTEGERS, Arithmetic, nearest
from convcli.numbers.roots import GUARD, integer_root, nearest_root
from convcli.numbers.tensor import INT64, Tensor, integers, magnitude, narrow
from convcli.problem import Pooling
from convcli.settings import PoolKind
from convcli.spec import PoolSpec

Slices = tuple[slice, ...]

_ROOT_BITS = 52
"""Integers of so many bits have square roots that float64 rounds correctly, and exactly where they are whole."""


def pool(problem: Pooling, tick: Tick | None = None) -> Tensor:
    """The output (N, C, *o): exact, or in the problem's float type.

    Lp pooling of exact numbers is exact where every root is rational, else float64 with each root rounded once.
    Raises FitError if an integer type does not hold a result.
    """
    x, spec, arithmetic = problem.x, problem.spec, problem.arithmetic
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        if spec.kind is PoolKind.MAX:
            largest = _largest(x.values, spec, tick)
            return Tensor.exact(largest, x.denominator) if x.is_exact else Tensor(largest)
        if arithmetic.is_float:
            return _of_floats(x.values.astype(arithmetic.accumulator, copy=False), spec, arithmetic, tick)
    exact = _average(x, spec, tick) if spec.kind is PoolKind.AVERAGE else _norm(problem, tick)
    return arithmetic.fit(exact, "the output", at=problem.view.shape)


def work_of_powers(problem: Pooling, count: int) -> int:
    """Multiply-adds, of digits, that exact powers and roots cost at so many outputs; 0 where there are none.

    Numbers of n digits take n² of them to multiply: a root as often as Newton's method squares and multiplies, which
    doubles the right bits of the root each time, and a power for each cell.
    """
    spec, power, source = problem.spec, problem.spec.power, problem.source
    if spec.kind is not PoolKind.LP or power == 1 or problem.arithmetic.is_float:
        return 0
    if source.is_exact:
        bits = max(magnitude(source.values), source.denominator).bit_length()
    else:  # integers times powers of two
        exponents = np.frexp(source.values[np.isfinite(source.values)].astype(np.float64))[1]
        bits = int(exponents.max(initial=0)) - int(exponents.min(initial=0)) + 53
    digits = -(-(bits + GUARD) * power // sys.int_info.bits_per_digit)
    cells = min(problem.source.size, spec.per_element * count)
    return (cells + 4 * count * (bits // GUARD + 1).bit_length()) * digits**2


def divisors(spec: PoolSpec) -> NDArray[Any]:
    """What the sum of each window is divided by (*o): int64, or Python integers for windows past 64 bits."""
    if spec.divisor is not None:
        return narrow(np.full(spec.outputs, spec.divisor, object))
    dtype = np.int64 if spec.per_element <= INT64.max else object
    counts = np.ones((), dtype)
    for axis in spec.axes:
        line = np.full(axis.output, axis.kernel, dtype)
        whole = axis.whole
        for out in (*range(min(whole.start, axis.output)), *range(whole.stop, axis.output)):
            line[out] = axis.counted(out, padding=spec.count_include_pad)
        counts = np.multiply.outer(counts, line)
    return counts


def _of_floats(x: NDArray[Any], spec: PoolSpec, arithmetic: Arithmetic, tick: Tick | None) -> Tensor:
    if spec.kind is PoolKind.AVERAGE:
        y = _quotients(_sums(x, spec, tick), divisors(spec))
    else:
        y = _sums(abs(x) ** spec.power, spec, tick)
        y = y if spec.power == 1 else np.sqrt(y) if spec.power == 2 else y ** x.dtype.type(1 / spec.power)
    return Tensor(y.astype(arithmetic.name, copy=False))


def _quotients(sums: NDArray[Any], below: NDArray[Any]) -> NDArray[Any]:
    """Floats over integers; over those that the type does not hold by exact fractions, each rounded once."""
    if int(below.max()) <= int(np.finfo(sums.dtype).max):
        return np.asarray(sums / below.astype(sums.dtype))
    y = sums.copy()
    for at in map(tuple, np.argwhere(np.isfinite(sums) & (sums != 0))):
        y[at] = nearest(Fraction(float(sums[at])) / int(below[at[2:]]), sums.dtype.name)
    return y


def _average(x: Tensor, spec: PoolSpec, tick: Tick | None) -> Tensor:
    """Sums over divisors, brought to one denominator."""
    sums, below = _integer_sums(x.values, 0, spec, tick), divisors(spec)
    distinct, which = np.unique(below, return_inverse=True)
    common = math.lcm(*map(int, distinct))
    each = np.array([common // int(divisor) for divisor in distinct], object)
    if sums.dtype != object and max(magnitude(sums), 1) * max(each) <= INT64.max:
        each = each.astype(np.int64)
    factors = each[which].reshape(below.shape)
    return Tensor.exact(narrow(sums * factors), x.denominator * common)


def _norm(problem: Pooling, tick: Tick | None) -> Tensor:
    """Roots of the sums of powers: exact if all of them are rational."""
    x, spec = problem.x, problem.spec
    sums, degree = _integer_sums(x.values, spec.power, spec, tick), spec.power
    if degree == 1:
        return Tensor.exact(sums, x.denominator)
    small = degree == 2 and sums.dtype != object and magnitude(sums).bit_length() <= _ROOT_BITS
    doubles = np.sqrt(sums.astype(np.float64)) if small else None
    if doubles is not None:
        roots: NDArray[Any] = doubles.astype(np.int64)
    else:
        roots = np.empty(sums.size, object)
        roots[:] = [integer_root(int(number), degree) for number in sums.flat]
        roots = roots.reshape(sums.shape)
    rational = np.asarray(roots**degree == sums, np.bool_)
    if rational.all():
        return Tensor.exact(roots, x.denominator)
    if problem.arithmetic.name in INTEGERS:
        first = tuple(int(i) for i in np.argwhere(~rational)[0])
        raise problem.no_root(int(sums[first]), first)
    if doubles is not None and x.denominator == 1:
        return Tensor(doubles)
    below = x.denominator**degree
    nearest = {number: nearest_root(Fraction(number, below), degree) for number in set(sums.ravel().tolist())}
    return Tensor(np.array([nearest[number] for number in sums.ravel().tolist()]).reshape(sums.shape))


def _integer_sums(x: NDArray[Any], power: int, spec: PoolSpec, tick: Tick | None) -> NDArray[Any]:
    """The sums of powers of magnitudes, or with power 0 of the integers themselves."""
    terms = math.prod(min(axis.kernel, axis.size) for axis in spec.axes)
    x = integers(x)
    if max(magnitude(x), 1) ** max(power, 1) * terms > INT64.max:
        x = x.astype(object)
    return narrow(_sums(abs(x) ** power if power else x, spec, tick))


def _sums(x: NDArray[Any], spec: PoolSpec, tick: Tick | None) -> NDArray[Any]:
    """The sum of each window."""
    for number, axis, tock in _along(spec, tick):
        y = np.zeros((*x.shape[:number], axis.output, *x.shape[number + 1 :]), x.dtype)
        for read, write, alone in _visits(axis, number):
            y[write] += x[read].sum(axis=number, keepdims=True) if alone else x[read]
            tock()
        x = y
    return x


def _largest(x: NDArray[Any], spec: PoolSpec, tick: Tick | None) -> NDArray[Any]:
    """The largest of each window; nan if there is one, and of zeros that differ in sign the first."""
    signed = _has_negative_zero(x)
    for number, axis, tock in _along(spec, tick):
        y = np.full((*x.shape[:number], axis.output, *x.shape[number + 1 :]), _least(x), x.dtype)
        for read, write, alone in _visits(axis, number):
            part = x[read]
            if signed:  # NumPy's maximum of 0 and -0 is either
                first = np.take_along_axis(part, _first_largest(part, number), number) if alone else part
                part = np.ascontiguousarray(first)  # which is read three times
                np.copyto(y[write], part, where=(part > y[write]) | (part != part))  # nan is unlike itself
            else:
                np.maximum(y[write], part.max(axis=number, keepdims=True) if alone else part, out=y[write])
            tock()
        x = y
    return x


def winners(problem: Pooling) -> NDArray[np.int64]:
    """Where in its channel each largest element is, counted in row-major order: (N, C, *o).

    Of equals the first, as in all frameworks; of several nan the last, as in PyTorch.
    """
    spec, x = problem.spec, problem.x.values
    places = np.arange(math.prod(spec.sizes), dtype=np.int64).reshape(spec.sizes)
    places = np.broadcast_to(places, x.shape)
    for number, axis, _ in _along(spec, None):
        shape = (*x.shape[:number], axis.output, *x.shape[number + 1 :])
        y, found = np.full(shape, _least(x), x.dtype), np.full(shape, -1, np.int64)
        for read, write, alone in _visits(axis, number):
            part, spots = x[read], places[read]
            if alone:
                best = _first_largest(part, number)
                part, spots = (np.take_along_axis(cells, best, number) for cells in (part, spots))
            better = (part > y[write]) | (part != part) | (found[write] < 0)  # nan is unlike itself
            np.copyto(y[write], part, where=better)
            np.copyto(found[write], spots, where=better)
        x, places = y, found
    return places


def _has_negative_zero(x: NDArray[Any]) -> bool:
    """Whether a zero has a sign, as it has in floats only. Its bits are those of the least integer of its size."""
    if x.dtype.kind != "f":
        return False
    bits = np.dtype(f"i{x.dtype.itemsize}")
    return bool((x.view(bits) == np.iinfo(bits).min).any())


def _least(x: NDArray[Any]) -> Any:
    """Nothing that is in x is less."""
    return -np.inf if x.dtype.kind == "f" else x.min()


def _first_largest(part: NDArray[Any], number: int) -> NDArray[np.int64]:
    """Along one axis, the index of the first largest element, or of the last nan."""
    best: NDArray[np.int64] = part.argmax(axis=number, keepdims=True)
    if part.dtype.kind == "f" and (lost := np.isnan(part)).any():
        last = part.shape[number] - 1 - np.flip(lost, number).argmax(axis=number, keepdims=True)
        best = np.where(lost.any(axis=number, keepdims=True), last, best)
    return best


def _along(spec: PoolSpec, tick: Tick | None) -> Iterator[tuple[int, Axis, Callable[[], None]]]:
    """Each spatial axis of (N, C, *n), the last first, and what to call after each of its steps."""
    for number, cost in zip(reversed(range(spec.rank)), spec.costs, strict=True):
        axis = spec.axes[number]
        share = cost / min(axis.kernel, axis.output)
        yield number + 2, axis, partial(tick, share) if tick else _nothing


def _nothing() -> None:
    """Nobody is watching."""


def _visits(axis: Axis, number: int) -> Iterator[tuple[Slices, Slices, bool]]:
    """What is read along an axis and where it goes: tap by tap for all outputs that each reaches; or, where outputs are
    fewer than taps, output by output all that it reads, to be taken together."""
    before = (slice(None),) * number
    if axis.kernel <= axis.output:
        for tap in range(axis.kernel):
            outs = axis.inside(tap)
            start = axis.position(outs.start, tap)
            read = slice(start, start + axis.stride * len(outs), axis.stride) if outs else slice(0)
            yield (*before, read), (*before, slice(outs.start, outs.stop) if outs else slice(0)), False
    else:
        for out in range(axis.output):
            taps = axis.taps(out)
            start = axis.position(out, taps.start)
            read = slice(start, start + axis.dilation * len(taps), axis.dilation)
            yield (*before, read), (*before, slice(out, out + 1)), True
