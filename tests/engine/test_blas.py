"""BLAS told its number of threads; and products that come out alike, however many divide them."""

import ctypes
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcli import conv2d
from convcli.engine import Means, blas, run
from convcli.engine.blas import Control, Grain, alike, blas_threads, columns_at_once
from convcli.engine.convolve import Sums
from convcli.engine.lower import Lowered
from convcli.engine.outline import outline
from convcli.engine.plan import BRIEF, planned
from convcli.numbers.tensor import Tensor
from convcli.problem import convolution
from convcli.settings import Settings
from convcli.spec import ConvSpec, conv_spec
from tests.engine.forcing import forced

CONTROL = blas._openblas()
KERNELS_ARE_ALIKE = CONTROL is not None and CONTROL.kernels in blas.AVX512


class Blas:
    """OpenBLAS's number of threads, as far as it can be told."""

    def __init__(self, threads: int = 4, kernels: str = "SkylakeX") -> None:
        self.threads, self.told, self.kernels = threads, list[int](), kernels

    def tell(self, threads: int) -> None:
        self.told.append(threads)
        self.threads = threads

    def control(self) -> Control:
        return Control(lambda: self.threads, self.tell, self.kernels)


def test_blas_has_the_fewest_threads_wanted_within_and_what_it_had_after(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Blas()
    monkeypatch.setattr(blas, "_openblas", told.control)
    told.threads = 4
    with blas_threads(2):
        assert told.threads == 2
        with pytest.raises(ValueError, match="no"), blas_threads(1), blas_threads(3):
            raise ValueError("no" if told.threads == 1 else "three")
        assert told.threads == 2  # the one outside is not done
    assert told.threads == 4


def test_what_an_interrupt_leaves_undone_is_done_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Blas()
    monkeypatch.setattr(blas, "_openblas", told.control)
    interrupted = blas_threads(1)
    interrupted.__enter__()
    blas._inside.clear()  # and BLAS is not told
    with blas_threads(2):
        assert told.threads == 2
    assert told.threads == 4
    with blas_threads(1):
        blas._begin_anew()  # as in a fork
        assert (told.threads, blas._inside) == (4, [])
        blas._begin_anew()  # of somebody who is outside
    assert told.threads == 4


def test_where_blas_has_as_many_threads_it_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Blas(threads=1)
    monkeypatch.setattr(blas, "_openblas", told.control)
    with blas_threads(1):
        pass
    assert told.told == []


def test_where_blas_cannot_be_told_it_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for broken in (OSError(), AttributeError()):

        def library(name: str, failure: Exception = broken) -> Any:
            if isinstance(failure, OSError):
                raise failure
            return object()

        monkeypatch.setattr(ctypes, "CDLL", library)
        blas._openblas.cache_clear()
        with blas_threads(1):
            assert blas._openblas() is None
        assert alike("float32", 64, 64, 64) is None
    blas._openblas.cache_clear()


def test_which_products_come_out_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blas, "_openblas", Blas().control)
    assert alike("float32", 2, 256, 2) == Grain(1, 1)
    assert alike("float32", 64, 257, 64) == Grain(32, 1)
    assert alike("float64", 64, 257, 64) == Grain(32, 16)
    assert alike("float32", 1, 64, 64) is None
    assert alike("float32", 64, 64, 1) is None
    monkeypatch.setattr(blas, "_openblas", Blas(kernels="Haswell").control)
    assert alike("float32", 64, 64, 64) is None


def test_columns_that_are_multiplied_as_they_lie(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blas, "_openblas", Blas().control)
    assert [columns_at_once(4, terms) for terms in (1, 270, 3906, 3907)] == [249984, 896, 64, 0]
    monkeypatch.setattr(blas, "_openblas", Blas(kernels="Haswell").control)
    assert columns_at_once(4, 1) == 0
    monkeypatch.setattr(blas, "_openblas", lambda: None)
    assert columns_at_once(4, 1) == 0


def test_its_kernels_are_told_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert blas.kernels() == (CONTROL.kernels if CONTROL else None)
    monkeypatch.setattr(blas, "_openblas", Blas(kernels="Zen").control)
    assert blas.kernels() == "Zen"
    monkeypatch.setattr(blas, "_openblas", lambda: None)
    assert blas.kernels() is None


def divisible(dtype: str, *, channels: int = 200, size: int = 13, outs: int = 72) -> ConvSpec:
    """A convolution that BLAS may divide, if its terms and columns are brought to its grain."""
    settings = Settings(padding=1)
    return conv_spec(sizes=(size, size), kernels=(3, 3), channels_in=channels, channels_out=outs, settings=settings)


@pytest.mark.skipif(not KERNELS_ARE_ALIKE, reason="BLAS has other kernels here")
@given(dtype=st.sampled_from(["float32", "float64"]), channels=st.integers(29, 130), size=st.integers(12, 40))
def test_a_divided_product_is_the_same_to_the_bit(dtype: str, channels: int, size: int) -> None:
    rng = np.random.default_rng(channels * size)
    outs = int(rng.integers(33, 150))
    x = rng.standard_normal((channels, size, size)).astype(dtype)
    w = rng.standard_normal((outs, channels, 3, 3)).astype(dtype)
    case = convolution(Tensor.of(x), Tensor.of(w), rank=2, settings=Settings(padding=1))
    bits = {run(case, threads=threads).output.values.tobytes() for threads in (1, 2, 3, 2)}
    assert len(bits) == 1


@pytest.mark.skipif(not KERNELS_ARE_ALIKE, reason="BLAS has other kernels here")
@pytest.mark.parametrize(("channels", "outs", "kernel", "sizes"), [(352, 128, 1, (8, 17)), (64, 100, 3, (8, 13))])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_it_is_the_same_with_odd_numbers_of_threads(
    dtype: str, channels: int, outs: int, kernel: int, sizes: tuple[int, int]
) -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((channels, *sizes)).astype(dtype)
    w = rng.standard_normal((outs, channels, kernel, kernel)).astype(dtype)
    case = convolution(Tensor.of(x), Tensor.of(w), rank=2, settings=Settings(padding=kernel // 2))
    assert planned(case.spec, Sums(dtype)).divided
    assert len({run(case, threads=threads).output.values.tobytes() for threads in (1, 2, 5, 7, 11)}) == 1


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_brief_convolution_is_divided_by_blas_where_that_shows_nowhere(
    dtype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned.cache_clear()
    monkeypatch.setattr(blas, "_openblas", Blas().control)
    spec = divisible(dtype)
    work = planned(spec, Sums(dtype))
    assert (work.divided, work.why, work.count, work.threads(2)) == (True, BRIEF, 1, 2)
    assert isinstance(work.method, Lowered)
    assert work.method.grain == blas.GRAINS[dtype]
    planned.cache_clear()
    monkeypatch.setattr(blas, "_openblas", Blas(kernels="Haswell").control)
    assert not planned(spec, Sums(dtype)).divided
    planned.cache_clear()


def test_exact_sums_are_divided_by_any_blas(monkeypatch: pytest.MonkeyPatch) -> None:
    planned.cache_clear()
    monkeypatch.setattr(blas, "_openblas", Blas(kernels="Haswell").control)
    rng = np.random.default_rng(0)
    x, w = rng.integers(-128, 128, (200, 13, 13)), rng.integers(-128, 128, (72, 200, 3, 3))
    case = convolution(Tensor.of(x), Tensor.of(w), rank=2, settings=Settings(padding=1))
    (part,) = outline(case, Means(threads=2)).parts
    assert (part.why, part.blocks, part.threads, part.at_once) == (BRIEF, 1, 2, 1)
    output = run(case, threads=2).output
    planned.cache_clear()
    with forced(Lowered()):
        assert run(case, threads=2).output.equals(output)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_zeros_up_to_a_grain_change_nothing(dtype: str) -> None:
    rng = np.random.default_rng(0)
    x, w = rng.integers(-9, 10, (3, 7, 7, 2)).astype(dtype), rng.integers(-9, 10, (6, 3, 2, 3)).astype(dtype)
    x[0, 0, 0, 0] = np.inf
    expected = conv2d(x[..., 0], w, padding=1)
    for method in (Lowered(Grain(32, 8)), Lowered(Grain(5, 7))):
        for side in (None, 3):
            with forced(method, side):
                assert conv2d(x[..., 0], w, padding=1).tobytes() == expected.tobytes()
