"""Arrays of .npz archives, which are zip files of .npy files, and may be bombs."""

import zipfile
import zlib
from typing import BinaryIO

from convcli.errors import InputError, quoted, safe
from convcli.limits import Limits
from convcli.numbers import Tensor
from convcli.reading.arrays import read_npy
from convcli.reading.wording import choices, did_you_mean

_BAD = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError, KeyError)


def read_npz(file: BinaryIO, size: int, name: str, key: str | None, limits: Limits) -> Tensor:
    """The array that `key` names in an archive of `size` bytes; the only one needs no key."""
    try:
        with zipfile.ZipFile(file) as archive:
            member = _member({_key(info): info for info in archive.infolist()}, name, key)
            label = f"{name}:{safe(_key(member), limit=80)}"
            _check_size(member, size, label, limits)
            with archive.open(member) as opened:
                # With the last byte of a member, zipfile compares its checksum.
                return read_npy(opened, member.file_size, label)  # type: ignore[arg-type]
    except InputError:
        raise
    except _BAD as error:
        raise InputError(
            f"{name} is a broken archive",
            given=safe(str(error) or type(error).__name__, limit=200),
            expected="a .npz archive as numpy.savez writes it",
            fix="write it again, with numpy.savez",
        ) from None


def _key(info: zipfile.ZipInfo) -> str:
    return info.filename.removesuffix(".npy")


def _member(members: dict[str, zipfile.ZipInfo], name: str, key: str | None) -> zipfile.ZipInfo:
    if key is None and len(members) == 1:
        return next(iter(members.values()))
    if key in members:
        return members[key]
    if not members:
        raise InputError(
            f"{name} has no arrays",
            given="an empty archive",
            expected="an array",
            fix="write it again, with numpy.savez",
        )
    if key is None:
        first = next(iter(members))
        raise InputError(
            f"{name} has several arrays",
            given=choices(members),
            expected="the name of one of them after a colon",
            fix=f"write {name}:{safe(first, limit=80)}",
        )
    raise InputError(
        f"{name} has no array {quoted(key)}",
        given=choices(members),
        expected="one of these",
        fix=did_you_mean(key, members) or "name one of these",
    )


def _check_size(member: zipfile.ZipInfo, size: int, name: str, limits: Limits) -> None:
    """Compressed data may be a thousand times smaller than what it unpacks to; what is stored may not."""
    if member.flag_bits & 1:
        raise InputError(
            f"{name} is encrypted",
            given="an encrypted member",
            expected="a plain .npz",
            fix="write it with numpy.savez",
        )
    if member.compress_type != zipfile.ZIP_STORED:
        limits.check("text", member.file_size, of=f"{name}, unpacked,")
    elif member.file_size > size:
        raise InputError(
            f"{name} declares more than its archive holds",
            given=f"{member.file_size:,} bytes in an archive of {size:,}",
            expected="no more than the archive",
            fix="write it again, with numpy.savez",
        )
