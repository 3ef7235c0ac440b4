"""How outputs are cut, how threads share the pieces, and what each thread holds."""

import ctypes
import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcli.engine import threads as threading_of_blocks
from convcli.engine.blocks import Cut, cut, pieces, sides, tiles
from convcli.engine.convolve import Sums, Work
from convcli.engine.gradient import at_work
from convcli.engine.plan import planned
from convcli.engine.threads import Helper, Scratch, available, each
from convcli.errors import FitError
from convcli.numbers.tensor import Tensor
from convcli.problem import Convolution, convolution
from convcli.settings import Settings
from convcli.spec import ConvSpec, conv_spec
from tests.strategies import SMALL, problems


@given(case=problems(SMALL), side=st.integers(1, 9), groups=st.integers(1, 4), outs=st.integers(1, 3))
def test_blocks_cover_every_output_once(case: Convolution, side: int, groups: int, outs: int) -> None:
    spec = case.spec
    count = np.zeros((spec.batch, spec.groups, spec.group_out, *spec.outputs), int)
    found = Cut((side,) * spec.rank, groups, outs)
    for block in found.blocks(spec):
        block.of_output(count)[...] += 1
    assert (count == 1).all()
    assert len(list(found.blocks(spec))) == found.count(spec)


@given(st.integers(1, 60), st.integers(1, 60))
def test_pieces_are_as_even_as_can_be(length: int, count: int) -> None:
    lengths = [piece.stop - piece.start for piece in pieces(length, count)]
    assert sum(lengths) == length
    assert max(lengths) - min(lengths) <= 1


@given(st.integers(1, 5), st.lists(st.integers(1, 9), min_size=1, max_size=3), st.integers(1, 99))
def test_tiles_cover_a_block_once_within_their_room_or_by_one_row(groups: int, box: list[int], room: int) -> None:
    count = np.zeros((groups, *box), int)
    for some, rows in tiles(groups, tuple(box), room):
        part = count[some, rows]
        part += 1
        assert part.size <= room or part.shape[:2] == (1, 1)
    assert (count == 1).all()


def spec_of(n: int, channels: int, *, batch: int = 1) -> ConvSpec:
    return conv_spec(
        sizes=(n, n), kernels=(3, 3), channels_in=channels, channels_out=channels, settings=Settings(), batch=batch
    )


def test_small_problems_are_one_block_and_large_ones_even_numbers_of_them() -> None:
    def count(spec: ConvSpec, least: int = 1) -> int:
        return cut(spec, 10**9, copies=spec.per_element, least=least).count(spec)

    assert count(spec_of(8, 4)) == 1
    assert count(spec_of(34, 64)) == 2
    assert count(spec_of(9, 512), least=96) == 2  # two halves of the channels, as there are but 49 columns
    assert count(spec_of(130, 128)) % 2 == 0
    assert count(spec_of(34, 64, batch=4)) == 4
    assert count(spec_of(19, 128)) == 2  # 17 rows: 9 and 8
    assert count(spec_of(17, 128)) == 4  # 15 rows: by sevens, an even number of them
    narrow = spec_of(66, 4)  # 64x64 outputs of 4 channels: 0.6 million multiply-adds
    assert [cut(narrow, 10**9, copies=copies).count(narrow) for copies in (36, 360)] == [1, 2]
    assert sides((7,), 3) == (3,)


def test_a_gradient_of_little_work_has_one_thread() -> None:
    assert [at_work(spec_of(n, 16), 2) for n in (66, 98)] == [1, 2]
    assert at_work(spec_of(98, 16), 99) == 8


def held_by(work: Work, x: np.ndarray[Any, Any], w: np.ndarray[Any, Any]) -> int:
    """Bytes of scratch that one thread has after computing a convolution."""
    threading_of_blocks._kept.clear()
    scratches: list[Scratch] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading_of_blocks, "MOST_KEPT", 2**40)
        y = np.empty(work.spec.output_shape, work.sums.dtype)
        work.convolve(x, w, y, np.zeros((), work.sums.dtype))
        scratches += threading_of_blocks._kept
    threading_of_blocks._kept.clear()
    return sum(scratch.size for scratch in scratches)


SHAPES = {
    "lowered": ((64, 40, 40), (64, 64, 3, 3), 1),
    "lowered, deep": ((512, 9, 9), (512, 512, 3, 3), 1),
    "row-lowered": ((3, 160, 160), (32, 3, 5, 5), 1),
    "row-lowered, many groups": ((96, 60, 60), (96, 1, 3, 3), 96),
    "row-lowered, dilated": ((96, 300, 20), (96, 1, 30, 3), 96),
    "stacked": ((64, 40, 40), (16, 64, 3, 3), 1),
    "stacked, tall kernels": ((128, 22, 22), (64, 2, 15, 15), 64),
    "banded": ((1, 90000), (1, 1, 300), 1),
    "banded, many groups": ((200, 8484), (200, 1, 105), 200),
    "fourier": ((1, 1100, 90), (1, 1, 40, 24), 1),
    "fourier, many groups": ((12, 300, 300), (12, 1, 40, 40), 12),
}

IN_LITTLE = {
    "fourier": "row-lowered",
    "fourier, many groups": "row-lowered",
    "banded, many groups": "lowered",
}
"""What is taken in little memory: a transform has no smaller block than its own, and bands are made of all weights."""


@pytest.mark.parametrize("memory", [None, 2**21, 2**19])
@pytest.mark.parametrize("name", SHAPES)
def test_a_thread_holds_no_more_than_its_plan_says(name: str, memory: int | None) -> None:
    shape, kernel, groups = SHAPES[name]
    rng = np.random.default_rng(1)
    x, w = rng.standard_normal((1, *shape)).astype("f"), rng.standard_normal(kernel).astype("f")
    chosen = Settings(groups=groups, padding=1, dilation=(3, 2) if "dilated" in name else 1)
    spec = convolution(Tensor.of(x), Tensor.of(w), rank=x.ndim - 2, settings=chosen).spec
    work = planned(spec, Sums("float32"), memory=memory)
    as_usual = name.split(",")[0]
    assert work.method.name == (as_usual if memory is None else IN_LITTLE.get(name, as_usual))
    held = held_by(work, x, w)
    assert 0 < held <= work.held + w.nbytes
    assert memory is None or work.held <= memory


@pytest.mark.parametrize("size", [(700, 700), (90, 80, 100), (200000,)])
def test_a_transform_is_not_taken_for_a_part_of_its_tile(size: tuple[int, ...]) -> None:
    kernel = (31, 31, 12)[: len(size)] if len(size) > 1 else (1000,)
    spec = conv_spec(sizes=size, kernels=kernel, channels_in=4, channels_out=4, settings=Settings(groups=4))
    usual = planned(spec, Sums("float32"))
    assert usual.method.name == "fourier"
    methods = set()
    for sixteenths in range(2, 16):
        work = planned(spec, Sums("float32"), memory=usual.held * sixteenths // 16)
        assert work.method.name != "fourier" or work.count == usual.count
        methods.add(work.method.name)
    assert methods - {"fourier"}


def test_transforms_of_many_signals_need_no_room_for_bands_of_all() -> None:
    x, w = np.zeros((1, 100, 9000), "float32"), np.zeros((100, 1, 1000), "float32")  # bands of 27 MB, spectra of 7
    spec = convolution(Tensor.of(x), Tensor.of(w), rank=1, settings=Settings(groups=100, padding="half")).spec
    assert planned(spec, Sums("float32"), memory=2**24).method.name == "fourier"


def test_a_block_that_cannot_be_made_small_enough_is_refused() -> None:
    planned.cache_clear()
    with pytest.raises(FitError) as caught:
        planned(spec_of(9, 512), Sums("float32"), memory=1000)
    assert str(caught.value).startswith(
        "the smallest block of the convolution does not fit into the memory allowed\n"
        "  given     1,000 bytes for each thread; "
    )
    assert "\n  expected  room for the patch of one output element\n  fix       raise --memory to " in str(caught.value)


def test_scratch_is_the_same_memory_again_and_grows() -> None:
    scratch = Scratch()
    first = scratch.take("a", (3, 4), np.float32)
    again = scratch.take("a", (12,), np.float32)
    assert np.shares_memory(first, again)
    assert not np.shares_memory(first, scratch.take("b", (12,), np.float32))
    larger = scratch.take("a", (100,), np.float64)
    assert larger.shape == (100,)
    assert scratch.size == 800 + 48
    assert scratch.take("c", (2,), object).dtype == object


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_every_item_is_worked_on_once(threads: int) -> None:
    done: list[int] = []
    each(lambda item, scratch: done.append(item), range(200), threads)
    assert sorted(done) == list(range(200))


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("failure", [ValueError("no"), KeyboardInterrupt()])
def test_what_a_thread_raises_stops_all_and_is_raised(threads: int, failure: BaseException) -> None:
    done: list[int] = []

    def work(item: int, scratch: Scratch) -> None:
        if item == 7:
            raise failure
        done.append(item)

    def endless() -> Iterator[int]:
        item = 0
        while True:
            yield item
            item += 1

    with pytest.raises(type(failure)):
        each(work, endless(), threads)
    assert set(range(7)) <= set(done)


def test_an_interrupt_while_helpers_are_started_waits_for_those_that_were(monkeypatch: pytest.MonkeyPatch) -> None:
    idle, done = list[Helper](), list[int]()
    monkeypatch.setattr(threading_of_blocks, "_idle", idle)
    start = Helper.start

    def interrupted_start(helper: Helper, task: Callable[[], None]) -> None:
        if helper is not first:
            raise KeyboardInterrupt
        start(helper, task)

    first = Helper()
    idle.extend([Helper(), first])
    monkeypatch.setattr(Helper, "start", interrupted_start)

    def work(item: int, scratch: Scratch) -> None:
        time.sleep(0.05)
        done.append(item)

    with pytest.raises(KeyboardInterrupt):
        each(work, range(1), 3)
    assert len(idle) == 2
    assert done in ([], [0])  # if the first had begun, it was waited for
    finished = len(done)
    time.sleep(0.1)
    assert len(done) == finished


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="threads cannot be placed here")
def test_an_interrupt_while_a_helper_is_placed_does_not_wait_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> set[int]:
        raise KeyboardInterrupt

    placed(2)  # so that there is a helper that has told who it is
    monkeypatch.setattr(threading_of_blocks, "_other_processors", interrupted)
    with pytest.raises(KeyboardInterrupt):
        each(lambda item, scratch: None, range(4), 2)
    monkeypatch.undo()
    assert len(placed(2)) == 2


def test_an_interrupt_while_helpers_are_waited_for_waits_for_their_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    idle, done = list[Helper](), list[int]()
    taken, interrupted, again = threading.Event(), threading.Event(), threading.Event()
    monkeypatch.setattr(threading_of_blocks, "_idle", idle)
    join = Helper.join

    def interrupted_join(helper: Helper) -> None:
        if not interrupted.is_set():
            interrupted.set()
            raise KeyboardInterrupt
        join(helper)
        if len(idle) == 1 and not again.is_set():  # and once more when all is done
            again.set()
            raise KeyboardInterrupt

    def work(item: int, scratch: Scratch) -> None:
        if threading.current_thread() is threading.main_thread():
            assert taken.wait(10)
        else:
            taken.set()
            assert interrupted.wait(10)
            done.append(item)

    monkeypatch.setattr(Helper, "join", interrupted_join)
    with pytest.raises(KeyboardInterrupt):
        each(work, range(2), 2)
    assert (len(done), len(idle)) == (1, 1)
    assert again.is_set()


def test_a_thread_whose_neighbour_failed_takes_nothing_more() -> None:
    failed, taken = threading.Event(), list[int]()

    def work(item: int, scratch: Scratch) -> None:
        taken.append(item)
        if threading.current_thread() is threading.main_thread():
            assert failed.wait(10)
            time.sleep(0.05)
            return
        failed.set()
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        each(work, range(100), 2)
    assert len(taken) == 2


def test_helpers_are_kept_and_work_at_the_same_time() -> None:
    def work(item: int, scratch: Scratch) -> None:
        seen.add(threading.get_ident())
        meet.wait(10)

    known = set()
    for _ in range(3):
        seen, meet = set[int](), threading.Barrier(3)
        each(work, range(3), 3)
        assert len(seen) == 3
        known |= seen
    assert len(known) < 9


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_fork_makes_helpers_of_its_own() -> None:
    each(lambda item, scratch: None, range(4), 2)
    child = os.fork()
    if child == 0:  # pragma: no cover - not measured in a fork
        done: list[int] = []
        each(lambda item, scratch: done.append(item), range(50), 2)
        os._exit(0 if sorted(done) == list(range(50)) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_processors_that_may_be_used_are_counted_where_the_system_says_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    available.cache_clear()
    assert available() >= 1
    available.cache_clear()
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert available() == 1
    available.cache_clear()


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="threads cannot be placed here")
def test_a_helper_begins_where_its_caller_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    one = {min(os.sched_getaffinity(0))}
    monkeypatch.setattr(threading_of_blocks, "_idle", [])
    places = placed(2)
    assert len(places) == 2  # and the helper has told who it is
    monkeypatch.setattr(threading_of_blocks, "_other_processors", lambda: one)
    places = placed(2)
    assert places.pop(threading.get_ident()) == os.sched_getaffinity(0)
    assert list(places.values()) == [one]
    monkeypatch.setattr(threading_of_blocks, "_other_processors", lambda: {10**6})  # which there is not
    assert len(placed(2)) == 2
    monkeypatch.setattr(threading_of_blocks, "_other_processors", set)
    assert len(placed(2)) == 2


def placed(threads: int) -> dict[int, set[int]]:
    """On which processors each thread may be while all of them are at work."""
    found, meet = dict[int, set[int]](), threading.Barrier(threads)

    def work(item: int, scratch: Scratch) -> None:
        found[threading.get_ident()] = os.sched_getaffinity(0)
        meet.wait(10)

    each(work, range(threads), threads)
    return found


def test_other_processors_are_those_that_the_caller_is_not_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_setaffinity", None, raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda who: {0, 3, 5}, raising=False)
    monkeypatch.setattr(threading_of_blocks, "_processor", lambda: lambda: 3)
    assert threading_of_blocks._other_processors() == {0, 5}
    monkeypatch.setattr(threading_of_blocks, "_processor", lambda: None)
    assert threading_of_blocks._other_processors() == set()


@pytest.mark.parametrize("failure", [OSError(), TypeError(), AttributeError()])
def test_where_the_system_tells_no_processor_none_is_known(failure: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def library(name: None) -> Any:
        if isinstance(failure, AttributeError):
            return object()
        raise failure

    threading_of_blocks._processor.cache_clear()
    monkeypatch.setattr(ctypes, "CDLL", library)
    assert threading_of_blocks._processor() is None
    threading_of_blocks._processor.cache_clear()
    monkeypatch.undo()
    told = threading_of_blocks._processor()
    assert told is None or told() in os.sched_getaffinity(0)
