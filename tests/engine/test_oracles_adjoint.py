"""Transposed convolution and gradients against PyTorch and SciPy, on thousands of random settings."""

from typing import Any

import numpy as np
import pytest
from scipy import signal

from convcli import conv_grad, conv_transpose1d, conv_transpose2d, conv_transpose3d
from tests.engine.test_oracles import random_case

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch==2.13.0")

TRANSPOSED = {1: conv_transpose1d, 2: conv_transpose2d, 3: conv_transpose3d}


@pytest.mark.parametrize("seed", range(40))
def test_pytorch_transposed(seed: int) -> None:
    rng = np.random.default_rng(5000 + seed)
    done = 0
    while done < 50:
        rank, x, _, _, settings = random_case(rng)
        groups, stride, dilation = (settings[name] for name in ("groups", "stride", "dilation"))
        w = rng.integers(-9, 10, (x.shape[1], int(rng.integers(1, 4)), *rng.integers(1, 4, rank))).astype(float)
        bias = rng.integers(-9, 10, w.shape[1] * groups).astype(float)
        most = np.maximum(stride, dilation)  # type: ignore[call-overload]
        settings["output_padding"] = tuple(int(rng.integers(0, n)) for n in most)
        full = (np.array(x.shape[2:]) - 1) * stride + (np.array(w.shape[2:]) - 1) * dilation + 1
        if (full - 2 * np.array(settings["padding"]) + settings["output_padding"] < 1).any():
            continue
        function = getattr(torch.nn.functional, f"conv_transpose{rank}d")
        expected = function(*map(torch.tensor, (x, w, bias)), **settings).numpy()
        np.testing.assert_array_equal(TRANSPOSED[rank](x, w, bias, **settings), expected)  # type: ignore[arg-type]
        exact = TRANSPOSED[rank](x.astype(int), w.astype(int), bias.astype(int), **settings)  # type: ignore[arg-type]
        assert exact.dtype == np.int64
        np.testing.assert_array_equal(exact, expected)
        done += expected.any()


@pytest.mark.parametrize("seed", range(10))
def test_pytorch_output_size(seed: int) -> None:
    rng = np.random.default_rng(6000 + seed)
    for _ in range(20):
        stride, padding = int(rng.integers(1, 5)), int(rng.integers(0, 2))
        layer = torch.nn.ConvTranspose2d(1, 1, 3, stride, padding, bias=False, dtype=torch.float64)
        x = rng.integers(-9, 10, (1, 1, *rng.integers(2, 5, 2))).astype(float)
        least = [(n - 1) * stride + 3 - 2 * padding for n in x.shape[2:]]
        size = [n + int(rng.integers(0, stride)) for n in least]
        expected = layer(torch.tensor(x), output_size=size).detach().numpy()
        found = conv_transpose2d(x, layer.weight.detach().numpy(), None, stride, padding, output_size=size)
        np.testing.assert_allclose(found, expected, rtol=1e-12)


TORCH_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "replicate", "circular": "circular"}


@pytest.mark.parametrize("mode", TORCH_MODES)
@pytest.mark.parametrize("seed", range(15))
def test_pytorch_autograd(mode: str, seed: int) -> None:
    """The gradients of a convolution, of its padding in any mode too, by automatic differentiation."""
    rng, busy = np.random.default_rng(7000 + seed), 0
    for _ in range(15):
        rank, x, w, bias, settings = random_case(rng)
        reach = min(x.shape[2:]) - (mode == "reflect")
        pads = [min(reach, int(n)) for n in rng.integers(0, 3, 2 * rank)]
        settings["padding"] = 0
        tensors = [torch.tensor(operand, requires_grad=True) for operand in (x, w, bias)]
        padded = torch.nn.functional.pad(tensors[0], pads, mode=TORCH_MODES[mode])
        y = getattr(torch.nn.functional, f"conv{rank}d")(padded, *tensors[1:], **settings)
        dy = rng.integers(-9, 10, y.shape).astype(float)
        y.backward(torch.tensor(dy))
        settings["padding"] = [(pads[2 * i], pads[2 * i + 1]) for i in reversed(range(rank))]
        grad: Any = conv_grad(x, w, dy, padding_mode=mode, **settings)  # type: ignore[arg-type]
        whole: Any = conv_grad(*(a.astype(int) for a in (x, w, dy)), padding_mode=mode, **settings)  # type: ignore[arg-type]
        for name, tensor in zip(("input", "weight", "bias"), tensors, strict=True):
            expected = tensor.grad.numpy()
            busy += expected.any()
            np.testing.assert_array_equal(getattr(grad, name), expected)
            np.testing.assert_array_equal(getattr(whole, name), expected)
            assert getattr(whole, name).dtype == np.int64
    assert busy > 30


@pytest.mark.parametrize("seed", range(20))
def test_scipy_upsampled_full_convolution(seed: int) -> None:
    """A transposed convolution is the full convolution of the input with zeros put between its elements."""
    rng = np.random.default_rng(8000 + seed)
    for _ in range(20):
        rank = int(rng.integers(1, 4))
        x, w = rng.integers(-9, 10, rng.integers(1, 5, rank)), rng.integers(-9, 10, rng.integers(1, 4, rank))
        stride = tuple(int(n) for n in rng.integers(1, 4, rank))
        stuffed = np.zeros((np.array(x.shape) - 1) * stride + 1, int)
        stuffed[tuple(slice(None, None, s) for s in stride)] = x
        np.testing.assert_array_equal(
            TRANSPOSED[rank](x, w, stride=stride), signal.convolve(stuffed, w, "full", "direct")
        )
