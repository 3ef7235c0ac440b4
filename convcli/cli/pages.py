"""Pages of mapped files, given back while a computation goes through them, so that few are held at a time.

A page that is given back is read again from the file if it is needed again; what was written into it is kept by the
system, which writes it to the file in its own time.
"""

import contextlib
import mmap
import threading
from collections.abc import Iterable, Iterator
from typing import Any

from numpy.typing import NDArray

OFTEN = 0.001
"""Seconds between looks: memory is read at some 10 GB/s, so that about 10 MB come in meanwhile."""

SELDOM = 0.02
"""Seconds between looks where there is one after each block, too. Each costs 0.07 ms, with waking up."""


def mapped(values: NDArray[Any]) -> mmap.mmap | None:
    """The map that an array is a view of, if it is one."""
    base: object = values
    while base is not None and not isinstance(base, mmap.mmap):
        base = getattr(base, "base", None)
    return base


class Pages:
    """Some maps, of which no more than about `most` bytes are to be held."""

    def __init__(self, maps: Iterable[mmap.mmap], most: int) -> None:
        self.maps = list(maps)
        self.most = most
        self.at_rest = _of_files()
        self.pause = OFTEN

    def after_block(self) -> None:
        """Have a look, as there is something to give back now."""
        self.pause = SELDOM
        self.look()

    def look(self) -> None:
        """Give all of them back if they are too many, or if nobody tells how many they are. Any thread may ask."""
        held = _of_files()
        if held is None or self.at_rest is None or held > self.at_rest + self.most:
            self.give_back()
            self.at_rest = _of_files()

    def give_back(self) -> None:
        """Hold none."""
        if hasattr(mmap, "MADV_DONTNEED"):
            for each in self.maps:
                each.madvise(mmap.MADV_DONTNEED)


@contextlib.contextmanager
def few_pages(maps: Iterable[mmap.mmap | None], most: int) -> Iterator[Pages]:
    """Hold, meanwhile, no more than about `most` bytes of these maps, and of others that are added.

    Who computes reads and writes them as memory, and need not know of it: a thread has a look again and again, more
    seldom once there is one after each block.
    """
    pages, done = Pages([each for each in maps if each is not None], most), threading.Event()

    def watch() -> None:
        while not done.wait(pages.pause):
            if pages.at_rest is not None:
                pages.look()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield pages
    finally:
        done.set()
        watcher.join()
        pages.give_back()


def _of_files() -> int | None:
    """Bytes of files that this process holds, its own programs among them; None where nobody tells."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - a thousand times a second
            return int(file.read().split()[2]) * mmap.PAGESIZE
    except (OSError, IndexError, ValueError):
        return None
