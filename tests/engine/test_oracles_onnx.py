"""Against ONNX Runtime, on thousands of random settings: every auto_pad, asymmetric pads, output shapes and ceil mode.

Operands are small whole numbers in float32, which the runtime's kernels have, so that results are exact and compared
with ==. What version 1.32 of the runtime does otherwise than ONNX says, or does not do, is left out of the random
settings, where the reason is given, and stands in DIFFERENCES with both results.
"""

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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
    conv_transpose1d,
    conv_transpose2d,
    conv_transpose3d,
    global_avg_pool,
    global_max_pool,
    lp_pool1d,
    lp_pool2d,
    lp_pool3d,
    max_pool1d,
    max_pool2d,
    max_pool3d,
)
from tests.engine.oracle_cases import Case, Ints, Tally, draw_case, draw_ints, same_total

REASON = "ONNX Runtime is not installed: pip install onnx==1.23.2 onnxruntime==1.32.0"
onnx = pytest.importorskip("onnx", reason=REASON)
onnxruntime = pytest.importorskip("onnxruntime", reason=REASON)

CONV = {1: conv1d, 2: conv2d, 3: conv3d}
TRANSPOSED = {1: conv_transpose1d, 2: conv_transpose2d, 3: conv_transpose3d}
MAX: dict[int, Any] = {1: max_pool1d, 2: max_pool2d, 3: max_pool3d}
AVERAGE = {1: avg_pool1d, 2: avg_pool2d, 3: avg_pool3d}
LP = {1: lp_pool1d, 2: lp_pool2d, 3: lp_pool3d}

RULES = {"VALID": "valid", "SAME_UPPER": "same", "SAME_LOWER": "same-lower"}
OPSET = 22  # the newest version of each of these operators


def onnx_run(operator: str, *operands: NDArray[Any], outputs: int = 1, **attributes: Any) -> Any:
    """What ONNX Runtime makes of a model of one node: its output, or a list of its outputs."""
    helper = onnx.helper
    inputs, names = [f"x{i}" for i in range(len(operands))], [f"y{i}" for i in range(outputs)]
    kind = helper.np_dtype_to_tensor_dtype(operands[0].dtype)
    kinds = [kind, onnx.TensorProto.INT64][:outputs]  # a second output is where the largest elements were
    graph = helper.make_graph(
        [helper.make_node(operator, inputs, names, **attributes)],
        operator,
        [helper.make_tensor_value_info(name, kind, x.shape) for name, x in zip(inputs, operands, strict=True)],
        [helper.make_tensor_value_info(name, of, None) for name, of in zip(names, kinds, strict=True)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)
    options = onnxruntime.SessionOptions()
    options.log_severity_level, options.intra_op_num_threads = 4, 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    found = session.run(None, dict(zip(inputs, operands, strict=True)))
    return found if outputs > 1 else found[0]


def pairs(pads: Ints) -> list[tuple[int, int]]:
    """ONNX writes all the pads before, then all those after."""
    rank = len(pads) // 2
    return list(zip(pads[:rank], pads[rank:], strict=True))


def attributes_of(case: Case) -> dict[str, Any]:
    return {"strides": case.strides, "dilations": case.dilations, "group": case.groups}


@pytest.mark.parametrize("auto_pad", ["NOTSET", *RULES])
@pytest.mark.parametrize("seed", range(8))
def test_conv(auto_pad: str, seed: int) -> None:
    """SAME takes no dilation in the runtime; where P of the rule is below 0, see DIFFERENCES."""
    rng, tally, same = np.random.default_rng(10_000 + seed), Tally(), "SAME" in auto_pad
    while tally.settings < 50:
        case = draw_case(rng, "float32", dilated=not same)
        if same and min(map(same_total, case.sizes, case.spans, case.strides)) < 0:
            continue
        pads = draw_ints(rng, 0, 3, 2 * case.rank)
        named = auto_pad != "NOTSET"
        attributes = attributes_of(case) | ({"auto_pad": auto_pad} if named else {"pads": pads})
        settings = case.settings | {"padding": RULES[auto_pad] if named else pairs(pads)}
        expected = onnx_run("Conv", *case.operands, **attributes)
        tally.same(
            expected,
            CONV[case.rank](*case.operands, **settings),
            CONV[case.rank](*case.whole.operands, **settings),
            of=case.rank,
        )
    tally.busy(50)
    assert tally.seen == {1, 2, 3}


def test_a_kernel_that_does_not_fit() -> None:
    """Where one axis of the padded input is shorter than the kernel, both refuse; just long enough, neither does."""
    rng = np.random.default_rng(10_500)
    for _ in range(300):
        case = draw_case(rng, "float32")
        pads, axis = draw_ints(rng, 0, 3, 2 * case.rank), int(rng.integers(case.rank))
        length = case.spans[axis] - sum(pairs(pads)[axis])
        for size in {max(1, length - 1), max(1, length)}:
            x = case.x.take([0] * size, axis + 2)
            if size >= length:
                expected = onnx_run("Conv", x, case.w, pads=pads, **attributes_of(case))
                Tally().same(expected, CONV[case.rank](x, case.w, padding=pairs(pads), **case.settings))
                continue
            with pytest.raises(Exception, match="ONNXRuntimeError"):
                onnx_run("Conv", x, case.w, pads=pads, **attributes_of(case))
            with pytest.raises(ConvError, match="does not fit inside the padded input"):
                CONV[case.rank](x, case.w, padding=pairs(pads), **case.settings)


@pytest.mark.parametrize("auto_pad", ["NOTSET", "VALID"])
@pytest.mark.parametrize("seed", range(8))
def test_conv_transpose_with_output_padding(auto_pad: str, seed: int) -> None:
    """The runtime takes output padding below the stride only, not up to the dilation. We also go by the size of it."""
    rng, tally = np.random.default_rng(11_000 + seed), Tally()
    while tally.settings < 50:
        case = draw_case(rng, "float32", transposed=True)
        named = auto_pad != "NOTSET"
        pads = (0,) * 2 * case.rank if named else draw_ints(rng, 0, 3, 2 * case.rank)
        extra = draw_ints(rng, 0, np.array(case.strides) - 1)
        if min(case.full + extra - np.sum(pairs(pads), axis=1)) < 1:
            continue
        attributes = attributes_of(case) | ({"auto_pad": auto_pad} if named else {"pads": pads})
        settings = case.settings | {"padding": RULES[auto_pad] if named else pairs(pads)}
        expected = onnx_run("ConvTranspose", *case.operands, output_padding=extra, **attributes)
        tally.same(
            expected,
            TRANSPOSED[case.rank](*case.operands, output_padding=extra, **settings),
            TRANSPOSED[case.rank](*case.whole.operands, output_size=expected.shape[2:], **settings),
            of=case.rank,
        )
    tally.busy(50)
    assert tally.seen == {1, 2, 3}


@pytest.mark.parametrize("auto_pad", ["SAME_UPPER", "SAME_LOWER"])
@pytest.mark.parametrize("seed", range(8))
def test_conv_transpose_same(auto_pad: str, seed: int) -> None:
    """Where the stride is larger than a stamp, or with output padding, the runtime's is no SAME: see DIFFERENCES."""
    rng, tally = np.random.default_rng(12_000 + seed), Tally()
    while tally.settings < 50:
        case = draw_case(rng, "float32", transposed=True)
        if (np.array(case.spans) < case.strides).any():
            continue
        settings = case.settings | {"padding": RULES[auto_pad]}
        expected = onnx_run("ConvTranspose", *case.operands, auto_pad=auto_pad, **attributes_of(case))
        tally.same(
            expected,
            TRANSPOSED[case.rank](*case.operands, **settings),
            TRANSPOSED[case.rank](*case.whole.operands, **settings),
            of=case.rank,
        )
    tally.busy(50)
    assert tally.seen == {1, 2, 3}


@pytest.mark.parametrize("auto_pad", ["NOTSET", *RULES])
@pytest.mark.parametrize("seed", range(8))
def test_conv_transpose_with_an_output_shape(auto_pad: str, seed: int) -> None:
    """From an output shape the runtime, as ONNX says, works out the pads itself: all but SAME_UPPER as SAME_LOWER does.

    Pads are then not looked at. Any size from 1 to stride - 1 more than the stamps cover is taken, by both.
    """
    rng, tally = np.random.default_rng(13_000 + seed), Tally()
    while tally.settings < 50:
        case = draw_case(rng, "float32", transposed=True)
        wanted = draw_ints(rng, 1, case.full + case.strides - 1)
        attributes = attributes_of(case) | {"auto_pad": auto_pad, "output_shape": wanted}
        if auto_pad == "NOTSET":
            attributes["pads"] = draw_ints(rng, 0, 3, 2 * case.rank)
        settings = case.settings | {"padding": RULES["SAME_UPPER" if auto_pad == "SAME_UPPER" else "SAME_LOWER"]}
        expected = onnx_run("ConvTranspose", *case.operands, **attributes)
        assert expected.shape[2:] == wanted
        tally.same(
            expected,
            TRANSPOSED[case.rank](*case.operands, output_size=wanted, **settings),
            TRANSPOSED[case.rank](*case.whole.operands, output_size=wanted, **settings),
            of=case.rank,
        )
    tally.busy(50)
    assert tally.seen == {1, 2, 3}


@dataclass(frozen=True, kw_only=True)
class Pool:
    """Settings of pooling, in ONNX's words and in ours."""

    sizes: Ints
    kernels: Ints
    strides: Ints
    dilations: Ints
    pads: Ints | str
    ceil: bool

    @property
    def onnx(self) -> dict[str, Any]:
        pads = {"auto_pad": self.pads} if isinstance(self.pads, str) else {"pads": self.pads}
        own = {"kernel_shape": self.kernels, "strides": self.strides, "dilations": self.dilations}
        return own | pads | {"ceil_mode": int(self.ceil)}

    @property
    def ours(self) -> dict[str, Any]:
        padding = RULES[self.pads] if isinstance(self.pads, str) else pairs(self.pads)
        own = {"kernel_size": self.kernels, "stride": self.strides, "dilation": self.dilations}
        return own | {"padding": padding, "ceil_mode": self.ceil}


def draw_pool(rng: np.random.Generator, rank: int, auto_pad: str) -> Pool:
    """Settings that the runtime knows how to follow.

    It wants pads below the kernel size; for SAME it looks at neither the dilation nor the sign of the padding, see
    DIFFERENCES; and where no window fits it gives nothing, or a window that hangs over the end.
    """
    while True:
        sizes, kernels, strides = (draw_ints(rng, 1, most, rank) for most in (7, 4, 5))
        dilations = (1,) * rank if "SAME" in auto_pad else draw_ints(rng, 1, 3, rank)
        spans = [(k - 1) * d + 1 for k, d in zip(kernels, dilations, strict=True)]
        pads = draw_ints(rng, 0, [k - 1 for k in kernels * 2]) if auto_pad == "NOTSET" else (0,) * 2 * rank
        ceil = bool(rng.integers(2))
        if "SAME" in auto_pad:
            fits = min(map(same_total, sizes, spans, strides)) >= 0
        else:
            slack = np.array(strides) - 1 if ceil else 0  # how far a window may hang over
            fits = bool((np.array(sizes) + list(map(sum, pairs(pads))) + slack >= spans).all())
        if fits:
            return Pool(
                sizes=sizes, kernels=kernels, strides=strides, dilations=dilations, ceil=ceil,
                pads=pads if auto_pad == "NOTSET" else auto_pad,
            )  # fmt: skip


def reads_nothing(pool: Pool) -> bool:
    """Whether a window lies wholly in padding: the runtime then gives the lowest float as its largest element."""
    ones = np.ones((1, 1, *pool.sizes), "float32")
    return bool(onnx_run("MaxPool", ones, **pool.onnx).min() < 1)


def draw_pools(seed: int, auto_pad: str, count: int) -> Iterator[tuple[np.random.Generator, Pool, NDArray[Any]]]:
    """So many settings in which every window reads something, each with whole numbers (N, C, *n) to pool."""
    rng = np.random.default_rng(seed)
    for rank in itertools.islice(itertools.cycle((1, 2, 3)), count):
        while reads_nothing(pool := draw_pool(rng, rank, auto_pad)):
            assert auto_pad == "NOTSET"
        yield rng, pool, rng.integers(-9, 10, (*rng.integers(1, 3, 2), *pool.sizes))


def test_windows_that_read_nothing() -> None:
    """We refuse just those settings in which a window of the runtime lies wholly in padding."""
    rng, refused = np.random.default_rng(18_000), 0
    for rank in (1, 2, 3) * 500:
        pool = draw_pool(rng, rank, "NOTSET")
        if reads_nothing(pool):
            refused += 1
            with pytest.raises(ConvError, match="wholly in padding"):
                MAX[rank](np.ones(pool.sizes), **pool.ours)
        else:
            assert (MAX[rank](np.ones(pool.sizes), **pool.ours) == 1).all()
    assert 20 < refused < 500


@pytest.mark.parametrize("auto_pad", ["NOTSET", *RULES])
@pytest.mark.parametrize("seed", range(5))
def test_max_pool(auto_pad: str, seed: int) -> None:
    """The largest elements in four types, and where they were: the first of equals, counted over the whole tensor."""
    tally = Tally()
    for rng, pool, numbers in draw_pools(14_000 + seed, auto_pad, 60):
        unsigned = (dtype := str(rng.choice(["float32", "float64", "int8", "uint8"]))) == "uint8"
        x = (abs(numbers) if unsigned else numbers).astype(dtype)
        expected, places = onnx_run("MaxPool", x, outputs=2, **pool.onnx)
        found, spots = MAX[len(pool.sizes)](x, **pool.ours, return_indices=True)
        tally.same(expected, found, of=dtype)
        channel = np.arange(x.shape[0] * x.shape[1]).reshape(*x.shape[:2], *[1] * len(pool.sizes))
        np.testing.assert_array_equal(spots + channel * math.prod(pool.sizes), places)
    tally.busy(60)
    assert tally.seen == {"float32", "float64", "int8", "uint8"}


@pytest.mark.parametrize("auto_pad", ["NOTSET", *RULES])
@pytest.mark.parametrize("seed", range(5))
def test_avg_pool(auto_pad: str, seed: int) -> None:
    """Quotients of whole numbers, which round to the same float32 from the exact quotient and from its float64.

    Nothing is left out for ceil mode, asymmetric pads and padding that counts. Earlier versions of the runtime divide
    by other counts there: its pull requests 16752, 27375 and 29629 mended that.
    """
    tally = Tally()
    for rng, pool, numbers in draw_pools(15_000 + seed, auto_pad, 60):
        x, include = numbers.astype("float32"), bool(rng.integers(2))
        expected = onnx_run("AveragePool", x, count_include_pad=int(include), **pool.onnx)
        function, settings = AVERAGE[len(pool.sizes)], pool.ours | {"count_include_pad": include}
        tally.same(expected, function(x, **settings), function(numbers, **settings).astype("float32"), of=include)
    tally.busy(60)
    assert tally.seen == {False, True}


@pytest.mark.parametrize("auto_pad", ["NOTSET", *RULES])
@pytest.mark.parametrize("seed", range(5))
def test_lp_pool(auto_pad: str, seed: int) -> None:
    """Sums of magnitudes exactly; roots in float32, which the runtime takes with powf, to the last digit or next to it."""
    tally = Tally()
    for _, pool, numbers in draw_pools(16_000 + seed, auto_pad, 60):
        x, function = numbers.astype("float32"), LP[len(pool.sizes)]
        expected = onnx_run("LpPool", x, p=1, **pool.onnx)
        tally.same(expected, function(x, 1, **pool.ours), function(numbers, 1, **pool.ours))
        for power in (2, 3):
            expected = onnx_run("LpPool", x, p=power, **pool.onnx)
            np.testing.assert_array_max_ulp(function(x, power, **pool.ours), expected, 2)
    tally.busy(60)


@pytest.mark.parametrize("seed", range(4))
def test_global_pools(seed: int) -> None:
    rng, tally = np.random.default_rng(17_000 + seed), Tally()
    for rank in (1, 2, 3) * 20:
        numbers = rng.integers(-99, 100, rng.integers(1, 8, rank + 2))
        x = numbers.astype("float32")
        for operator, function in (("GlobalMaxPool", global_max_pool), ("GlobalAveragePool", global_avg_pool)):
            expected = onnx_run(operator, x)
            tally.same(expected, function(x), function(numbers).astype("float32"))
    tally.busy(120)


def line(*numbers: int) -> NDArray[Any]:
    return np.array([[numbers]], "float32")


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What the runtime gives (None if it refuses) and what we give, of the same settings."""

    operator: str
    operands: tuple[NDArray[Any], ...]
    attributes: dict[str, Any]
    runtime: list[float] | None
    ours: Callable[..., Any]
    expected: list[float]


DIFFERENCES = {
    # P = max(0, ...) in TensorFlow and JAX; the runtime crops the input instead (its issue 10086).
    "SAME with a stride beyond the kernel": Difference(
        operator="Conv", operands=(line(1, 2, 3, 4), line(1)), attributes={"strides": [4], "auto_pad": "SAME_UPPER"},
        runtime=[2], ours=partial(conv1d, stride=4, padding="same"), expected=[1],
    ),
    "pooling SAME with a stride beyond the kernel": Difference(
        operator="AveragePool", operands=(line(1, 2, 3, 4),),
        attributes={"kernel_shape": [1], "strides": [4], "auto_pad": "SAME_UPPER"},
        runtime=[2], ours=partial(avg_pool1d, kernel_size=1, stride=4, padding="same"), expected=[1],
    ),
    # ONNX: ceil(n / s) elements, where the kernel counts with its dilation.
    "SAME with dilation": Difference(
        operator="Conv", operands=(line(1, 2, 3, 4), line(1, 10)), attributes={"dilations": [2], "auto_pad": "SAME_UPPER"},
        runtime=None, ours=partial(conv1d, padding="same", dilation=2), expected=[20, 31, 42, 3],
    ),
    "pooling SAME with dilation": Difference(
        operator="MaxPool", operands=(line(1, 2, 3, 4),),
        attributes={"kernel_shape": [2], "dilations": [2], "auto_pad": "SAME_UPPER"},
        runtime=[3, 4, 3], ours=partial(max_pool1d, kernel_size=2, stride=1, padding="same", dilation=2),
        expected=[2, 3, 4, 3],
    ),
    # ONNX and TensorFlow: n·s elements; the runtime never makes them more than the stamps cover.
    "transposed SAME with a stride beyond the kernel": Difference(
        operator="ConvTranspose", operands=(line(1, 2), line(1)), attributes={"strides": [3], "auto_pad": "SAME_UPPER"},
        runtime=[1, 0, 0, 2], ours=partial(conv_transpose1d, stride=3, padding="same"), expected=[1, 0, 0, 2, 0, 0],
    ),
    # PyTorch and ONNX take output padding below the larger of stride and dilation.
    "output padding from the stride to the dilation": Difference(
        operator="ConvTranspose", operands=(line(1, 2), line(1, 10)), attributes={"dilations": [2], "output_padding": [1]},
        runtime=None, ours=partial(conv_transpose1d, dilation=2, output_padding=1), expected=[1, 2, 10, 20, 0],
    ),
    # The runtime crops as much more as it puts out more, and so means PyTorch's padding 1; we refuse the two together.
    "transposed SAME with output padding": Difference(
        operator="ConvTranspose", operands=(line(1, 2), line(1, 10, 100)),
        attributes={"strides": [2], "auto_pad": "SAME_UPPER", "output_padding": [1]},
        runtime=[10, 102, 20, 200], ours=partial(conv_transpose1d, stride=2, padding=1, output_padding=1),
        expected=[10, 102, 20, 200],
    ),
    "pads as large as the kernel": Difference(
        operator="MaxPool", operands=(line(1, 2, 3),), attributes={"kernel_shape": [1], "pads": [0, 1], "strides": [2]},
        runtime=None, ours=partial(max_pool1d, kernel_size=1, stride=2, padding=[(0, 1)]), expected=[1, 3],
    ),
}  # fmt: skip


@pytest.mark.skipif(not onnxruntime.__version__.startswith("1.32."), reason="what ONNX Runtime 1.32 does otherwise")
@pytest.mark.parametrize("name", DIFFERENCES)
def test_what_the_runtime_does_otherwise(name: str) -> None:
    case = DIFFERENCES[name]
    assert case.ours(*case.operands).ravel().tolist() == case.expected
    if case.runtime is None:
        with pytest.raises(Exception, match="ONNXRuntimeError"):
            onnx_run(case.operator, *case.operands, **case.attributes)
    else:
        assert onnx_run(case.operator, *case.operands, **case.attributes).ravel().tolist() == case.runtime


def test_same_with_output_padding_is_refused() -> None:
    """TensorFlow knows no output padding with SAME, and what the runtime does with both is no SAME: see DIFFERENCES."""
    with pytest.raises(ConvError, match="settles the output size"):
        conv_transpose1d([1, 2], [1, 10, 100], stride=2, padding="same", output_padding=1)
