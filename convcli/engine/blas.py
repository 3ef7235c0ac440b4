"""NumPy's BLAS, told how many threads to divide a product among.

Its threads wait for work at full speed and need no lock of Python's, so that they serve a product of a millisecond
better than threads of ours. But kernels may round the edges of what each thread computes otherwise than its middle, and
may cut long sums elsewhere: where the number of threads would show in the result, there is one.
"""

import contextlib
import ctypes
import sys
import threading
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

ALIKE = (b"SkylakeX", b"Cooperlake", b"SapphireRapids")
"""OpenBLAS's kernels that take sums alike wherever a product is divided, if terms and columns are whole multiples of
what they compute at once: those for AVX-512. Of 2,000 random products, none differed between 1, 2 and 3 threads; with
the kernels for Haswell, most did."""


class Grain(NamedTuple):
    """What the terms and the columns of a product are multiples of."""

    terms: int
    columns: int


ANY = Grain(1, 1)

SHORT = 256
"""Terms up to which a sum is not cut."""

GRAINS = {"float32": Grain(32, 1), "float64": Grain(32, 8)}
"""Those of products that ALIKE kernels take alike; the terms of short sums need none."""


class Control(NamedTuple):
    """How OpenBLAS is asked for its number of threads, and told it; and the name of its kernels."""

    threads: Callable[[], int]
    set_threads: Callable[[int], None]
    kernels: bytes


def alike(dtype: str, rows: int, terms: int, columns: int) -> Grain | None:
    """The grain with which BLAS gives a product (rows, terms) by (terms, columns) to the bit, however many threads it
    has; None if it does not, as with vectors, which it divides otherwise."""
    control = _openblas()
    if control is None or control.kernels not in ALIKE or min(rows, columns) < 2:
        return None
    grain = GRAINS[dtype]
    return grain._replace(terms=1) if terms <= SHORT else grain


_lock = threading.Lock()
_inside: list[int] = []
_outside_threads = 1


@contextlib.contextmanager
def blas_threads(count: int) -> Iterator[None]:
    """BLAS at `count` threads, or at fewer if others want that meanwhile; as it was when the last of them leaves. Left
    alone if it is no OpenBLAS that can be told."""
    global _outside_threads
    control = _openblas()
    if control is None:
        yield
        return
    with _lock:
        if not _inside:
            _outside_threads = control.threads()
        _inside.append(count)
        _set(control, min(_inside))
    try:
        yield
    finally:
        with _lock:
            _inside.remove(count)
            _set(control, min(_inside, default=_outside_threads))


def _set(control: Control, count: int) -> None:
    if control.threads() != count:
        control.set_threads(count)


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
            kernels = getattr(library, f"{prefix}openblas_get_corename{suffix}")
            kernels.restype = ctypes.c_char_p
            return Control(
                getattr(library, f"{prefix}openblas_get_num_threads{suffix}"),
                getattr(library, f"{prefix}openblas_set_num_threads{suffix}"),
                kernels(),
            )
    return None
