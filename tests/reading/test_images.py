"""Images that Pillow decodes, and how every image becomes a tensor."""

import contextlib
import io
import os
import struct
import sys
import threading
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from convcli.errors import InputError
from convcli.limits import Limits
from convcli.numbers import Tensor
from convcli.reading.content import content
from convcli.reading.images import image_kind, read_image
from convcli.reading.source import File, denoted
from tests.reading.helpers import piped, read
from tests.reading.test_imports import loaded

RNG = np.random.default_rng(4)
GREY = RNG.integers(0, 256, (5, 4), np.uint8)
COLOR = RNG.integers(0, 256, (5, 4, 3), np.uint8)
KINDS = {"png": "PNG", "gif": "GIF", "webp": "WEBP", "bmp": "BMP", "jpg": "JPEG"}


def encoded(pixels: Any, kind: str = "PNG", **settings: Any) -> bytes:
    buffer = io.BytesIO()
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(buffer, kind, **settings)
    return buffer.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(depth: int, color: int, width: int, row: bytes, *chunks: bytes) -> bytes:
    """A PNG of one row, of which Pillow writes not every kind."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, 1, depth, color, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\0" + row))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + pixels + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "BMP"])
def test_a_colour_image_has_its_channels_first(kind: str) -> None:
    settings = {"lossless": True} if kind == "WEBP" else {}
    tensor = piped(encoded(COLOR, kind, **settings))
    assert tensor.equals(Tensor.exact(COLOR.transpose(2, 0, 1)))
    assert tensor.values.dtype == np.uint8
    assert tensor.values.flags.c_contiguous


@pytest.mark.parametrize("kind", ["PNG", "BMP"])
def test_a_grey_image_has_two_axes(kind: str) -> None:
    assert piped(encoded(GREY, kind)).equals(Tensor.exact(GREY))


def test_a_gif_has_a_palette_whatever_is_in_it() -> None:
    for grey in (GREY, np.arange(256, dtype=np.uint8).reshape(16, 16)):
        assert piped(encoded(grey, "GIF")).values.tolist() == [grey.tolist()] * 3


def test_a_jpeg_is_read_as_pillow_decodes_it() -> None:
    data = encoded(COLOR, "JPEG")
    assert piped(data).values.tolist() == np.asarray(Image.open(io.BytesIO(data))).transpose(2, 0, 1).tolist()
    assert piped(encoded(GREY, "JPEG")).shape == (5, 4)


PNGS = {
    "one bit, black and white": (png(1, 0, 3, b"\xa0"), [[255, 0, 255]]),
    "two bits, spread over eight": (png(2, 0, 4, b"\x1b"), [[0, 85, 170, 255]]),
    "sixteen bits": (png(16, 0, 2, b"\x01\x00\xff\xfe"), [[256, 65534]]),
    "grey and opaque": (png(8, 4, 2, b"\x07\xff\x08\xff"), [[7, 8]]),
    "a palette": (png(8, 3, 2, b"\0\1", chunk(b"PLTE", bytes(range(6)))), [[[0, 3]], [[1, 4]], [[2, 5]]]),
    "a palette of opaque colours": (
        png(8, 3, 2, b"\0\1", chunk(b"PLTE", bytes(range(6))), chunk(b"tRNS", b"\xff\xff")),
        [[[0, 3]], [[1, 4]], [[2, 5]]],
    ),
    "a transparent colour that no pixel has": (png(8, 0, 2, b"\0\1", chunk(b"tRNS", b"\0\2")), [[0, 1]]),
    "colour and opaque": (png(8, 6, 1, b"\1\2\3\xff"), [[[1]], [[2]], [[3]]]),
}


@pytest.mark.parametrize(("data", "values"), PNGS.values(), ids=PNGS)
def test_a_png_of_this_kind(data: bytes, values: list[Any]) -> None:
    assert piped(data).values.tolist() == values


def test_sixteen_bits_stay_two_bytes() -> None:
    assert piped(png(16, 0, 1, b"\0\1")).values.dtype == np.uint16


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_as_its_orientation_says(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    turned = {
        1: GREY, 2: GREY[:, ::-1], 3: GREY[::-1, ::-1], 4: GREY[::-1],
        5: GREY.T, 6: GREY.T[:, ::-1], 7: GREY.T[::-1, ::-1], 8: GREY.T[::-1],
    }[orientation]  # fmt: skip
    assert piped(encoded(GREY, "PNG", exif=exif)).values.tolist() == turned.tolist()


def test_channels_come_last_where_that_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(encoded(COLOR))
    for source, stdin in ((str(path), b""), ("-", path.read_bytes())):
        found = content(source, "input", Limits(), io.BytesIO(stdin), rank=2, channels_last=True)
        assert isinstance(found, Tensor)
        assert found.values.tolist() == COLOR.tolist()
        assert found.values.flags.c_contiguous
    grey = read_image(io.BytesIO(encoded(GREY)), 9, "PNG", "x", Limits(), channels_last=True)
    assert grey.values.tolist() == GREY.tolist()


def test_a_kind_is_told_from_the_first_bytes(tmp_path: Path) -> None:
    for ending, kind in KINDS.items():
        data = encoded(GREY, kind)
        assert image_kind(data[:18]) == kind
        path = tmp_path / "no-ending"
        path.write_bytes(data)
        assert read(str(path)).shape[-2:] == (5, 4)
        (tmp_path / f"wrong.{ending}").write_bytes(encoded(GREY, "PNG"))
        assert read(str(tmp_path / f"wrong.{ending}")).shape == (5, 4)
    assert image_kind(b"BM [1, 2, 3], and so on") is None
    assert image_kind(b"RIFFxxxxWAVE") is None
    assert image_kind(b"RIFF\n\n\n\nWEBP") == "WEBP"
    assert image_kind(b"BM" + b"\n" * 12 + b"(\0\0\0") == "BMP"
    assert image_kind(b"BM" + b"\n" * 13 + b"(\0\0\0") is None


def test_text_that_begins_as_an_image_might_is_text() -> None:
    assert piped("Pixels: 1\ninput: [1, 2]").numbers() == [1, 2]
    assert piped("BM: 1\ninput: [1, 2]").numbers() == [1, 2]


def test_a_pipe_with_a_name(tmp_path: Path) -> None:
    path = tmp_path / "pipe.png"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(encoded(GREY),))
    writer.start()
    assert read(str(path)).equals(Tensor.exact(GREY))
    writer.join()


def test_a_name_is_a_path_by_its_ending() -> None:
    assert denoted("1.png", "input") == File("1.png")
    assert denoted("x.PGM:a", "input") == File("x.PGM", "a")


def test_an_image_has_no_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.png").write_bytes(encoded(GREY))
    with pytest.raises(InputError) as caught:
        read("x.png:red")
    assert str(caught.value) == (
        "x.png has no keys\n  given     the key `red`\n  expected  a key only for a mapping or a .npz file\n  fix       write x.png"
    )


def test_only_images_load_their_readers(tmp_path: Path) -> None:
    code = "convcli.reading.images"
    assert loaded("-", b"P2 1 1 9 3") == []
    (tmp_path / "x.yaml").write_text("input: [1]")
    program = "import sys\nfrom tests.reading.helpers import read\nread({!r})\nprint({!r} in sys.modules, 'PIL' in sys.modules)"
    for data, expected in ((b"[1]", "False False"), (b"P2 1 1 9 3", "True False"), (encoded(GREY), "True True")):
        (tmp_path / "x").write_bytes(data)
        assert said(program.format(str(tmp_path / "x"), code)) == expected


def said(program: str) -> str:
    import subprocess

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.strip()


UNREAD = """\
standard input is not an image that convcalc reads
  given     {given}
  expected  one opaque picture, grey of up to 16 bits, or red, green and blue of 8
  fix       {fix}"""

BROKEN = """\
standard input is a broken image
  given     a {kind} image whose {what} damaged or cut short
  expected  a whole image
  fix       write or fetch the file again"""

CLEAR = " pixels that are transparent, whose colour depends on what is behind them"
FLATTEN = "flatten it onto a background, or save it without transparency"
DEEP = UNREAD.format(given="16 bits a channel, of which Pillow reads 8", fix="convert it to .ppm, which keeps all 16")
FRAMES = UNREAD.format(given="an animation", fix="save one frame of it as an image of its own")
HALF = np.dstack([COLOR, np.array([[255, 254, 0, 255]] * 5, np.uint8)])


def animated(kind: str) -> bytes:
    return encoded(Image.fromarray(COLOR), kind, save_all=True, append_images=[Image.fromarray(255 - COLOR)])


def declared(width: int, height: int) -> bytes:
    """A PNG that says that it is so large, and has no pixels."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


REFUSED = {
    "transparent pixels": (encoded(HALF), UNREAD.format(given="10 of 20" + CLEAR, fix=FLATTEN)),
    "grey transparent pixels": (png(8, 4, 2, b"\1\xff\2\xfe"), UNREAD.format(given="1 of 2" + CLEAR, fix=FLATTEN)),
    "a transparent colour": (
        png(8, 2, 2, bytes(6), chunk(b"tRNS", bytes(6))),
        UNREAD.format(given="2 of 2" + CLEAR, fix=FLATTEN),
    ),
    "a transparent colour of a palette": (
        png(8, 3, 2, b"\0\1", chunk(b"PLTE", bytes(6)), chunk(b"tRNS", b"\x80")),
        UNREAD.format(given="1 of 2" + CLEAR, fix=FLATTEN),
    ),
    "a transparent grey of 16 bits": (
        png(16, 0, 2, b"\0\1\0\2", chunk(b"tRNS", b"\0\1")),
        UNREAD.format(given="1 of 2" + CLEAR, fix=FLATTEN),
    ),
    "colour of 16 bits": (png(16, 2, 1, bytes(6)), DEEP),
    "grey and alpha of 16 bits": (png(16, 4, 1, bytes(4)), DEEP),
    "other colours": (
        encoded(Image.new("CMYK", (2, 2)), "JPEG"),
        UNREAD.format(given="colours of the kind `CMYK`", fix="convert it to RGB"),
    ),
    "an animated GIF": (animated("GIF"), FRAMES),
    "an animated PNG": (animated("PNG"), FRAMES),
    "an animated WebP": (animated("WEBP"), FRAMES),
    "a PNG header that ends": (encoded(COLOR)[:24], BROKEN.format(kind="PNG", what="pixels are")),
    "a JPEG that begins only": (b"\xff\xd8\xff\xe0" + bytes(20), BROKEN.format(kind="JPEG", what="header is")),
    "PNG pixels that end": (encoded(COLOR)[:60], BROKEN.format(kind="PNG", what="pixels are")),
    "JPEG pixels that end": (encoded(COLOR, "JPEG")[:-20], BROKEN.format(kind="JPEG", what="pixels are")),
    "GIF pixels that end": (encoded(COLOR, "GIF")[:-20], BROKEN.format(kind="GIF", what="pixels are")),
    "BMP pixels that end": (encoded(COLOR, "BMP")[:-1], BROKEN.format(kind="BMP", what="pixels are")),
    "WebP pixels that end": (encoded(COLOR, "WEBP")[:-9], BROKEN.format(kind="WEBP", what="pixels are")),
    "an image that is too large": (
        declared(2000, 2000),
        "standard input is larger than convcalc takes on unasked\n"
        "  given     12,000,000 numbers in one tensor\n"
        "  expected  at most 10,000,000\n"
        "  fix       raise the limit with --limit cells=12000000",
    ),
    "an image of which Pillow warns": (
        declared(10000, 10000),
        "standard input is larger than convcalc takes on unasked\n"
        "  given     300,000,000 numbers in one tensor\n"
        "  expected  at most 10,000,000\n"
        "  fix       raise the limit with --limit cells=300000000",
    ),
    "an image that Pillow refuses": (
        declared(2**31 - 1, 2**31 - 1),
        "standard input is larger than any image that Pillow reads\n"
        "  given     a header that declares more pixels than that\n"
        "  expected  at most 178,956,970 pixels\n"
        "  fix       scale the image down, or cut a part out of it",
    ),
}


@pytest.mark.parametrize(("data", "message"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_says_all_of_this(data: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        piped(data)
    assert str(caught.value) == message


def test_a_name_is_echoed_safely(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    name = "a\x1b[31m\u202eb.png"
    Path(name).write_bytes(encoded(COLOR)[:60])
    with pytest.raises(InputError, match=r"^a\\x1b\[31m\\u202eb\.png is a broken image\n"):
        read(name)
    Path(name).write_text("1 2; 3 4")
    with pytest.raises(InputError) as caught:
        read(name)
    assert str(caught.value) == (
        "a\\x1b[31m\\u202eb.png is not an image\n"
        "  given     a file that begins as no image does that convcalc reads\n"
        "  expected  a PNG, JPEG, GIF, WebP or BMP image, or one of Netpbm\n"
        "  fix       write it again, or name it after what it is"
    )


def test_a_file_is_no_longer_than_text_may_be() -> None:
    data = encoded(GREY)
    with pytest.raises(InputError, match="x is larger than convcalc takes on unasked"):
        read_image(io.BytesIO(data), len(data), "PNG", "x", Limits(text=len(data) - 1))


def test_memory_that_ends_is_no_fault_of_the_image(monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_memory(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("convcli.reading.images._pixels", out_of_memory)
    with pytest.raises(MemoryError):
        piped(encoded(GREY))


def test_without_pillow_its_images_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = encoded(GREY)
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(InputError) as caught:
        piped(data)
    assert str(caught.value) == (
        "standard input takes Pillow to read, which is not installed\n"
        "  given     a PNG image\n"
        "  expected  Pillow, or an image in .pbm, .pgm or .ppm, which needs nothing else\n"
        "  fix       pip install 'convcalc[images]', or convert the image to .ppm"
    )
    assert piped(b"P2 1 1 9 3").numbers() == [3]


WHOLE = {kind: encoded(COLOR, kind) for kind in KINDS.values()} | {"PNM": b"P6 4 5 255\n" + COLOR.tobytes()}


@given(st.sampled_from(sorted(WHOLE)), st.data())
def test_damaged_bytes_are_an_image_or_one_error(kind: str, data: st.DataObject) -> None:
    damaged = bytearray(WHOLE[kind])
    for at, byte in data.draw(st.lists(st.tuples(st.integers(0, len(damaged) - 1), st.integers(0, 255)), max_size=4)):
        damaged[at] = byte
    cut = data.draw(st.integers(0, len(damaged)) | st.just(len(damaged)))
    with contextlib.suppress(InputError):
        assert piped(bytes(damaged[:cut])).size <= Limits().cells
