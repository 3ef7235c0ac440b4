"""Writing a file so that its name holds the whole old content or the whole new one, whatever happens meanwhile."""

import contextlib
import os
import stat

from convcli.cli.world import cannot_write
from convcli.errors import OutputError, quoted


def write_file(path: str, data: bytes) -> None:
    """Write `data` to `path`: to a new file beside it, which then takes its name; straight into a device or FIFO.

    Keeps the mode of a file that is replaced, follows symbolic links, and leaves nothing behind when it fails.
    Raises OutputError.
    """
    try:
        target = os.path.realpath(path)
        mode = _mode(target)
        if mode is not None and stat.S_ISDIR(mode):
            raise _is_directory(path)
        if mode is not None and not stat.S_ISREG(mode):
            with open(target, "wb", buffering=0) as device:  # noqa: PTH123
                _write_all(device.fileno(), data)
            return
        _replace(target, data, None if mode is None else stat.S_IMODE(mode))
    except (BrokenPipeError, OutputError):
        raise
    except OSError as error:
        raise cannot_write(quoted(path, limit=200), error) from None
    except ValueError:  # a name with a NUL in it
        raise cannot_write(quoted(path, limit=200), OSError(22, "")) from None


def _mode(path: str) -> int | None:
    try:
        return os.stat(path).st_mode  # noqa: PTH116
    except FileNotFoundError:
        return None


def _replace(target: str, data: bytes, mode: int | None) -> None:
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
        os.replace(temporary, target)  # noqa: PTH105
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108
        raise
    _sync_folder(folder)


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _sync_folder(folder: str) -> None:
    """Make the new name last; a file system that cannot sync a folder has renamed the file all the same."""
    with contextlib.suppress(OSError):
        handle = os.open(folder or ".", os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _is_directory(path: str) -> OutputError:
    return OutputError(
        "the output is a directory",
        given=quoted(path, limit=200),
        expected="the name of a file",
        fix="add a file name, such as y.yaml",
    )
