"""Outputs as pictures: PNG, PGM and PPM, written here, so that nothing else is needed to write one.

Integers from 0 to 255 are written as they are, and read back as the same; what is done to other numbers is said.
"""

import math
import struct
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convcli.numbers.arithmetic import to_doubles
from convcli.numbers.grammar import Number
from convcli.numbers.show import display
from convcli.numbers.tensor import Tensor
from convcli.problem import Problem
from convcli.render.heat.planes import sheets
from convcli.render.heat.scale import Scale, ratios

_GREY, _WHITE = 128, 255
_UP = 2  # the filter of a PNG's row: the difference from the row above
_PRECISION = 6

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Picture:
    """A file, and what was done to the numbers to make one, which somebody should say."""

    content: bytes
    notes: tuple[str, ...] = ()


def to_image(output: Tensor, problem: Problem, form: str) -> Picture:
    """The output (n, o, *s) of a problem as a `png`, `pgm` or `ppm`.

    One plane is grey. The three channels of a 2-D output are red, green and blue, but for `pgm`. Other planes are
    tiles of one sheet, a pixel of white between them: a row of them for each batch item or, of volumes, for each
    channel. The channels of a 1-D output are the rows of one plane.

    Numbers from 0 to 255 are rounded to integers, where they reach the upper half or are integers already. Others are
    mapped to brightness: 0 to black and the largest to white or, where there are negative ones, 0 to grey.
    """
    pixels, notes = _pixels(output.with_values(sheets(output, problem)))
    colored = pixels.ndim == 4 and pixels.shape[1] == 3 and form != "pgm"
    pixels = np.moveaxis(pixels, 1, -1) if colored else pixels
    inner = -3 if colored else -2
    outer, tiles = pixels.shape[:inner], pixels.reshape(-1, *pixels.shape[inner:])
    if len(tiles) > 1:
        rows, columns = (len(tiles), 1) if problem.spec.rank == 1 else _grid(outer)
        notes += (f"{len(tiles):,} planes are tiles of one picture, {columns:,} across and {rows:,} down",)
        picture = _sheet(tiles, rows, columns)
    else:
        picture = tiles[0]
    if form == "ppm" and not colored:
        picture = np.repeat(picture[..., None], 3, axis=-1)
    return Picture(_png(picture) if form == "png" else _pnm(picture), notes)


def _pixels(planes: Tensor) -> tuple[Pixels, tuple[str, ...]]:
    """Numbers as brightness, and what was done to them for that."""
    scale = Scale.of([planes.values])
    low, high = planes.number(scale.low), planes.number(scale.high)
    said = f"values from {_said(low, planes)} to {_said(high, planes)} were"
    zero = 0
    notes: tuple[str, ...] = ()
    if low < 0:
        zero, peak = _GREY, _said(planes.number(scale.peak), planes)
        bright = _GREY + (_WHITE - _GREY) * ratios(planes.values, scale.peak)
        notes = (f"{said} mapped to brightness: -{peak} to {2 * _GREY - _WHITE}, 0 to {_GREY}, {peak} to {_WHITE}",)
    elif high <= _WHITE and ((whole := _is_whole(planes)) or high >= _GREY):
        bright = to_doubles(planes) if planes.is_exact else planes.values
        notes = () if whole else (f"{said} rounded to integers",)
    else:
        bright = _WHITE * ratios(planes.values, scale.high)
        notes = (f"{said} mapped to brightness: 0 to 0, {_said(high, planes)} to {_WHITE}",)
    if planes.values.dtype.kind == "f" and not np.isfinite(bright).all():
        notes += (f"values that are not finite were drawn as these: inf as {_WHITE}, -inf as 0, nan as {zero}",)
        bright = np.nan_to_num(bright, nan=zero, posinf=_WHITE, neginf=0)
    return np.rint(bright).astype(np.uint8), notes


def _is_whole(planes: Tensor) -> bool:
    """Whether all finite numbers are integers."""
    if planes.is_exact:
        return planes.denominator == 1
    return bool(((planes.values == np.rint(planes.values)) | ~np.isfinite(planes.values)).all())


def _said(number: Number, planes: Tensor) -> str:
    return display(number, _PRECISION, planes.dtype)


def _grid(outer: tuple[int, ...]) -> tuple[int, int]:
    """Rows and columns of tiles: by the last axis and all before it, or about a square of those along only one.

    >>> _grid((2, 3)), _grid((1, 10)), _grid((1, 2, 5)), _grid((7,))
    ((2, 3), (3, 4), (2, 5), (3, 3))
    """
    count, across = math.prod(outer), outer[-1]
    if across in (1, count):
        across = math.isqrt(count - 1) + 1
    return -(-count // across), across


def _sheet(tiles: Pixels, rows: int, columns: int) -> Pixels:
    """Tiles in rows, with a white pixel between them, and white where there are none.

    >>> _sheet(np.array([[[1, 2]], [[3, 4]], [[5, 6]]], np.uint8), 2, 2)
    array([[  1,   2, 255,   3,   4],
           [255, 255, 255, 255, 255],
           [  5,   6, 255, 255, 255]], dtype=uint8)
    """
    count, height, width, *color = tiles.shape
    sheet = np.full((rows * columns, height + 1, width + 1, *color), _WHITE, np.uint8)
    sheet[:count, :height, :width] = tiles
    joined = sheet.reshape(rows, columns, height + 1, width + 1, *color).swapaxes(1, 2)
    return joined.reshape(rows * (height + 1), columns * (width + 1), *color)[:-1, :-1]


def _pnm(picture: Pixels) -> bytes:
    """A PGM, or a PPM of what has colours.

    >>> _pnm(np.array([[7, 8]], np.uint8))
    b'P5\\n2 1\\n255\\n\\x07\\x08'
    """
    height, width = picture.shape[:2]
    return f"P{5 if picture.ndim == 2 else 6}\n{width} {height}\n{_WHITE}\n".encode() + picture.tobytes()


def _png(picture: Pixels) -> bytes:
    """A PNG of 8 bits. Each row is stored as its difference from the one above, which takes less room."""
    height, width = picture.shape[:2]
    rows = picture.reshape(height, -1)
    filtered = np.full((height, rows.shape[1] + 1), _UP, np.uint8)
    filtered[0, 1:] = rows[0]
    np.subtract(rows[1:], rows[:-1], out=filtered[1:, 1:])
    header = struct.pack(">IIBBBBB", width, height, 8, 0 if picture.ndim == 2 else 2, 0, 0, 0)
    data = zlib.compress(filtered.tobytes())
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
