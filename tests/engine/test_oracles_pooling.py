"""Pooling against PyTorch, which shares no code with us, on thousands of random settings."""

from typing import Any

import numpy as np
import pytest

import convcli
from convcli import ConvError, explain_pool, global_avg_pool, global_max_pool

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch==2.13.0")


def function(kind: str, rank: int) -> Any:
    return getattr(convcli, f"{kind}_pool{rank}d")


def random_case(rng: np.random.Generator, *, dilated: bool) -> tuple[int, np.ndarray, dict[str, Any]]:
    """PyTorch pads at most half the kernel, and knows dilation for max pooling only."""
    rank = int(rng.integers(1, 4))
    kernels = rng.integers(1, 5, rank)
    pads = np.array([rng.integers(0, k // 2 + 1) for k in kernels])
    dilation = rng.integers(1, 4, rank) if dilated else np.ones(rank, int)
    sizes = np.maximum((kernels - 1) * dilation + 1 - 2 * pads, 1) + rng.integers(0, 6, rank)
    x = rng.integers(-9, 10, (rng.integers(1, 3), rng.integers(1, 4), *sizes))
    settings: dict[str, Any] = {
        "kernel_size": tuple(map(int, kernels)),
        "stride": tuple(int(n) for n in rng.integers(1, 5, rank)) if rng.random() < 0.8 else None,
        "padding": tuple(map(int, pads)),
        "ceil_mode": bool(rng.integers(0, 2)),
    }
    return rank, x, settings | ({"dilation": tuple(map(int, dilation))} if dilated else {})


@pytest.mark.parametrize("seed", range(40))
def test_the_largest_and_where_it_is(seed: int) -> None:
    rng = np.random.default_rng(seed)
    refused = 0
    for _ in range(50):
        rank, x, settings = random_case(rng, dilated=True)
        theirs = getattr(torch.nn.functional, f"max_pool{rank}d")
        expected, places = (t.numpy() for t in theirs(torch.tensor(x.astype(float)), **settings, return_indices=True))
        try:
            ours, where = function("max", rank)(x, **settings, return_indices=True)
        except ConvError:
            refused += 1  # PyTorch gives minus infinity for a window in padding
            assert np.isneginf(expected).any()
            continue
        np.testing.assert_array_equal(ours, expected)
        np.testing.assert_array_equal(where, places)
        assert ours.dtype == where.dtype == np.int64
        half = function("max", rank)(x.astype(np.float16), **settings)
        assert half.dtype == np.float16
        np.testing.assert_array_equal(half, expected)
    assert refused < 20


@pytest.mark.parametrize("seed", range(40))
def test_averages(seed: int) -> None:
    rng = np.random.default_rng(1000 + seed)
    for _ in range(50):
        rank, x, settings = random_case(rng, dilated=False)
        if rank == 3:  # PyTorch refuses windows larger than the input in 3-D, padded or not
            x = np.resize(x, (*x.shape[:2], *np.maximum(x.shape[2:], settings["kernel_size"])))
        settings["count_include_pad"] = bool(rng.integers(0, 2))
        theirs = {name: value for name, value in settings.items() if value is not None}
        if rank > 1 and rng.random() < 0.3:
            theirs["divisor_override"] = settings["divisor_override"] = int(rng.integers(1, 9))
        expected = getattr(torch.nn.functional, f"avg_pool{rank}d")(torch.tensor(x.astype(float)), **theirs).numpy()
        ours = function("avg", rank)(x, **settings)
        assert expected.any() or not x.any() or x.size < 9
        assert ours.dtype == np.float64
        np.testing.assert_array_equal(ours, expected)
        np.testing.assert_array_equal(function("avg", rank)(x.astype(float), **settings), expected)


@pytest.mark.parametrize("seed", range(20))
def test_norms(seed: int) -> None:
    """PyTorch keeps the signs of odd powers, and scales up what hangs over in ceil mode: neither is compared."""
    rng = np.random.default_rng(2000 + seed)
    for _ in range(50):
        rank, x, settings = random_case(rng, dilated=False)
        settings |= {"ceil_mode": False, "norm_type": int(rng.integers(1, 6))}
        del settings["padding"]
        sizes = np.maximum(x.shape[2:], settings["kernel_size"])
        x = abs(np.resize(x, (*x.shape[:2], *sizes)))
        theirs = settings | ({"kernel_size": settings["kernel_size"][0]} if rank == 1 else {})
        expected = getattr(torch.nn.functional, f"lp_pool{rank}d")(torch.tensor(x.astype(float)), **theirs).numpy()
        ours = function("lp", rank)(x, **settings)
        np.testing.assert_allclose(ours, expected, rtol=1e-13)
        np.testing.assert_allclose(function("lp", rank)(x.astype(float), **settings), expected, rtol=1e-13)


@pytest.mark.parametrize("seed", range(10))
def test_global_pooling(seed: int) -> None:
    rng = np.random.default_rng(3000 + seed)
    for _ in range(20):
        rank = int(rng.integers(1, 4))
        x = rng.integers(-9, 10, rng.integers(1, 7, rank + 2))
        t = torch.tensor(x.astype(float))
        largest = getattr(torch.nn.functional, f"adaptive_max_pool{rank}d")(t, 1).numpy()
        np.testing.assert_array_equal(global_max_pool(x), largest)
        space = tuple(range(2, rank + 2))
        np.testing.assert_array_equal(global_avg_pool(x), x.sum(space, keepdims=True) / np.prod(x.shape[2:]))


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_nan_wins_and_the_last_of_several_is_named(rank: int) -> None:
    rng = np.random.default_rng(4000)
    for _ in range(60):
        x = rng.integers(-2, 3, (1, 2, *rng.integers(3, 6, rank))).astype(float)
        x[rng.random(x.shape) < 0.3] = np.nan
        x[rng.random(x.shape) < 0.2] = -np.inf
        settings: dict[str, Any] = {"kernel_size": int(rng.integers(1, 4)), "stride": int(rng.integers(1, 3))}
        theirs = getattr(torch.nn.functional, f"max_pool{rank}d")
        expected, places = (t.numpy() for t in theirs(torch.tensor(x), **settings, return_indices=True))
        ours, where = function("max", rank)(x, **settings, return_indices=True)
        np.testing.assert_array_equal(ours, expected)
        np.testing.assert_array_equal(where, places)
        trace = explain_pool(x, **settings, rank=rank)
        found = [np.ravel_multi_index(step.source[2:], x.shape[2:]) for step in trace]  # type: ignore[attr-defined]
        assert found == places.ravel().tolist()
