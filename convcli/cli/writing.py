"""Writing a file so that its name holds the whole old content or the whole new one, whatever happens meanwhile."""

import contextlib
import os
import stat
from collections.abc import Iterator

from convcli.cli.world import cannot_write
from convcli.errors import OutputError, quoted

STREAMS = ("/dev/", "/proc/")
"""Where names stand for open streams and devices, which are written to and never replaced."""


def write_file(path: str, data: bytes) -> None:
    """Write `data` to `path`: to a new file beside it, which then takes its name; straight into a device or FIFO.

    Keeps the mode of a file that is replaced, follows symbolic links, and leaves nothing behind when it fails.
    Raises OutputError.
    """
    with staged(path, data):
        pass


@contextlib.contextmanager
def staged(path: str, data: bytes) -> Iterator[None]:
    """Have everything written but the name, which is given when the block ends well (a pipe closed in it is well)."""
    target, temporary = path, None
    try:
        mode = _mode(path)
        if mode is not None and stat.S_ISDIR(mode):
            raise _is_directory(path)
        is_stream = os.path.abspath(path).startswith(STREAMS)  # noqa: PTH100 - resolve() would follow /dev/stdout
        if is_stream or (mode is not None and not stat.S_ISREG(mode)):
            _into_stream(path, data)
        else:
            target = os.path.realpath(path)
            temporary = _beside(target, data, None if mode is None else stat.S_IMODE(mode))
        try:
            yield
        except BrokenPipeError:
            _named(temporary, target)
            raise
        _named(temporary, target)
    except (BrokenPipeError, OutputError):
        raise
    except OSError as error:
        raise cannot_write(quoted(path, limit=200), error) from None
    except ValueError:  # a name with a NUL in it
        raise cannot_write(quoted(path, limit=200), OSError(22, "")) from None
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108


def _mode(path: str) -> int | None:
    try:
        return os.stat(path).st_mode  # noqa: PTH116
    except FileNotFoundError:
        return None


def _into_stream(path: str, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_APPEND)  # /dev/stdout may be a file that has more in it
    try:
        _write_all(handle, data)
    finally:
        os.close(handle)


def _beside(target: str, data: bytes, mode: int | None) -> str:
    """A new file in the folder of `target`, whole and on disk."""
    folder, name = os.path.split(target)
    temporary = os.path.join(folder, f".{name[:100]}.{os.getpid()}.{os.urandom(4).hex()}.part")  # noqa: PTH118
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o666)
    try:
        try:
            _write_all(handle, data)
            if mode is not None:
                os.fchmod(handle, mode)
            os.fsync(handle)
        finally:
            os.close(handle)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108
        raise
    return temporary


def _named(temporary: str | None, target: str) -> None:
    """Give a staged file its name, and make the name last, where the file system can sync a folder."""
    if temporary is not None:
        os.replace(temporary, target)  # noqa: PTH105
        with contextlib.suppress(OSError):
            handle = os.open(os.path.dirname(target) or ".", os.O_RDONLY)  # noqa: PTH120
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _is_directory(path: str) -> OutputError:
    return OutputError(
        "the output is a directory",
        given=quoted(path, limit=200),
        expected="the name of a file",
        fix="add a file name, such as y.yaml",
    )
