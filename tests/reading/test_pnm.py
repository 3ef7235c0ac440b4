"""Netpbm images: what is read, exactly as stored, and what is refused before anything of its size is made."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from convcli.errors import InputError
from convcli.limits import Limits
from convcli.reading.pnm import MAX_HEADER, read_pnm
from tests.reading.helpers import piped, read

IMAGES = {
    "plain bitmap": (b"P1 3 2 1 0 1 0 1 1", [[1, 0, 1], [0, 1, 1]]),
    "plain bitmap without blanks": (b"P1\n3 2\n101\n011\n", [[1, 0, 1], [0, 1, 1]]),
    "plain grey": (b"P2\n2 2\n9\n0 9\n3 4\n", [[0, 9], [3, 4]]),
    "plain colour": (b"P3 2 1 255 1 2 3 4 5 6", [[[1, 4]], [[2, 5]], [[3, 6]]]),
    "plain grey of 16 bits": (b"P2 2 1 65535 65535 256", [[65535, 256]]),
    "raw bitmap, rows padded to bytes": (b"P4 9 2\n\xaa\xff\x55\x00", [[1, 0, 1, 0, 1, 0, 1, 0, 1], [0, 1] * 4 + [0]]),
    "raw grey": (b"P5 2 2 255\n\x00\x80\xfe\xff", [[0, 128], [254, 255]]),
    "raw grey whose first pixel looks like a blank": (b"P5 2 1 255 \n#", [[10, 35]]),
    "raw grey of 16 bits, high byte first": (b"P5 2 1 256\n\x00\x01\x01\x00", [[1, 256]]),
    "raw colour": (b"P6 1 2 255\n\x01\x02\x03\x04\x05\x06", [[[1], [4]], [[2], [5]], [[3], [6]]]),
    "comments in a header": (b"P5#a\n# b\r2#c\n 1 \t#d\n255#e\n\x07\x08", [[7, 8]]),
    "comments among plain numbers": (b"P2 2 1 9 # 8\n1#2\n3 # 4", [[1, 3]]),
    "comments among bits": (b"P1 2 1 # 8\n1#0\n0", [[1, 0]]),
    "zeros in front": (b"P2 02 01 0009 1 8", [[1, 8]]),
}


@pytest.mark.parametrize(("data", "values"), IMAGES.values(), ids=IMAGES)
def test_an_image_is_read_as_stored(data: bytes, values: list[Any]) -> None:
    tensor = piped(data)
    assert tensor.values.tolist() == values
    assert tensor.is_exact
    assert tensor.denominator == 1


def test_values_are_as_narrow_as_they_are_stored() -> None:
    assert piped(b"P2 1 1 255 7").values.dtype == np.uint8
    assert piped(b"P2 1 1 256 7").values.dtype == np.uint16
    assert piped(b"P1 1 1 1").values.dtype == np.uint8


def image(kind: int, pixels: np.ndarray, most: int, blank: bytes) -> bytes:
    """An image as its format says, told once more: by value and not by array."""
    height, width = pixels.shape[:2]
    header = blank.join([b"P%d" % kind, b"%d" % width, b"%d" % height, *([] if kind in (1, 4) else [b"%d" % most])])
    flat = pixels.ravel().tolist()
    if kind in (1, 2, 3):
        return header + blank + blank.join(b"%d" % value for value in flat) + b"\n"
    if kind == 4:
        rows = ["".join(map(str, row)).ljust(-(-width // 8) * 8, "1") for row in pixels.tolist()]
        return header + b"\n" + b"".join(int(row, 2).to_bytes(len(row) // 8, "big") for row in rows)
    return header + b"\n" + b"".join(value.to_bytes(1 if most < 256 else 2, "big") for value in flat)


@given(st.data())
def test_every_kind_is_read_back(data: st.DataObject) -> None:
    kind = data.draw(st.integers(1, 6))
    most = 1 if kind in (1, 4) else data.draw(st.sampled_from([1, 7, 255, 256, 65535]))
    sides = data.draw(st.tuples(st.integers(1, 17), st.integers(1, 17)))
    shape = (*sides, 3) if kind in (3, 6) else sides
    pixels = data.draw(arrays(np.int64, shape, elements=st.integers(0, most)))
    blank = data.draw(st.sampled_from([b" ", b"\n", b"\r\n", b" # 1 2 3\n", b"\t\x0b"]))
    assert np.array_equal(read_raw(image(kind, pixels, most, blank)), pixels)


def read_raw(data: bytes) -> np.ndarray:
    return read_pnm(io.BytesIO(data), len(data), "x", Limits())


NO_HEADER = """\
standard input has no image header that convcalc reads
  given     `{given}`
  expected  width, height and, of grey and colour, the largest value, in decimal digits
  fix       write it again, as Netpbm does"""

IMPOSSIBLE = """\
standard input has an image header that cannot be
  given     {given}
  expected  at least one column and row, and values up to one from 1 to 65535
  fix       write it again, as Netpbm does"""

LENGTH = """\
standard input {wrong}
  given     {given} after the header
  expected  {expected}
  fix       {fix}"""

CUT = "write the file again: it is cut short"
MORE = "keep one image in it, and nothing after that"

REFUSED = {
    "a header that ends": (b"P5 2 ", NO_HEADER.format(given="P5 2 ")),
    "a header without an end": (b"P5 2 2 255", NO_HEADER.format(given="P5 2 2 255")),
    "a comment without an end": (b"P5 2 2 #255", NO_HEADER.format(given="P5 2 2 #255")),
    "a negative width": (b"P5 -2 2 255\n", NO_HEADER.format(given=r"P5 -2 2 255\x0a")),
    "hexadecimal": (b"P5 0x2 2 255\n", NO_HEADER.format(given=r"P5 0x2 2 255\x0a")),
    "a width of too many digits": (
        b"P5 " + b"9" * 21 + b" 2 255\n",
        NO_HEADER.format(given="P5 " + "9" * 21 + r" 2 255\x0a"),
    ),
    "escapes in a header": (b"P5 \x1b[31m\xe2\x80\xae 2", NO_HEADER.format(given="P5 \\x1b[31mâ\\x80® 2")),
    "no columns": (b"P5 0 2 255\n", IMPOSSIBLE.format(given="0 columns, 2 rows, values up to 255")),
    "no rows": (b"P4 2 0\n", IMPOSSIBLE.format(given="2 columns, 0 rows, values up to 1")),
    "no values": (b"P5 1 1 0\n\0", IMPOSSIBLE.format(given="1 column, 1 row, values up to 0")),
    "wide values": (b"P2 1 1 65536\n1", IMPOSSIBLE.format(given="1 column, 1 row, values up to 65536")),
    "a huge image": (
        b"P6 99999999999999999999 99999999999999999999 255\n",
        "standard input is larger than convcalc takes on unasked\n"
        "  given     over 1,000,000,000,000,000,000 numbers in one tensor\n"
        "  expected  at most 10,000,000\n"
        "  fix       ask for less",
    ),
    "a large image": (
        b"P6 2000 2000 255\n",
        "standard input is larger than convcalc takes on unasked\n"
        "  given     12,000,000 numbers in one tensor\n"
        "  expected  at most 10,000,000\n"
        "  fix       raise the limit with --limit cells=12000000",
    ),
    "raw pixels that end": (
        b"P5 2 2 255\n\0\0\0",
        LENGTH.format(
            wrong="ends before its last pixel", given="3 bytes", expected="4, for 2 columns and 2 rows", fix=CUT
        ),
    ),
    "a second image": (
        b"P5 1 1 255\n\0P5 1 1 255\n\0",
        LENGTH.format(
            wrong="goes on after its last pixel", given="13 bytes", expected="1, for 1 column and 1 row", fix=MORE
        ),
    ),
    "raw bits that end": (
        b"P4 9 1\n\0",
        LENGTH.format(
            wrong="ends before its last pixel", given="1 byte", expected="2, for 9 columns and 1 row", fix=CUT
        ),
    ),
    "raw pixels of 16 bits that end": (
        b"P6 1 1 256\n\0\0\0\0\0",
        LENGTH.format(
            wrong="ends before its last pixel", given="5 bytes", expected="6, for 1 column and 1 row", fix=CUT
        ),
    ),
    "plain pixels that end": (
        b"P2 2 2 255\n1 2 3",
        LENGTH.format(
            wrong="ends before its last pixel", given="3 numbers", expected="4, for 2 columns and 2 rows", fix=CUT
        ),
    ),
    "no pixels": (
        b"P2 2 2 255\n",
        LENGTH.format(
            wrong="ends before its last pixel", given="0 numbers", expected="4, for 2 columns and 2 rows", fix=CUT
        ),
    ),
    "plain pixels that go on": (
        b"P3 1 1 255\n1 2 3 4",
        LENGTH.format(
            wrong="goes on after its last pixel", given="4 numbers", expected="3, for 1 column and 1 row", fix=MORE
        ),
    ),
    "bits that end": (
        b"P1 2 2 101",
        LENGTH.format(
            wrong="ends before its last pixel", given="3 bits", expected="4, for 2 columns and 2 rows", fix=CUT
        ),
    ),
    "a raw pixel past the largest value": (
        b"P5 2 1 9\n\x01\x0a",
        "standard input has pixels beyond the largest value that it declares\n"
        "  given     a pixel of 10\n"
        "  expected  at most 9, as its header says\n"
        "  fix       write the file again, with the largest value that it has in its header",
    ),
    "a bit that is none": (
        b"P1 2 1\n12",
        "a pixel is neither 0 nor 1\n"
        "  in        standard input, line 2, column 2\n"
        "  given     12\n"
        "             ^\n"
        "  expected  0 and 1 only, in a bitmap\n"
        "  fix       write the pixel again, or P2 and the largest value in the header",
    ),
    "a word among pixels": (
        b"P2 2 1 9\n1 red",
        "a cell of the image is not a number\n"
        "  in        standard input, line 2, column 3\n"
        "  given     1 red\n"
        "              ^^^\n"
        "  expected  a number, such as 3, -1.5, 2e3 or 1/3\n"
        "  fix       write a number there",
    ),
}
PIXELS = {"past the largest": "10", "negative": "-1", "a fraction": "1/2", "infinite": "inf", "no number": "nan"}


@pytest.mark.parametrize(("data", "message"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_says_all_of_this(data: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        piped(data)
    assert str(caught.value) == message


@pytest.mark.parametrize("pixel", PIXELS.values(), ids=PIXELS)
def test_a_plain_pixel_has_a_value_that_the_header_declares(pixel: str) -> None:
    with pytest.raises(InputError) as caught:
        piped(f"P2 2 1 9 # of 9\n3 {pixel}\n")
    assert str(caught.value) == (
        "a pixel is none of the values that the image declares\n"
        "  in        standard input, line 2, column 3\n"
        f"  given     3 {pixel}\n"
        f"              {'^' * len(pixel)}\n"
        "  expected  integers from 0 to 9, as its header says\n"
        "  fix       write the pixel again, or the largest value in the header"
    )


def test_a_decimal_that_is_whole_is_a_pixel() -> None:
    assert piped(b"P2 2 1 9 3.0 2").numbers() == [3, 2]


def test_a_header_has_an_end() -> None:
    comment = b"#" + b"x" * (MAX_HEADER - 20) + b"\n"
    assert piped(b"P5 " + comment + b"1 1 9\n\x05").numbers() == [5]
    with pytest.raises(InputError, match="no image header"):
        piped(b"P5 " + b"#" + b"x" * MAX_HEADER + b"\n1 1 9\n\x05")


def test_a_plain_image_is_text_of_limited_length() -> None:
    with pytest.raises(InputError, match="x is larger than convcalc takes on unasked"):
        read_pnm(io.BytesIO(b"P2 1 1 9 1"), 10, "x", Limits(text=9))


def test_a_raw_image_in_a_file_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "x.pgm"
    path.write_bytes(b"P5 5 5 255\n" + bytes(range(25)))
    assert read(str(path), limits=Limits(text=10)).numbers() == list(range(25))


class Sip(io.BytesIO):
    """A file that gives one byte at a time, and at last none."""

    def readinto(self, target: Any) -> int:
        return super().readinto(memoryview(target)[:1])


def test_a_file_may_give_less_than_is_asked() -> None:
    data = b"P5 2 1 255\n\x01\x02"
    assert read_pnm(Sip(data), len(data), "x", Limits()).tolist() == [[1, 2]]


def test_a_file_that_shrinks_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        read_pnm(Sip(b"P5 2 1 255\n\x01"), 13, "x.pgm", Limits())
    assert str(caught.value) == (
        "x.pgm became shorter while it was read\n"
        "  given     an end after 1 byte of pixels\n"
        "  expected  2\n"
        "  fix       wait until it is written, and run this again"
    )
