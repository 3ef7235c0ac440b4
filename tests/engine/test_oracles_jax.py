"""Against JAX, on hundreds of random settings: SAME and SAME_LOWER with every stride and dilation, channels last, and
gradients by automatic differentiation.

Operands are small whole numbers in float64, so that results are exact and compared with ==. XLA compiles every setting
anew, so that many of them make one program.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convcli import (
    ConvError,
    avg_pool1d,
    avg_pool2d,
    avg_pool3d,
    conv1d,
    conv2d,
    conv3d,
    conv_grad,
    conv_transpose1d,
    conv_transpose2d,
    conv_transpose3d,
    max_pool1d,
    max_pool2d,
    max_pool3d,
)
from convcli.engine import run
from convcli.numbers.tensor import Tensor
from convcli.problem import convolution, transposed
from convcli.settings import Settings
from tests.engine.oracle_cases import Case, Tally, draw_case, draw_ints

jax = pytest.importorskip("jax", reason="JAX is not installed: pip install jax==0.10.2 jaxlib==0.10.2")
lax = jax.lax

CONV = {1: conv1d, 2: conv2d, 3: conv3d}
TRANSPOSED = {1: conv_transpose1d, 2: conv_transpose2d, 3: conv_transpose3d}
MAX: dict[int, Any] = {1: max_pool1d, 2: max_pool2d, 3: max_pool3d}
AVERAGE: dict[int, Any] = {1: avg_pool1d, 2: avg_pool2d, 3: avg_pool3d}

RULES = {"VALID": "valid", "SAME": "same", "SAME_LOWER": "same-lower"}

Pads = list[tuple[int, int]]
Call = tuple[Callable[..., Any], tuple[NDArray[Any], ...]]


@pytest.fixture(autouse=True)
def _doubles() -> Iterator[None]:
    """JAX makes float32 of everything unless told; here alone it is told."""
    with jax.enable_x64(True):
        yield


def jax_run(calls: Sequence[Call]) -> Any:
    """What JAX makes of each function and its operands, by one program for all; compiled quickly rather than well."""
    functions, operands = zip(*calls, strict=True)
    program = jax.jit(
        lambda given: [function(*own) for function, own in zip(functions, given, strict=True)],
        compiler_options={"xla_backend_optimization_level": 0},
    )
    return jax.tree.map(np.asarray, program(operands))


def draw_pads(rng: np.random.Generator, rank: int, most: int = 2) -> Pads:
    before, after = draw_ints(rng, 0, most, rank), draw_ints(rng, 0, most, rank)
    return list(zip(before, after, strict=True))


def names(rank: int, *, last: bool) -> tuple[str, str, str]:
    """JAX's names for the axes of input, kernel and output, with channels last or first."""
    space = "DHW"[-rank:]
    return (f"N{space}C", f"{space}IO", f"N{space}C") if last else (f"NC{space}", f"OI{space}", f"NC{space}")


def data_last(x: NDArray[Any]) -> NDArray[Any]:
    return np.moveaxis(x, 1, -1)


def kernel_last(w: NDArray[Any]) -> NDArray[Any]:
    """(O, I, *k) as (*k, I, O), or the other way round."""
    return np.moveaxis(w, (0, 1), (-1, -2))


def attributes_of(case: Case, padding: str | Pads, *, last: bool) -> dict[str, Any]:
    return {
        "window_strides": case.strides, "rhs_dilation": case.dilations, "feature_group_count": case.groups,
        "padding": padding, "dimension_numbers": names(case.rank, last=last),
    }  # fmt: skip


def ours(padding: str | Pads) -> str | Pads:
    return RULES[padding] if isinstance(padding, str) else padding


@pytest.mark.parametrize("padding", ["explicit", *RULES])
def test_conv_general_dilated(padding: str) -> None:
    """With any stride and dilation: also where P of the rule is below 0, where ONNX Runtime does otherwise."""
    rng, tally = np.random.default_rng(20_000), Tally()
    calls: list[Call] = []
    wanted = []
    for _ in range(30):
        case = draw_case(rng, "float64")
        pads = draw_pads(rng, case.rank) if padding == "explicit" else padding
        calls.append((partial(lax.conv_general_dilated, **attributes_of(case, pads, last=False)), (case.x, case.w)))
        wanted.append((case, case.settings | {"padding": ours(pads)}))
    for (case, settings), expected in zip(wanted, jax_run(calls), strict=True):
        found = [CONV[case.rank](own.x, own.w, **settings) for own in (case, case.whole)]
        tally.same(expected, *found, of=case.rank)
    tally.busy(30, share=0.5)
    assert tally.seen == {1, 2, 3}


@pytest.mark.parametrize("padding", ["explicit", *RULES])
def test_conv_general_dilated_with_channels_last(padding: str) -> None:
    rng, tally = np.random.default_rng(20_500), Tally()
    calls: list[Call] = []
    wanted = []
    for _ in range(100):
        case = draw_case(rng, "float64")
        pads = draw_pads(rng, case.rank) if padding == "explicit" else padding
        x, w = data_last(case.x), kernel_last(case.w)
        calls.append((partial(lax.conv_general_dilated, **attributes_of(case, pads, last=True)), (x, w)))
        settings = Settings(**case.settings, padding=ours(pads))
        wanted.append(
            convolution(
                Tensor.of(x), Tensor.of(w), rank=case.rank, settings=settings, layout="nhwc", kernel_layout="hwio"
            )
        )
    for problem, expected in zip(wanted, jax_run(calls), strict=True):
        tally.same(expected, run(problem).presented.values, of=problem.spec.rank)
    tally.busy(100)
    assert tally.seen == {1, 2, 3}


def test_a_convolution_of_the_input_spread_out() -> None:
    """A transposed convolution is that of its input with zeros between, by the kernel of each group turned round."""
    rng, tally = np.random.default_rng(21_000), Tally()
    calls: list[Call] = []
    wanted = []
    while len(calls) < 100:
        case = draw_case(rng, "float64", transposed=True)
        pads = draw_pads(rng, case.rank)
        extra = draw_ints(rng, 0, np.maximum(case.strides, case.dilations) - 1)
        if min(case.full + extra - np.sum(pads, axis=1)) < 1:
            continue
        per_in, per_out = case.w.shape[0] // case.groups, case.w.shape[1]
        w = case.w.reshape(case.groups, per_in, per_out, *case.kernels).swapaxes(1, 2)
        w = np.flip(w.reshape(case.groups * per_out, per_in, *case.kernels), tuple(range(2, 2 + case.rank)))
        around = [(n - 1 - b, n - 1 - a + op) for n, (b, a), op in zip(case.spans, pads, extra, strict=True)]
        attributes = attributes_of(case, around, last=True)
        attributes |= {"window_strides": (1,) * case.rank, "lhs_dilation": case.strides}
        calls.append((partial(lax.conv_general_dilated, **attributes), (data_last(case.x), kernel_last(w))))
        wanted.append((case, case.settings | {"padding": pads, "output_padding": extra}))
    for (case, settings), expected in zip(wanted, jax_run(calls), strict=True):
        found = [data_last(TRANSPOSED[case.rank](own.x, own.w, **settings)) for own in (case, case.whole)]
        tally.same(expected, *found, of=case.rank)
    tally.busy(100, share=0.15)  # stamps leave gaps
    assert tally.seen == {1, 2, 3}


@pytest.mark.parametrize("padding", ["explicit", "SAME", "VALID"])
@pytest.mark.parametrize("turned", [False, True])
def test_conv_transpose(padding: str, turned: bool) -> None:
    """SAME is ours. VALID is at least n·s long, as TensorFlow has it, so has output padding where that takes it.

    JAX turns the kernel round, as other frameworks do, if `transpose_kernel` is True, and then takes the one of the
    convolution, (*k, O, C); else it takes (*k, C, O) as it is, which is what we call flipped. Numbers mean the
    convolution's padding, as ours do, if asked for consistent padding.
    """
    rng, tally = np.random.default_rng(22_000), Tally()
    calls: list[Call] = []
    wanted = []
    while len(calls) < 50:
        case = draw_case(rng, "float64", transposed=True)
        pads = draw_pads(rng, case.rank) if padding == "explicit" else padding
        if case.groups > 1 or (padding == "explicit" and min(case.full - np.sum(pads, axis=1)) < 1):
            continue
        w = kernel_last(case.w if turned else case.w.swapaxes(0, 1))
        function = partial(
            lax.conv_transpose, strides=case.strides, padding=pads, rhs_dilation=case.dilations,
            transpose_kernel=turned, use_consistent_padding=padding == "explicit",
            dimension_numbers=names(case.rank, last=True),
        )  # fmt: skip
        calls.append((function, (data_last(case.x), w)))
        short = [max(0, s - n) for s, n in zip(case.strides, case.spans, strict=True)]
        settings = Settings(
            **case.settings, flip=not turned, padding=ours(pads), output_padding=short if padding == "VALID" else None
        )
        wanted.append(
            transposed(
                Tensor.of(data_last(case.x)), Tensor.of(w), rank=case.rank, settings=settings, layout="nhwc",
                kernel_layout="hwoi" if turned else "hwio",
            )
        )  # fmt: skip
    for problem, expected in zip(wanted, jax_run(calls), strict=True):
        tally.same(expected, run(problem).presented.values, of=problem.spec.rank)
    tally.busy(50, share=0.15)  # stamps leave gaps
    assert tally.seen == {1, 2, 3}


def pulled_back(function: Callable[..., Any], x: Any, w: Any, dy: Any) -> Any:
    """The gradients of a function's operands from that of its output, by automatic differentiation."""
    return jax.vjp(function, x, w)[1](dy)


@pytest.mark.parametrize("padding", ["explicit", *RULES])
def test_gradients(padding: str) -> None:
    rng, tally = np.random.default_rng(23_000), Tally()
    calls: list[Call] = []
    wanted = []
    for _ in range(25):
        case = draw_case(rng, "float64")
        pads = draw_pads(rng, case.rank) if padding == "explicit" else padding
        settings = case.settings | {"padding": ours(pads)}
        dy = rng.integers(-9, 10, CONV[case.rank](case.x, case.w, **settings).shape).astype("float64")
        function = partial(lax.conv_general_dilated, **attributes_of(case, pads, last=True))
        calls.append((partial(pulled_back, function), (data_last(case.x), kernel_last(case.w), data_last(dy))))
        wanted.append((case, dy, settings))
    for (case, dy, settings), (dx, dw) in zip(wanted, jax_run(calls), strict=True):
        found = conv_grad(case.x, case.w, dy, **settings)
        whole = conv_grad(case.whole.x, case.whole.w, dy.astype(int), **settings)
        tally.same(dx, data_last(found.input), data_last(whole.input), of=case.rank)
        tally.same(dw, kernel_last(found.weight), kernel_last(whole.weight), of=case.rank)
    tally.busy(50, share=0.3)  # strides leave elements unread
    assert tally.seen == {1, 2, 3}


def pooled(x: Any, window: dict[str, Any]) -> Any:
    """The largest element, the sum and the number of the elements in each window."""
    largest = lax.reduce_window(x, -np.inf, lax.max, **window)
    return largest, *(lax.reduce_window(cells, 0.0, lax.add, **window) for cells in (x, x * 0 + 1))


@pytest.mark.parametrize("padding", ["explicit", *RULES])
def test_reduce_window(padding: str) -> None:
    """Max and average pooling, as JAX's libraries make them of reductions; a window that holds nothing we refuse."""
    rng, tally, refused = np.random.default_rng(24_000), Tally(), 0
    calls: list[Call] = []
    wanted = []
    for _ in range(30):
        case = draw_case(rng, "float64")
        pads = draw_pads(rng, case.rank) if padding == "explicit" else padding
        window = {
            "window_dimensions": (1, 1, *case.kernels), "window_strides": (1, 1, *case.strides),
            "window_dilation": (1, 1, *case.dilations),
            "padding": pads if isinstance(pads, str) else [(0, 0), (0, 0), *pads],
        }  # fmt: skip
        calls.append((partial(pooled, window=window), (case.x,)))
        wanted.append((case, {"stride": case.strides, "dilation": case.dilations, "padding": ours(pads)}))
    for (case, settings), (largest, total, count) in zip(wanted, jax_run(calls), strict=True):
        if not count.all():
            refused += 1
            with pytest.raises(ConvError, match="wholly in padding"):
                MAX[case.rank](case.x, case.kernels, **settings)
            continue
        operands = (case.x, case.whole.x)
        tally.same(largest, *(MAX[case.rank](x, case.kernels, **settings) for x in operands))
        average = partial(AVERAGE[case.rank], kernel_size=case.kernels, **settings)
        tally.same(total / count, *(average(x, count_include_pad=False) for x in operands))
        tally.same(total / np.prod(case.kernels), *(average(x) for x in operands))
    tally.busy(3 * (30 - refused))
    assert refused < (15 if padding == "explicit" else 1)
