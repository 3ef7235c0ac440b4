"""What is behind a source: an array already read, or a text with the hints of its name.

What only some sources need is imported where it is needed: every start of the program pays for what is imported here.
"""

import io
import os
from dataclasses import dataclass
from typing import BinaryIO

from convcli.errors import InputError, safe
from convcli.limits import Limits
from convcli.numbers import Tensor
from convcli.reading.source import IMAGES, File, Inline, Name, denoted
from convcli.reading.streams import is_regular, open_file, read_file, read_stdin
from convcli.reading.text import Text, decoded

NPY_MAGIC, ZIP_MAGIC = b"\x93NUMPY", b"PK"
_MAGIC = 18  # bytes that tell every kind of file
_IMAGES = b"P\x89\xffGRB"  # what images begin with, so that nothing else waits for their reader


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A text, the extension of its file in lower case (or nothing), and the key of what is wanted in it."""

    text: Text
    extension: str = ""
    key: str | None = None
    inline: bool = False


def content(
    source: str, role: str, limits: Limits, stdin: BinaryIO, *, rank: int, channels_last: bool = False
) -> Tensor | Document:
    """Read what `source` denotes, as far as it is bytes. `channels_last` is where an image's channels go."""
    denotes = denoted(source, role)
    match denotes:
        case Name(text):
            from convcli.reading.names import named_tensor

            return named_tensor(text, limits, rank=rank)
        case Inline(text):
            data = text.encode(errors="surrogateescape")
            limits.check("text", len(data), of=f"the inline {role}")
            return Document(decoded(f"the inline {role}", data, inline=True), inline=True)
        case File(path, key):
            with open_file(path, role) as file:
                return _file(file, path, key, limits, channels_last)
        case _:
            return _bytes(read_stdin(stdin, limits), "standard input", "", None, limits, channels_last)


def _file(file: BinaryIO, path: str, key: str | None, limits: Limits, channels_last: bool) -> Tensor | Document:
    name, extension = safe(path, limit=200), os.path.splitext(path)[1].lower()  # noqa: PTH122 - pathlib would cost each start
    if is_regular(file):
        magic = file.read(_MAGIC)
        file.seek(0)
        size = os.fstat(file.fileno()).st_size
        if (found := _array(file, magic, size, name, key, limits, channels_last)) is not None:
            return found
    return _bytes(read_file(file, path, limits), name, extension, key, limits, channels_last)


def _bytes(
    data: bytes, name: str, extension: str, key: str | None, limits: Limits, channels_last: bool
) -> Tensor | Document:
    found = _array(io.BytesIO(data), data[:_MAGIC], len(data), name, key, limits, channels_last)
    if found is not None:
        return found
    if extension in (".npy", ".npz"):
        raise InputError(
            f"{name} is not a {extension} file",
            given="a file that begins as no array does",
            expected=f"a file written by numpy.save{'z' if extension == '.npz' else ''}",
            fix="write it again, or name it after what it is",
        )
    if extension in IMAGES:
        raise InputError(
            f"{name} is not an image",
            given="a file that begins as no image does that convcalc reads",
            expected="a PNG, JPEG, GIF, WebP or BMP image, or one of Netpbm",
            fix="write it again, or name it after what it is",
        )
    return Document(decoded(name, data), extension, key)


def _array(
    file: BinaryIO, magic: bytes, size: int, name: str, key: str | None, limits: Limits, channels_last: bool
) -> Tensor | None:
    """The array or image, if the first bytes are those of one."""
    if magic.startswith(NPY_MAGIC):
        if key is not None:
            raise no_keys(name, key)
        from convcli.reading.arrays import read_npy

        return read_npy(file, size, name)
    if magic.startswith(ZIP_MAGIC):
        from convcli.reading.archives import read_npz

        return read_npz(file, size, name, key, limits)
    if magic and magic[0] in _IMAGES:
        from convcli.reading.images import image_kind, read_image

        if (kind := image_kind(magic)) is not None:
            if key is not None:
                raise no_keys(name, key)
            return read_image(file, size, kind, name, limits, channels_last=channels_last)
    return None


def no_keys(name: str, key: str) -> InputError:
    """The error of a key for something that holds one tensor."""
    return InputError(
        f"{name} has no keys",
        given=f"the key `{safe(key, limit=80)}`",
        expected="a key only for a mapping or a .npz file",
        fix=f"write {name}",
    )
