"""Writing a file so that its name holds the whole old content or the whole new one, whatever happens meanwhile."""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator

from convcli.cli.world import cannot_write
from convcli.errors import OutputError, quoted

TYPE_CHECKING = False  # typing's, which type checkers know by this name
if TYPE_CHECKING:
    from collections.abc import Iterable
    from mmap import mmap

    Buffer = bytes | memoryview

STREAMS = ("/dev/", "/proc/")
"""Where names stand for open streams and devices, which are written to and never replaced."""


def write_file(path: str, *parts: "Buffer") -> None:
    """Write these parts to `path`: to a new file beside it, which then takes its name; straight into a device or FIFO.

    Keeps the mode of a file that is replaced, follows symbolic links, and leaves nothing behind when it fails.
    Raises OutputError.
    """
    with staged(path, *parts):
        pass


@contextlib.contextmanager
def staged(path: str, *parts: "Buffer") -> Iterator[None]:
    """Have everything written but the name, which is given when the block ends well (a pipe closed in it is well)."""
    temporary = None
    try:
        with _blaming(path):
            place = _place(path)
            if place is None:
                _into_stream(path, parts)
            else:
                temporary = _beside(place, parts)
        try:
            yield
        except BrokenPipeError:
            _named(path, temporary, place)
            raise
        _named(path, temporary, place)
    finally:
        _without(temporary)


class CannotMapError(Exception):
    """There is no writing into files as memory where the file is to be."""


@contextlib.contextmanager
def filled(path: str, size: int) -> Iterator["mmap"]:
    """A new file of `size` bytes, as memory to be filled, that takes the name `path` when the block ends well.

    As `write_file` otherwise. There is room for all of it when the block begins. Raises OutputError, and CannotMapError
    before anything is done.
    """
    from mmap import mmap

    with _blaming(path):
        place = _place(path)
        assert place is not None
        temporary, handle = _created(place)
    try:
        try:
            with _blaming(path):
                reserve(handle, size)
            try:
                memory = mmap(handle, size)
            except OSError as error:
                raise CannotMapError from error
            yield memory
            with _blaming(path):
                _finished(handle, place)
                memory.flush()  # of which systems other than Linux may have left something
        finally:
            os.close(handle)
        _named(path, temporary, place)
    finally:
        _without(temporary)


def is_replaceable(path: str) -> bool:
    """Whether `path` names a file, which may be yet to come, and no stream. Raises OutputError for a folder."""
    with _blaming(path):
        return _place(path) is not None


def reserve(handle: int, size: int) -> None:
    """Have the file system set aside `size` bytes for an empty file, so that whatever is written into a map of it has
    its place: a disk that is full is told here, by an OSError, and not by a signal in the middle of a computation."""
    if hasattr(os, "posix_fallocate"):
        try:
            os.posix_fallocate(handle, 0, size)
        except OSError as error:
            if error.errno not in _CANNOT_RESERVE:
                raise
        else:
            return
    zeros = bytes(2**20)
    for start in range(0, size, len(zeros)):
        _write_all(handle, zeros[: size - start])


_CANNOT_RESERVE = (errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS)
"""What file systems answer that know no space set aside."""


Place = tuple[str, int | None]
"""A file that is there or is to be: the end of any links, and its mode."""


def _place(path: str) -> Place | None:
    """Which file `path` stands for; None for a stream. Raises OutputError for a folder."""
    try:
        mode = _mode(path)
    except ValueError:  # a name with a NUL in it
        raise cannot_write(quoted(path, limit=200), OSError(errno.EINVAL, "")) from None
    if mode is not None and stat.S_ISDIR(mode):
        raise _is_directory(path)
    is_stream = os.path.abspath(path).startswith(STREAMS)  # noqa: PTH100 - resolve() would follow /dev/stdout
    if is_stream or (mode is not None and not stat.S_ISREG(mode)):
        return None
    return os.path.realpath(path), None if mode is None else stat.S_IMODE(mode)


@contextlib.contextmanager
def _blaming(path: str) -> Iterator[None]:
    """What the system refuses is an error of writing `path`."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise cannot_write(quoted(path, limit=200), error) from None


def _mode(path: str) -> int | None:
    try:
        return os.stat(path).st_mode  # noqa: PTH116
    except FileNotFoundError:
        return None


def _into_stream(path: str, parts: "Iterable[Buffer]") -> None:
    handle = os.open(path, os.O_WRONLY | os.O_APPEND)  # /dev/stdout may be a file that has more in it
    try:
        _write_all(handle, *parts)
    finally:
        os.close(handle)


def _created(place: Place) -> tuple[str, int]:
    """A new file in the same folder, by its name and open."""
    folder, name = os.path.split(place[0])
    temporary = os.path.join(folder, f".{name[:100]}.{os.getpid()}.{os.urandom(4).hex()}.part")  # noqa: PTH118
    return temporary, os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o666)


def _finished(handle: int, place: Place) -> None:
    """What is written made like what it replaces, and brought to disk."""
    if place[1] is not None:
        os.fchmod(handle, place[1])
    os.fsync(handle)


def _beside(place: Place, parts: "Iterable[Buffer]") -> str:
    """A new file in the folder of `place`, whole and on disk."""
    temporary, handle = _created(place)
    try:
        try:
            _write_all(handle, *parts)
            _finished(handle, place)
        finally:
            os.close(handle)
    except BaseException:
        _without(temporary)
        raise
    return temporary


def _named(path: str, temporary: str | None, place: Place | None) -> None:
    """Give a staged file its name, and make the name last, where the file system can sync a folder."""
    if temporary is not None and place is not None:
        with _blaming(path):
            os.replace(temporary, place[0])  # noqa: PTH105
        with contextlib.suppress(OSError):
            handle = os.open(os.path.dirname(place[0]) or ".", os.O_RDONLY)  # noqa: PTH120
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def _without(temporary: str | None) -> None:
    """Leave nothing behind, if it is there still."""
    if temporary is not None:
        with contextlib.suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108


def _write_all(handle: int, *parts: "Buffer") -> None:
    for part in parts:
        view = memoryview(part)
        while view:
            view = view[os.write(handle, view) :]


def _is_directory(path: str) -> OutputError:
    return OutputError(
        "the output is a directory",
        given=quoted(path, limit=200),
        expected="the name of a file",
        fix="add a file name, such as y.yaml",
    )
