"""Bytes from files, pipes and devices: never more than the limit, and never waiting for nobody."""

import errno
import os
import stat
import time
from typing import BinaryIO

from convcli.errors import InputError, safe
from convcli.limits import Limits
from convcli.reading.source import no_such_file

PATIENCE = 3.0
"""Seconds that a pipe may be without a writer, and a named one silent. Standard input and `<(command)` may take
as long as they like: whoever started that command waits for it."""

_CHUNK = 1 << 20


def read_stdin(stdin: BinaryIO, limits: Limits) -> bytes:
    """All of standard input."""
    chunks: list[bytes] = []
    size = 0
    try:
        while chunk := stdin.read(_CHUNK):
            chunks.append(chunk)
            size += len(chunk)
            if size > limits.text:
                raise _endless("standard input", limits)
    except OSError as error:
        raise unreadable("standard input", error) from None
    return b"".join(chunks)


def open_file(path: str, role: str) -> BinaryIO:
    """A file that is open for reading, without having waited for a pipe's writer."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        missing = getattr(error, "errno", None) in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG)
        raise (no_such_file(path, role) if missing else unreadable(path, error)) from None
    if stat.S_ISDIR(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        name = safe(path, limit=200)
        raise InputError(f"{name} is a folder", given="a folder", expected="a file of numbers", fix="name a file in it")
    return os.fdopen(descriptor, "rb", buffering=0)


def is_regular(file: BinaryIO) -> bool:
    """Whether the file has a size and can be read again, as pipes and devices cannot."""
    return stat.S_ISREG(os.fstat(file.fileno()).st_mode)


def read_file(file: BinaryIO, path: str, limits: Limits) -> bytes:
    """All of an open file, which may be a pipe or a device."""
    name, at_once = safe(path, limit=200), _CHUNK
    if is_regular(file):
        at_once = os.fstat(file.fileno()).st_size + 1
        limits.check("text", at_once - 1, of=name)
    named = not os.path.realpath(path).startswith(("/proc/", "/dev/fd/"))
    pipe = stat.S_ISFIFO(os.fstat(file.fileno()).st_mode)
    chunks: list[bytes] = []
    size, heard = 0, time.monotonic()
    while True:
        try:
            chunk = file.read(at_once)  # None: nothing yet; empty: the end, or nobody writes to the pipe yet
        except OSError as error:
            raise unreadable(path, error) from None
        if chunk:
            chunks.append(chunk)
            size, heard = size + len(chunk), time.monotonic()
            if size > limits.text:
                raise _endless(name, limits)
            continue
        if chunk is not None and (chunks or not pipe):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)
        if time.monotonic() - heard > PATIENCE and (chunk is not None or (named and pipe)):
            raise _silent(name, chunk is None)
        time.sleep(0.01)


def _endless(name: str, limits: Limits) -> InputError:
    error = limits.exceeded("text", f"over {limits.text:,}", of=name)
    assert isinstance(error, InputError)
    return error


def _silent(name: str, has_writer: bool) -> InputError:
    return InputError(
        f"the pipe {name} gives nothing to read",
        given=f"{'a writer that is silent' if has_writer else 'no writer'} for {PATIENCE:g} seconds",
        expected="numbers, and then the end",
        fix=f"start what writes to it first, or wait for it with: cat {name} | convcalc ... with - as the source",
    )


def unreadable(path: str, error: Exception) -> InputError:
    """The error that a file is there and cannot be read."""
    return InputError(
        f"{safe(path, limit=200)} cannot be read",
        given=getattr(error, "strerror", None) or str(error),
        expected="a file that you may read",
        fix="check the path and its permissions",
    )
