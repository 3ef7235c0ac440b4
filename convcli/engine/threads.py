"""Blocks worked through by threads, each with BLAS at one thread and with memory of its own for what is passing.

Python's threads run at the same time while NumPy computes. That blocks are cut alike however many threads there are,
and that BLAS divides no product that would come out otherwise, makes results the same to the bit with any number.
"""

import _thread
import contextlib
import ctypes
import math
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from queue import SimpleQueue
from typing import Any, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from convcli.engine.blas import blas_threads

T = TypeVar("T")

Tick = Callable[[float], None]
"""Called with the number of multiply-adds just done, for a progress bar."""


MOST_KEPT = 2**23
"""Bytes of scratch that a thread keeps for the next time: new memory costs as much as filling it twice."""


class Scratch:
    """Memory that is used again for each block: asked for by name."""

    def __init__(self) -> None:
        self._held: dict[str, NDArray[np.uint8]] = {}

    @property
    def size(self) -> int:
        """Bytes held."""
        return sum(held.size for held in self._held.values())

    def take(self, name: str, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """An array with nothing definite in it. It is the same memory as was last given by that name."""
        kind = np.dtype(dtype)
        if kind.hasobject:
            return np.empty(shape, kind)
        size = math.prod(shape) * kind.itemsize
        if name not in self._held or self._held[name].size < size:
            self._held.pop(name, None)  # before there is a larger one
            self._held[name] = np.empty(size, np.uint8)
        return self._held[name][:size].view(kind).reshape(shape)


_kept: list[Scratch] = []


@contextlib.contextmanager
def kept_scratch() -> Iterator[Scratch]:
    """Scratch for one thread: that of an earlier one, if it was kept."""
    scratch = _kept.pop() if _kept else Scratch()
    yield scratch
    if scratch.size <= MOST_KEPT and len(_kept) < 3:
        _kept.append(scratch)


@lru_cache(1)
def available() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def each(work: Callable[[T, Scratch], None], items: Iterable[T], threads: int, of_blas: int = 1) -> None:
    """`work` on every item, by so many threads, this one among them, each with so many of BLAS's. What it raises stops
    all and is raised here."""
    if threads == 1:
        with blas_threads(of_blas), kept_scratch() as scratch:
            for item in items:
                work(item, scratch)
        return
    queue, lock, failures = iter(items), threading.Lock(), list[BaseException]()

    def drain() -> None:
        try:
            with kept_scratch() as scratch:
                while not failures:
                    with lock:
                        item = next(queue, failures)
                    if item is failures:
                        return
                    work(item, scratch)  # type: ignore[arg-type]  # the end of the queue is told apart above
        except BaseException as failure:
            failures.append(failure)

    with blas_threads(of_blas):
        helping = [_idle.pop() if _idle else Helper() for _ in range(threads - 1)]
        try:
            for helper in helping:
                helper.start(drain)
            drain()
        except BaseException as failure:  # an interrupt before they are all at work
            failures.append(failure)
        for helper in helping:
            while not _is_done(helper, failures):
                pass
    if failures:
        raise failures[0]


def _is_done(helper: "Helper", failures: list[BaseException]) -> bool:
    """Wait until a helper is done, or for an interrupt, which stops all. Then a block at work is waited for, still: it
    writes to what is the caller's."""
    try:
        helper.join()
    except BaseException as failure:
        failures.append(failure)
        return False
    return True


class Helper:
    """A thread that waits for something to do, and is kept for the next time.

    `threading.Thread` waits for each new thread to have started, which costs as much as a million multiply-adds.
    """

    def __init__(self) -> None:
        self._go = threading.Lock()
        self._go.acquire()
        self._told = SimpleQueue[None]()
        self._is_done = True
        self._task: Callable[[], None]
        self._id: int | None = None
        _thread.start_new_thread(self._run, ())

    def start(self, task: Callable[[], None]) -> None:
        """Begin a task, which may not raise, on another processor than the caller's.

        Some systems wake a thread on the processor of whoever wakes it, to spare another, and leave it there, one
        waiting for the other, for many milliseconds: 8 images of 64 channels at 28x28 took 5.9 ms so, and 4.0 apart.
        """
        if self._id is not None and (others := _other_processors()):
            with contextlib.suppress(OSError):
                os.sched_setaffinity(self._id, others)
        self._task, self._is_done = task, False  # and nothing more, where an interrupt could leave it so
        self._go.release()

    def join(self) -> None:
        """Wait until it is done; after an interrupt, once more."""
        while not self._is_done:
            self._told.get()
        if self not in _idle:
            _idle.append(self)

    def _run(self) -> None:  # pragma: no cover - which does not follow threads of `_thread`
        self._id = threading.get_native_id()
        while True:
            self._go.acquire()
            self._task()
            del self._task
            self._is_done = True
            self._told.put(None)  # for one who may have seen it, and not wait


def _other_processors() -> set[int]:
    """Those that the calling thread may use and is not on; none where the system does not tell."""
    on = _processor()
    return set() if on is None else os.sched_getaffinity(0) - {on()}


@lru_cache(1)
def _processor() -> Callable[[], int] | None:
    """What tells the processor that the calling thread is on."""
    try:
        found: Callable[[], int] = ctypes.CDLL(None).sched_getcpu
    except (OSError, TypeError, AttributeError):  # of Windows, which has no such library, and of macOS
        return None
    return found if hasattr(os, "sched_setaffinity") else None


_idle: list[Helper] = []
if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows has no forks
    os.register_at_fork(after_in_child=_idle.clear)  # a fork has none of its parent's threads
