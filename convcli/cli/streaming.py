"""From .npy to .npy: an output that is computed block by block into its file, of which little is held at a time."""

import math
import time

import numpy as np

from convcli.cli.amounts import memory
from convcli.cli.effort import Effort
from convcli.cli.form import Form
from convcli.cli.pages import few_pages, mapped
from convcli.cli.progress import progress
from convcli.cli.world import World
from convcli.cli.writing import CannotMapError, filled, is_replaceable
from convcli.engine import Means, Tick, stream, streamed_as
from convcli.engine.convolve import Sums
from convcli.engine.plan import planned
from convcli.engine.products import convolutions
from convcli.errors import FitError
from convcli.numbers.tensor import Tensor
from convcli.problem import Bilinear
from convcli.reading.source import File, denoted
from convcli.render.data import npy_header
from convcli.request.bounds import check

STANDARD = 512 * 2**20
"""Bytes that a run may hold beside what is mapped, unless it says how many; with many threads it is more."""

OF_A_THREAD = 64 * 2**20
"""Bytes for each of many threads."""

FOR_PAGES = 4
"""One part in so many is for pages of the files, on their way."""


def streamed(problem: Bilinear, source: str | None, form: Form, effort: Effort, world: World) -> bool:
    """Compute the output into the file that `form` names, and tell that it was done: it is not, where only the whole
    output tells its type, or where the name is not one of a file.

    `source` is where the input is from. Raises ConvError.
    """
    assert form.path is not None
    if not is_replaceable(form.path):
        return False
    allowed = effort.memory or max(STANDARD, effort.threads * OF_A_THREAD)
    operands = (problem.source.values, problem.w.values)
    with few_pages(map(mapped, operands), allowed // FOR_PAGES) as pages:
        found = streamed_as(problem)
        if found is None:
            return False
        if not (mapped(operands[0]) or is_array(source)):
            check(problem.spec, form.limits)
        means = _means(problem, found.sums, effort, allowed)
        shape = problem.view.shape(problem.spec.output_shape)
        header = npy_header(shape, found.dtype)
        size = len(header) + math.prod(shape) * np.dtype(found.dtype).itemsize
        try:
            with progress(problem.spec.work, world) as tick, filled(form.path, size) as file:
                pages.maps.append(file)

                def after_block(done: float, tick: Tick | None = tick) -> None:
                    pages.after_block()
                    if tick:
                        tick(done)

                file[: len(header)] = header
                shown = Tensor(np.ndarray(shape, found.dtype, file, len(header)))
                y = problem.view.restore(shown, problem.spec.output_shape).values
                start = time.perf_counter()
                stream(problem, found.sums, y, Means(means.threads, means.memory, after_block))
                taken = time.perf_counter() - start
        except CannotMapError:
            return False
    if effort.told:
        from convcli.cli.plan import tell

        tell(problem, means, effort, taken, form, world)
    return True


def is_array(source: str | None) -> bool:
    """Whether a source is a file of arrays: not text, whose size the limits bind."""
    if source is None:
        return False
    denotes = denoted(source, "input")
    return isinstance(denotes, File) and denotes.path.lower().endswith((".npy", ".npz"))


def _means(problem: Bilinear, sums: Sums, effort: Effort, allowed: int) -> Means:
    """The threads, and the memory of each, for so many bytes in all.

    Blocks are cut for what one thread alone might hold, and only as many threads are started as have room: how sums
    are rounded depends on the blocks, and may not depend on the threads. Raises FitError if one is too many.
    """
    bound = min(allowed, STANDARD) if effort.memory is None else allowed
    kernel = 2 * problem.w.size * np.dtype(sums.dtype).itemsize * (sums.limbs.w[1] if sums.limbs else 1)
    held = _held(problem, sums, _room(bound, kernel))
    if held is None:
        enough = bound
        while _held(problem, sums, _room(enough, kernel)) is None:
            enough += max(2**20, enough // 8)
        raise FitError(
            "the smallest block of the convolution does not fit into the memory allowed",
            given=f"{memory(bound)}, of which {memory(_room(bound, kernel))} are left for blocks",
            expected=f"{memory(kernel)} for what is made of the kernel, a quarter for pages, and room for a block",
            fix=f"write --memory {-(-enough // 2**20)}M",
        )
    return Means(max(1, min(effort.threads, _room(allowed, kernel) // held)), _room(bound, kernel))


def _room(allowed: int, kernel: int) -> int:
    """What is left for blocks."""
    return max(allowed - allowed // FOR_PAGES - kernel, 0)


def _held(problem: Bilinear, sums: Sums, room: int) -> int | None:
    """What a thread holds that may hold so much; None if even that is too little."""
    found = convolutions(problem.spec)
    assert found is not None  # or it would not be streamed
    try:
        return max((planned(spec, sums, memory=room).held for spec in found), default=1)
    except FitError:
        return None
