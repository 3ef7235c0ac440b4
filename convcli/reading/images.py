"""Pictures as tensors of the integers that they store: grey ones (height, width), colour ones with a channel axis.

Netpbm's formats are read here, all others by Pillow, which is loaded for them alone. A palette is expanded, 16 bits are
kept, and a picture is turned the way its EXIF orientation says, as everything that shows it does. What cannot be told
without a guess is refused: transparent pixels (which depend on what is behind them), animations, other colours than
red, green and blue.
"""

import re
import warnings
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from convcli.errors import ConvError, InputError, quoted
from convcli.limits import Limits
from convcli.numbers import Tensor
from convcli.reading.pnm import read_pnm

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

_MAGIC = (
    ("PNM", rb"P[1-6][\s#]"),
    ("PNG", rb"\x89PNG\r\n\x1a\n"),
    ("JPEG", rb"\xff\xd8\xff"),
    ("GIF", rb"GIF8[79]a"),
    ("WEBP", rb"(?s)RIFF.{4}WEBP"),
    ("BMP", rb"(?s)BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0"),
)
_GREY, _DEEP, _COLORED = ("1", "L", "LA"), ("I;16",), ("P", "PA", "RGB", "RGBA", "RGBX")
"""Pillow's modes that are read: grey of up to 8 bits and of 16, and what stands for red, green and blue."""

_BLENDED = ("LA", "PA", "RGBA")


def image_kind(start: bytes) -> str | None:
    r"""What kind of image begins like this, if one does.

    >>> image_kind(b"\x89PNG\r\n\x1a\n..."), image_kind(b"P5 2 2 255 ..."), image_kind(b"Pixels: [1, 2]")
    ('PNG', 'PNM', None)
    """
    return next((kind for kind, magic in _MAGIC if re.match(magic, start)), None)


def read_image(
    file: BinaryIO, size: int, kind: str, name: str, limits: Limits, *, channels_last: bool = False
) -> Tensor:
    """The pixels of an image of `size` bytes, from its start: (H, W), or (3, H, W), or (H, W, 3) if asked."""
    pixels = read_pnm(file, size, name, limits) if kind == "PNM" else _decoded(file, size, kind, name, limits)
    if pixels.ndim == 3 and not channels_last:
        pixels = pixels.transpose(2, 0, 1)
    return Tensor(np.ascontiguousarray(pixels))


def _decoded(file: BinaryIO, size: int, kind: str, name: str, limits: Limits) -> NDArray[Any]:
    """The pixels as Pillow decodes them. It is asked for no other kind of image than the bytes say."""
    try:
        from PIL import Image, UnidentifiedImageError
    except ImportError:
        raise InputError(
            f"{name} takes Pillow to read, which is not installed",
            given=f"a {kind} image",
            expected="Pillow, or an image in .pbm, .pgm or .ppm, which needs nothing else",
            fix="pip install 'convcalc[images]', or convert the image to .ppm",
        ) from None
    limits.check("text", size, of=name)
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(file, formats=(kind,)) as image:
            return _pixels(image, kind, name, limits)
    except (ConvError, MemoryError):
        raise
    except Image.DecompressionBombError:
        raise InputError(
            f"{name} is larger than any image that Pillow reads",
            given="a header that declares more pixels than that",
            expected=f"at most {2 * (Image.MAX_IMAGE_PIXELS or 0):,} pixels",
            fix="scale the image down, or cut a part out of it",
        ) from None
    except Exception as error:  # a decoder of damaged bytes raises whatever it comes across
        part = "header" if isinstance(error, UnidentifiedImageError) else "pixels"
        raise InputError(
            f"{name} is a broken image",
            given=f"a {kind} image whose {part} {'is' if part == 'header' else 'are'} damaged or cut short",
            expected="a whole image",
            fix="write or fetch the file again",
        ) from None


def _pixels(image: "ImageFile", kind: str, name: str, limits: Limits) -> NDArray[Any]:
    """The pixels of an image of which only the header has been read so far."""
    from PIL import ImageOps

    if image.mode not in _GREY + _DEEP + _COLORED:
        raise _refused(name, f"colours of the kind {quoted(image.mode)}", "convert it to RGB")
    colored = image.mode in _COLORED or kind == "GIF"  # which has a palette always, if of greys alone
    limits.check("cells", image.width * image.height * (3 if colored else 1), of=name)
    if kind != "JPEG" and getattr(image, "is_animated", False):  # of a JPEG, further pictures are previews
        raise _refused(name, "an animation", "save one frame of it as an image of its own")
    if image.mode not in _DEEP and ";16" in str(image.tile):
        raise _refused(name, "16 bits a channel, of which Pillow reads 8", "convert it to .ppm, which keeps all 16")
    upright = ImageOps.exif_transpose(image)
    _check_opaque(upright, name)
    if upright.mode in _DEEP:
        return np.asarray(upright)
    return np.asarray(upright.convert("RGB" if colored else "L"))


def _check_opaque(image: "Image", name: str) -> None:
    """An alpha channel may go where it says nothing: every pixel is opaque."""
    if image.mode not in _BLENDED and "transparency" not in image.info:
        return
    alpha = np.asarray(image.convert("RGBA"))[..., 3]
    if count := int(np.count_nonzero(alpha < 255)):
        raise _refused(
            name,
            f"{count:,} of {alpha.size:,} pixels that are transparent, whose colour depends on what is behind them",
            "flatten it onto a background, or save it without transparency",
        )


def _refused(name: str, given: str, fix: str) -> InputError:
    return InputError(
        f"{name} is not an image that convcalc reads",
        given=given,
        expected="one opaque picture, grey of up to 16 bits, or red, green and blue of 8",
        fix=fix,
    )
