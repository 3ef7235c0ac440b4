"""Arrays of .npy and .npz files. Nothing of what a header declares is believed before it is checked.

The header is read here, and not by NumPy, which reads as much header as is declared before it looks at its length,
and which takes pickles, structures, text and dates for arrays.
"""

import io
import math
import re
from typing import Any, BinaryIO, Literal

import numpy as np
from numpy.typing import NDArray

from convcli.errors import InputError, plural, quoted, safe
from convcli.numbers import Tensor
from convcli.reading.wording import MAX_RANK

MAX_HEADER = 10_000
"""Bytes of a .npy header: as many as NumPy reads by default."""

MAPPED_FROM = 64 * 2**20
"""Bytes above which a file is mapped and not read, so that explaining one element reads no more than its patch."""

_ENTRIES = (
    r"'descr'\s*:\s*(?P<descr>'[^'\\]*'|\[[^\]]*\])",
    r"'fortran_order'\s*:\s*(?P<fortran>True|False)",
    r"'shape'\s*:\s*\((?P<shape>(?:\s*[0-9]{1,20}L?\s*,)*\s*(?:[0-9]{1,20}L?\s*)?)\)",
)
_HEADER = re.compile(rf"\{{\s*(?:(?:{'|'.join(_ENTRIES)})\s*,?\s*){{3}}\}}\s*")
_NUMERIC = re.compile(r"'[<>=|]?(?:[iu][1248]|f[248])'")
_KINDS = (
    (r"'.?(?:b1|\?)'", "truth values", "save it as integers, with array.astype(int)"),
    (r"'.?O.*'", "Python objects, which only unpickling could read", "save it as numbers, with array.astype(float)"),
    (r"'.?[USa].*'", "text", "save it as numbers, with array.astype(float)"),
    (r"'.?c.*'", "complex numbers", "save the real and the imaginary part apart"),
    (r"'.?[mM].*'", "dates or times", "save it as numbers, with array.astype(int)"),
    (r"\[.*|'.?V.*'", "structures", "save one field of it, as array['name']"),
    (r"'.?[fg].*'", "floats of more than 64 bits", "save it as doubles, with array.astype(float)"),
)


def read_npy(file: BinaryIO, size: int, name: str) -> Tensor:
    """The array of a .npy file of `size` bytes, from its start. Integers are exact, floats keep their type."""
    descr, fortran, shape, offset = _header(file, name)
    dtype = np.dtype(descr)
    declared = math.prod(shape) * dtype.itemsize  # in Python integers: a header may say anything
    if declared != size - offset:
        raise InputError(
            f"{name} does not hold what its header declares",
            given=f"{plural(size - offset, 'byte')} after the header",
            expected=f"{declared:,} bytes, for {descr} of shape {_shape(shape)}",
            fix="write the file again: it is cut short, or has something after its end",
        )
    if not declared:
        raise _refused(
            name, f"an empty array, of shape {_shape(shape)}", "at least one number", "save an array with numbers"
        )
    order: Literal["C", "F"] = "F" if fortran else "C"
    if declared > MAPPED_FROM and isinstance(file, io.FileIO) and file.seekable():
        return _tensor(np.memmap(file, dtype, "r", offset, shape, order))
    values = np.empty(math.prod(shape), dtype)
    _fill(file, values.view(np.uint8).data, name)
    return _tensor(np.asarray(values.reshape(shape, order=order), order="C"))


def _header(file: BinaryIO, name: str) -> tuple[str, bool, tuple[int, ...], int]:
    """The dtype, order and shape that the header declares, and its length with all before it."""
    start = file.read(12)
    if start[:6] != b"\x93NUMPY" or len(start) < 12 or start[6] not in (1, 2, 3):
        raise _refused(name, "no .npy header of a known version", "a .npy array", "write it with numpy.save")
    begin = 10 if start[6] == 1 else 12
    length = int.from_bytes(start[8:begin], "little")
    if length > MAX_HEADER:
        raise _refused(name, f"a header of {length:,} bytes", f"at most {MAX_HEADER:,}", "write it with numpy.save")
    text = (start[begin:] + file.read(length - len(start[begin:]))).decode("latin-1")
    match = _HEADER.fullmatch(text)
    if match is None or None in match.groups():
        raise _refused(
            name, f"the header {quoted(text, 120)}", "descr, fortran_order and shape", "write it with numpy.save"
        )
    descr = match["descr"]
    if not _NUMERIC.fullmatch(descr):
        found, fix = next(((what, fix) for kind, what, fix in _KINDS if re.fullmatch(kind, descr)), ("", ""))
        raise _refused(
            name,
            found or f"the dtype {quoted(descr)}",
            "integers, or floats of 16, 32 or 64 bits",
            fix or "save it as numbers",
        )
    shape = tuple(int(size) for size in re.findall("[0-9]+", match["shape"]))
    if len(shape) > MAX_RANK:
        raise _refused(name, f"{len(shape):,} axes", f"at most {MAX_RANK}", "reshape it")
    return descr.strip("'"), match["fortran"] == "True", shape, begin + length


def _fill(file: BinaryIO, target: memoryview, name: str) -> None:
    """Read into all of `target`: a file may give less at a time than is asked."""
    done = 0
    while done < len(target):
        count = file.readinto(target[done:])  # type: ignore[attr-defined]
        if not count:
            raise _refused(name, f"an end after {done:,} bytes", f"{len(target):,} bytes", "write the file again")
        done += count


def _tensor(values: NDArray[Any]) -> Tensor:
    native = values.astype(values.dtype.newbyteorder("="), copy=False)
    if native.dtype.kind == "f" or native.dtype.itemsize < 8:
        return Tensor(native)
    if native.dtype == np.uint64 and int(native.max()) <= np.iinfo(np.int64).max:
        native = native.view(np.int64)  # the same bits, and a map still; else each would become a Python integer
    return Tensor.exact(native)


def _shape(shape: tuple[int, ...]) -> str:
    return safe(str(shape), limit=80)


def _refused(name: str, given: str, expected: str, fix: str) -> InputError:
    return InputError(f"{name} is not an array of numbers that convcalc reads", given=given, expected=expected, fix=fix)
