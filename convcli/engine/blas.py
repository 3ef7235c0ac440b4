"""NumPy's BLAS, told how many threads to divide a product among.

Its threads wait for work at full speed and need no lock of Python's, so that they serve a product of a millisecond
better than threads of ours. But kernels may round the edges of what each thread computes otherwise than its middle, and
may cut long sums elsewhere: where the number of threads would show in the result, there is one.
"""

import contextlib
import ctypes
import os
import sys
import threading
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

AVX512 = ("SkylakeX",)
"""OpenBLAS's kernels for AVX-512. They take sums alike wherever a product is divided, if terms and columns are whole
multiples of what they compute at once: of more than 2,000 products none differed between 1, 2 and 3 threads, and of
1,000 none between 5, 7, 11 and 13; with the kernels for Haswell, most did. What is small they multiply as it lies."""

SMALL = 10**6
"""Multiply-adds up to which a product is small; what is larger is packed first. The product of one vector is another
thing: 15 x 15 taps by 512 columns take 8.0 ns a column so, and 2.9 by four shifted rows with zeros."""

WHOLE = 64
"""Columns of which the small products of a large one have whole multiples, as their kernels compute so many at once."""


class Grain(NamedTuple):
    """What the terms and the columns of a product are multiples of."""

    terms: int
    columns: int


ANY = Grain(1, 1)

SHORT = 256
"""Terms up to which a sum is not cut."""

GRAINS = {"float32": Grain(32, 1), "float64": Grain(32, 16)}
"""Those of products that are taken alike; the terms of short sums need none."""


class Control(NamedTuple):
    """How OpenBLAS is asked for its number of threads, and told it; and the name of its kernels."""

    threads: Callable[[], int]
    set_threads: Callable[[int], None]
    kernels: str


def kernels() -> str | None:
    """The processor that OpenBLAS's kernels are made for; None if NumPy has another BLAS."""
    control = _openblas()
    return None if control is None else control.kernels


def alike(dtype: str, rows: int, terms: int, columns: int) -> Grain | None:
    """The grain with which BLAS gives a product (rows, terms) by (terms, columns) to the bit, however many threads it
    has; None if it does not, as with vectors, which it divides otherwise."""
    if kernels() not in AVX512 or min(rows, columns) < 2:
        return None
    grain = GRAINS[dtype]
    return grain._replace(terms=1) if terms <= SHORT else grain


def columns_at_once(rows: int, terms: int) -> int:
    """With how many columns a matrix (rows, terms) is multiplied as both lie; 0 if BLAS does not do that, or if
    there are too many terms."""
    return SMALL // (rows * terms) // WHOLE * WHOLE if kernels() in AVX512 else 0


_lock = threading.Lock()
_inside: list[list[int]] = []
"""What each who is inside wants: lists of one, which are told from one another."""
_outside = 1
"""The threads that BLAS has outside."""
_told: int | None = None
"""Those that it was told last and may yet have."""


@contextlib.contextmanager
def blas_threads(count: int) -> Iterator[None]:
    """BLAS at `count` threads, or at fewer if others want that meanwhile; as it was when the last of them leaves. Left
    alone if it is no OpenBLAS that can be told."""
    control = _openblas()
    if control is None:
        yield
        return
    mine = [count]
    try:
        with _lock:
            _set(control, [*_inside, mine])
        yield
    finally:
        with _lock:
            _set(control, [other for other in _inside if other is not mine])


def _set(control: Control, inside: list[list[int]]) -> None:
    """Give BLAS the fewest threads that anybody inside wants, or those outside. What an interrupt leaves undone, the
    next does: threads that BLAS was told are not taken for those outside."""
    global _outside, _told
    has = control.threads()
    if not _inside and has != _told:
        _outside = has
    _inside[:] = inside
    _told = min(inside)[0] if inside else None
    wanted = _outside if _told is None else _told
    if has != wanted:
        control.set_threads(wanted)


def _begin_anew() -> None:
    """In a fork nobody is inside, and nobody holds the lock."""
    global _lock
    _lock = threading.Lock()
    if _inside and (control := _openblas()) is not None:
        _set(control, [])


if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows has no forks
    os.register_at_fork(after_in_child=_begin_anew)


@lru_cache(1)
def _openblas() -> Control | None:
    """The control of NumPy's BLAS, if it is an OpenBLAS: under the names of NumPy's own build or a system's, looked up
    in NumPy's core and all that it is linked to."""
    try:
        library = ctypes.CDLL(sys.modules["numpy._core._multiarray_umath"].__file__)
    except (OSError, KeyError):
        return None
    for prefix, suffix in (("scipy_", "64_"), ("scipy_", ""), ("", "64_"), ("", "")):
        with contextlib.suppress(AttributeError):
            name = getattr(library, f"{prefix}openblas_get_corename{suffix}")
            name.restype = ctypes.c_char_p
            return Control(
                getattr(library, f"{prefix}openblas_get_num_threads{suffix}"),
                getattr(library, f"{prefix}openblas_set_num_threads{suffix}"),
                name().decode(),
            )
    return None
