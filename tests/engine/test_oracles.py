"""Against PyTorch and SciPy, which share no code with us, on thousands of random settings."""

import numpy as np
import pytest
from scipy import ndimage, signal

from convcli import conv1d, conv2d, conv3d

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch==2.13.0")

CONV = {1: conv1d, 2: conv2d, 3: conv3d}
TORCH_MODES = {"reflect": "reflect", "replicate": "replicate", "circular": "circular"}


def random_case(rng: np.random.Generator) -> tuple[int, np.ndarray, np.ndarray, np.ndarray, dict[str, object]]:
    rank = int(rng.integers(1, 4))
    groups, per_in, per_out, batch = (int(n) for n in rng.integers(1, 4, 4))
    kernels = rng.integers(1, 4, rank)
    dilation = rng.integers(1, 3, rank)
    sizes = (kernels - 1) * dilation + 1 + rng.integers(0, 5, rank)
    x = rng.integers(-9, 10, (batch, groups * per_in, *sizes)).astype(float)
    w = rng.integers(-9, 10, (groups * per_out, per_in, *kernels)).astype(float)
    bias = rng.integers(-9, 10, groups * per_out).astype(float)
    settings: dict[str, object] = {
        "stride": tuple(int(n) for n in rng.integers(1, 4, rank)),
        "dilation": tuple(int(n) for n in dilation),
        "padding": tuple(int(n) for n in rng.integers(0, 3, rank)),
        "groups": groups,
    }
    return rank, x, w, bias, settings


@pytest.mark.parametrize("seed", range(40))
def test_pytorch_with_zero_padding(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(50):
        rank, x, w, bias, settings = random_case(rng)
        expected = getattr(torch.nn.functional, f"conv{rank}d")(*map(torch.tensor, (x, w, bias)), **settings).numpy()
        assert expected.any()
        np.testing.assert_array_equal(CONV[rank](x, w, bias, **settings), expected)  # type: ignore[arg-type]
        exact = CONV[rank](x.astype(int), w.astype(int), bias.astype(int), **settings)  # type: ignore[arg-type]
        assert exact.dtype == np.int64
        np.testing.assert_array_equal(exact, expected)


@pytest.mark.parametrize("seed", range(20))
def test_pytorch_with_its_other_padding_modes(seed: int) -> None:
    rng = np.random.default_rng(1000 + seed)
    for _ in range(50):
        rank, x, w, bias, settings = random_case(rng)
        mode = str(rng.choice(sorted(TORCH_MODES)))
        reach = min(x.shape[2:]) - (mode == "reflect")
        pads = [min(reach, int(n)) for n in rng.integers(0, 3, 2 * rank)]
        settings["padding"] = 0
        padded = torch.nn.functional.pad(torch.tensor(x), pads, mode=TORCH_MODES[mode])
        expected = getattr(torch.nn.functional, f"conv{rank}d")(
            padded, torch.tensor(w), torch.tensor(bias), **settings
        ).numpy()
        settings["padding"] = [(pads[2 * i], pads[2 * i + 1]) for i in reversed(range(rank))]
        np.testing.assert_array_equal(CONV[rank](x, w, bias, padding_mode=mode, **settings), expected)  # type: ignore[arg-type]


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize("seed", range(10))
def test_pytorch_padding_same_at_stride_one(seed: int) -> None:
    rng = np.random.default_rng(2000 + seed)
    for _ in range(20):
        rank, x, w, bias, settings = random_case(rng)
        settings |= {"stride": 1, "padding": "same"}
        expected = getattr(torch.nn.functional, f"conv{rank}d")(*map(torch.tensor, (x, w, bias)), **settings).numpy()
        np.testing.assert_array_equal(CONV[rank](x, w, bias, **settings), expected)  # type: ignore[arg-type]


def test_float32_is_as_close_to_the_exact_result_as_its_bound_says() -> None:
    rng = np.random.default_rng(7)
    x, w = rng.standard_normal((1, 16, 20, 20)).astype("f4"), rng.standard_normal((8, 16, 3, 3)).astype("f4")
    exact = conv2d(x.astype(float), w.astype(float))
    bound = 16 * 9 * 2.0**-24 * conv2d(abs(x).astype(float), abs(w).astype(float))
    assert (abs(conv2d(x, w).astype(float) - exact) <= bound).all()


@pytest.mark.parametrize("seed", range(20))
def test_scipy_correlate_and_convolve(seed: int) -> None:
    rng = np.random.default_rng(3000 + seed)
    for _ in range(20):
        rank = int(rng.integers(1, 4))
        w = rng.integers(-9, 10, rng.integers(1, 4, rank))
        x = rng.integers(-9, 10, np.array(w.shape) + rng.integers(0, 5, rank))
        for mode in ("valid", "full"):
            np.testing.assert_array_equal(CONV[rank](x, w, padding=mode), signal.correlate(x, w, mode, "direct"))
            np.testing.assert_array_equal(
                CONV[rank](x, w, padding=mode, flip=True), signal.convolve(x, w, mode, "direct")
            )


NDIMAGE = {
    "reflect": "mirror",
    "symmetric": "reflect",
    "replicate": "nearest",
    "circular": "grid-wrap",
    "zeros": "constant",
}


@pytest.mark.parametrize("mode", sorted(NDIMAGE))
def test_scipy_ndimage_boundary_rules(mode: str) -> None:
    rng = np.random.default_rng(4000)
    for _ in range(50):
        rank = int(rng.integers(1, 4))
        half = rng.integers(0, 3, rank)
        w, x = rng.integers(-9, 10, 2 * half + 1), rng.integers(-9, 10, rng.integers(3, 7, rank))
        expected = ndimage.correlate(x, w, mode=NDIMAGE[mode])
        np.testing.assert_array_equal(CONV[rank](x, w, padding="half", padding_mode=mode), expected)
