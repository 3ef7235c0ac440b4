"""Netpbm images, plain and raw: PBM, PGM and PPM. Nothing of what a header declares is believed before it is checked.

Values are the integers as stored, from 0 to maxval, and are not scaled; the 1 of a PBM is its ink.
"""

import re
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from convcli.errors import InputError, plural, quoted
from convcli.limits import Limits
from convcli.reading.layout import Grid, marks, pieces
from convcli.reading.text import Text

MAX_HEADER = 1 << 16
"""Bytes of a header, whose comments may be long."""

MAX_VALUE = 65535

_BLANK = rb"(?:\s|#[^\n\r]*+[\n\r])"  # a comment counts as the line end that ends it
_NUMBER = rb"%b++([0-9]{1,20}+)" % _BLANK
_HEADER = rb"P(?:([14])%b%b|([2356])%b%b%b)%b" % (*[_NUMBER] * 5, _BLANK)
_COMMENT = rb"#[^\n\r]*"
_BLANKS = bytes.maketrans(b"\v\f", b"  ")
_PLAIN, _COLORED, _BITS = "123", "36", "14"


@dataclass(frozen=True, slots=True)
class _Header:
    kind: str  # the digit after the P
    width: int
    height: int
    most: int
    length: int
    """Bytes of the header, with the one blank that ends it."""

    @property
    def shape(self) -> tuple[int, ...]:
        return (self.height, self.width, 3) if self.kind in _COLORED else (self.height, self.width)

    @property
    def count(self) -> int:
        return self.width * self.height * (3 if self.kind in _COLORED else 1)

    @property
    def raster(self) -> int:
        """Bytes of the pixels of a raw image."""
        if self.kind in _BITS:
            return -(-self.width // 8) * self.height
        return self.count * (1 if self.most < 256 else 2)


def read_pnm(file: BinaryIO, size: int, name: str, limits: Limits) -> NDArray[Any]:
    """The pixels of an image of `size` bytes, from its start: (height, width), or (height, width, 3) of PPM.

    >>> import io
    >>> read_pnm(io.BytesIO(b"P2 2 1 9\\n3 4\\n"), 13, "x.pgm", Limits())
    array([[3, 4]], dtype=uint8)
    """
    header = _header(file.read(MAX_HEADER), name)
    limits.check("cells", header.count, of=name)
    if header.kind in _PLAIN:
        limits.check("text", size, of=name)
        file.seek(0)
        values = _plain(file.read(), header, name)
    else:
        values = _raw(file, size, header, name)
    return values.astype(np.uint8 if header.most < 256 else np.uint16, copy=False).reshape(header.shape)


def _header(start: bytes, name: str) -> _Header:
    match = re.match(_HEADER, start)
    if match is None:
        raise InputError(
            f"{name} has no image header that convcalc reads",
            given=quoted(start[:40].decode("latin-1")),
            expected="width, height and, of grey and colour, the largest value, in decimal digits",
            fix="write it again, as Netpbm does",
        )
    kind, *numbers = (group.decode() for group in match.groups() if group is not None)
    width, height, most = (*map(int, numbers), 1)[:3]
    if not (width and height and 1 <= most <= MAX_VALUE):
        raise InputError(
            f"{name} has an image header that cannot be",
            given=f"{plural(width, 'column')}, {plural(height, 'row')}, values up to {most}",
            expected=f"at least one column and row, and values up to one from 1 to {MAX_VALUE}",
            fix="write it again, as Netpbm does",
        )
    return _Header(kind, width, height, most, match.end())


def _raw(file: BinaryIO, size: int, header: _Header, name: str) -> NDArray[Any]:
    _check_length(size - header.length, header.raster, "byte", header, name)
    file.seek(header.length)
    pixels = np.frombuffer(_read(file, header.raster, name), np.uint8)
    if header.kind in _BITS:
        return np.unpackbits(pixels.reshape(header.height, -1), axis=1, count=header.width)
    values = pixels.view(">u2") if header.most > 255 else pixels
    if (largest := int(values.max())) > header.most:
        raise _past_most(name, largest, header)
    return values


def _read(file: BinaryIO, count: int, name: str) -> bytearray:
    """So many bytes: a file may give less at a time than is asked."""
    data = bytearray(count)
    done = 0
    while done < count:
        got = file.readinto(memoryview(data)[done:])  # type: ignore[attr-defined]  # BinaryIO has it
        if not got:
            raise InputError(
                f"{name} became shorter while it was read",
                given=f"an end after {plural(done, 'byte')} of pixels",
                expected=f"{count:,}",
                fix="wait until it is written, and run this again",
            )
        done += got
    return data


def _plain(data: bytes, header: _Header, name: str) -> NDArray[Any]:
    """The numbers after the header; comments between them are left out, as Netpbm does."""
    part = re.sub(_COMMENT, lambda match: b" " * len(match[0]), data[header.length :])
    text = Text(name, data[: header.length] + part.translate(_BLANKS))
    if header.kind == "1":
        return _ink(text, header)
    found = list(pieces(text, header.length, len(data), marks(), "the image"))
    starts = np.concatenate([piece.starts for piece in found]) if found else np.zeros(0, np.int64)
    ends = np.concatenate([piece.ends for piece in found]) if found else starts
    _check_length(len(starts), header.count, "number", header, name)
    tensor = Grid(text, header.shape, starts, ends).tensor("the image")
    values = tensor.values
    if not tensor.is_exact or tensor.denominator != 1 or values.min() < 0 or values.max() > header.most:
        fits = [0 <= n <= header.most and n == int(n) for n in tensor.numbers()]
        at = fits.index(False)
        raise text.error(
            "a pixel is none of the values that the image declares",
            int(starts[at]),
            int(ends[at]),
            expected=f"integers from 0 to {header.most}, as its header says",
            fix="write the pixel again, or the largest value in the header",
        )
    return values


def _ink(text: Text, header: _Header) -> NDArray[Any]:
    """The bits of a plain PBM, which need no blanks between them."""
    if (wrong := re.compile(rb"[^01\s]").search(text.data, header.length)) is not None:
        raise text.error(
            "a pixel is neither 0 nor 1",
            wrong.start(),
            wrong.end(),
            expected="0 and 1 only, in a bitmap",
            fix="write the pixel again, or P2 and the largest value in the header",
        )
    bits = b"".join(text.data[header.length :].split())
    _check_length(len(bits), header.count, "bit", header, text.name)
    return np.frombuffer(bits, np.uint8) - ord("0")


def _check_length(there: int, declared: int, noun: str, header: _Header, name: str) -> None:
    if there != declared:
        cut = there < declared
        raise InputError(
            f"{name} {'ends before its last pixel' if cut else 'goes on after its last pixel'}",
            given=f"{plural(there, noun)} after the header",
            expected=f"{declared:,}, for {plural(header.width, 'column')} and {plural(header.height, 'row')}",
            fix="write the file again: it is cut short" if cut else "keep one image in it, and nothing after that",
        )


def _past_most(name: str, largest: int, header: _Header) -> InputError:
    return InputError(
        f"{name} has pixels beyond the largest value that it declares",
        given=f"a pixel of {largest}",
        expected=f"at most {header.most}, as its header says",
        fix="write the file again, with the largest value that it has in its header",
    )
