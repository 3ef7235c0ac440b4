"""Every method of the engine, forced, against the trace, against each other, and in any number of threads."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from convcli.engine import fourier, rows, run
from convcli.engine.band import Banded
from convcli.engine.convolve import Sums
from convcli.engine.exact import Limbs
from convcli.engine.fourier import Fourier
from convcli.engine.lower import Lowered
from convcli.engine.method import Method
from convcli.engine.plan import RULES, rules_for
from convcli.engine.rows import RowLowered
from convcli.engine.stack import Stacked
from convcli.numbers.tensor import Tensor
from convcli.problem import Convolution, convolution
from convcli.settings import Settings
from convcli.spec import ConvSpec, conv_spec
from convcli.trace import SumTrace
from tests.engine.forcing import bands, forced, tiny_tiles
from tests.strategies import SMALL, WIDE, problems

METHODS: dict[str, Method] = {
    "lowered": Lowered(),
    "row-lowered": RowLowered(),
    "row-lowered in bands": RowLowered(),
    "stacked": Stacked(),
    "banded": Banded(),
}


def settings_of(spec: ConvSpec) -> Settings:
    """The settings that make a spec of its sizes."""
    return Settings(
        stride=tuple(axis.stride for axis in spec.axes),
        padding=spec.pads,
        dilation=tuple(axis.dilation for axis in spec.axes),
        groups=spec.groups,
        padding_mode=spec.mode,
        flip=spec.flipped,
    )


def one_channel(case: Convolution) -> Convolution:
    """The same on one channel of each operand, so that methods for that have something to do."""
    spec = case.spec
    x, w = case.x.with_values(case.x.values[:, :1]), case.w.with_values(case.w.values[:1, :1])
    settings = replace(settings_of(spec), groups=1)
    return convolution(x, w, rank=spec.rank, settings=settings, pad_value=case.pad_value.at(()))


@pytest.mark.parametrize("name", METHODS)
@given(case=problems(SMALL), side=st.sampled_from([None, 1, 2]))
@settings(max_examples=100)
def test_each_method_and_the_trace_agree_on_integers(name: str, case: Convolution, side: int | None) -> None:
    method = METHODS[name]
    case = one_channel(case) if name == "banded" else case
    assume(method.serves(case.spec))
    with forced(method, side), tiny_tiles(), bands(3 if "bands" in name else 0):
        output = run(case).output
    assert all(step.value == output.at(step.at) for step in SumTrace(case))


@pytest.mark.parametrize("name", METHODS)
@given(case=problems(WIDE))
@settings(max_examples=30)
def test_each_method_and_the_trace_agree_on_integers_past_64_bits(name: str, case: Convolution) -> None:
    method = METHODS[name]
    case = one_channel(case) if name == "banded" else case
    assume(method.serves(case.spec))
    with forced(method), bands(3 if "bands" in name else 0):
        output = run(case).output
    assert all(step.value == output.at(step.at) for step in SumTrace(case))


def random_problem(rng: np.random.Generator, method: Method, dtype: str) -> Convolution:
    """Standard normal operands in float type `dtype` under any settings that the method serves."""
    rank = int(rng.integers(1, 4))
    one = isinstance(method, Banded | Fourier)
    groups, ins, outs = (int(rng.integers(1, 4)), 1, 1) if one else map(int, rng.integers(1, 4, 3))
    plain = isinstance(method, Fourier)
    most = {1: 90, 2: 17, 3: 10}[rank]
    kernels = tuple(int(k) for k in rng.integers(1, min(most, 6) // 2 + 1, rank))
    chosen = Settings(
        stride=(1,) * rank if plain else tuple(map(int, rng.integers(1, 4, rank))),
        dilation=(1,) * rank if plain else tuple(map(int, rng.integers(1, 3, rank))),
        padding=tuple((int(a), int(b)) for a, b in rng.integers(0, 3, (rank, 2))),
        groups=groups,
    )
    x = rng.standard_normal((int(rng.integers(1, 3)), groups * ins, *rng.integers(most // 2, most, rank))).astype(dtype)
    w = rng.standard_normal((groups * outs, ins, *kernels)).astype(dtype)
    bias = rng.standard_normal(groups * outs).astype(dtype)
    return convolution(Tensor.of(x), Tensor.of(w), Tensor.of(bias), rank=rank, settings=chosen)


def exactly(case: Convolution, x: NDArray[Any], w: NDArray[Any], bias: NDArray[Any]) -> Any:
    """The exact convolution of floats under the settings of `case`."""
    spec = case.spec
    operands = map(Tensor.of, (x, w, bias))
    return run(convolution(*operands, rank=spec.rank, settings=settings_of(spec), dtype="exact")).output


def assert_within_the_bound(case: Convolution, y: NDArray[Any]) -> None:
    """|y - exact| <= n·u·sum |x||w|, n the products and the bias of a sum, u the unit roundoff of y's type."""
    bias = case.bias.values if case.bias is not None else np.zeros(case.spec.channels_out, y.dtype)
    exact = exactly(case, case.x.values, case.w.values, bias)
    sizes = exactly(case, abs(case.x.values), abs(case.w.values), abs(bias))
    unit, terms = Fraction(float(np.finfo(y.dtype).eps)) / 2, case.spec.per_element + 1
    for at in np.ndindex(y.shape):
        assert abs(Fraction(float(y[at])) - exact.at(at)) <= terms * unit * sizes.at(at), at


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", [*METHODS, "fourier"])
def test_floats_are_within_the_bound_of_the_exact_result(name: str, dtype: str) -> None:
    method: Method = METHODS.get(name, Fourier())
    rng = np.random.default_rng(7)
    seen = 0
    while seen < 20:
        case = random_problem(rng, method, dtype)
        if method.serves(case.spec):
            with forced(method), bands(5 if "bands" in name else 0):
                output = run(case).output.values
            assert np.count_nonzero(output) > output.size // 2
            assert_within_the_bound(case, output)
            seen += 1


HOSTILE: dict[str, Any] = {
    "zeros beside large numbers": lambda rng, x: np.where(np.arange(x.size) < x.size // 2, 0, x),
    "sizes from 10^-30 to 10^30":  lambda rng, x: x * 10.0 ** rng.integers(-30, 30, x.size),
    "one large number":            lambda rng, x: np.where(np.arange(x.size) == 40, 1e20, x),
    "nothing but zeros":           lambda rng, x: x * 0,
    "one sign":                    lambda rng, x: abs(x),
    "standard normal":             lambda rng, x: x,
}  # fmt: skip


@pytest.mark.parametrize("padding", [0, 3, 15])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_transform_keeps_the_bound_or_is_not_used(name: str, dtype: str, padding: int) -> None:
    rng = np.random.default_rng(3)
    x = HOSTILE[name](rng, rng.standard_normal(400)).astype(dtype)
    w = rng.standard_normal(31).astype(dtype)
    with forced(Fourier(), side=150):
        case = convolution(Tensor.of(x), Tensor.of(w), rank=1, settings=Settings(padding=padding))
        assert_within_the_bound(case, run(case).output.values)
    plane = x.reshape(20, 20)
    with forced(Fourier(), side=9):
        case = convolution(
            Tensor.of(plane), Tensor.of(w[:25].reshape(5, 5)), rank=2, settings=Settings(padding=min(padding, 4))
        )
        assert_within_the_bound(case, run(case).output.values)


def test_a_block_is_convolved_directly_only_where_no_number_of_a_tile_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    directly = list[ConvSpec]()

    def direct(spec: ConvSpec) -> Method:
        directly.append(spec)
        return Banded()

    monkeypatch.setattr(fourier, "_direct", direct)
    rng = np.random.default_rng(3)
    x, w = 1 + rng.random(400).astype("float32"), 1 + rng.random(31).astype("float32")
    x[::4] = 0  # what is looked at first of each tile of 16
    with forced(Fourier()):
        run(convolution(Tensor.of(x), Tensor.of(w), rank=1))
        assert not directly
        x[100:150] = 0
        run(convolution(Tensor.of(x), Tensor.of(w), rank=1))
        assert directly


def test_a_kernel_with_a_zero_is_convolved_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    rng, direct, told = np.random.default_rng(3), fourier._direct, list[Method]()

    def recorded(spec: ConvSpec) -> Method:
        told.append(direct(spec))
        return told[-1]

    monkeypatch.setattr(fourier, "_direct", recorded)
    for rank, method in enumerate((Banded, RowLowered), 1):
        x, w = rng.standard_normal((300,) * rank).astype("float32"), rng.standard_normal((31,) * rank).astype("float32")
        w[(4,) * rank] = 0
        case = convolution(Tensor.of(x), Tensor.of(w), rank=rank)
        told.clear()
        with forced(Fourier()):
            output = run(case).output.values
        assert len(told) == Fourier().cut(case.spec).count(case.spec)
        assert all(isinstance(one, method) for one in told)
        assert_within_the_bound(case, output)


#                 input          kernel        blocks  transform
TILES = {
    "small":     ((100, 90),     (31, 31),     2,      (100, 60)),   # two are the least
    "middling":  ((542, 542),    (31, 31),     4,      (288, 288)),  # two would be longer, and so would the kernel's
    "large":     ((2048, 2048),  (31, 31),     16,     (540, 540)),  # 64 would be 16 % shorter, but cost as many calls
    "long":      ((64, 4096),    (9, 127),     2,      (64, 2160)),
    "a volume":  ((40, 40, 40),  (10, 10, 10), 2,      (40, 40, 25)),
}  # fmt: skip


@pytest.mark.parametrize(("x", "w", "blocks", "lengths"), TILES.values(), ids=TILES)
def test_tiles_are_as_large_as_pays(
    x: tuple[int, ...], w: tuple[int, ...], blocks: int, lengths: tuple[int, ...]
) -> None:
    spec = conv_spec(sizes=x, kernels=w, channels_in=1, channels_out=1, settings=Settings())
    assert Fourier().cut(spec).count(spec) == blocks
    assert Fourier()._lengths(spec) == lengths


@pytest.mark.parametrize("spoilt", [np.inf, -np.inf, np.nan])
@pytest.mark.parametrize("name", [*METHODS, "fourier"])
def test_what_is_not_finite_reaches_its_own_sums_only(name: str, spoilt: float) -> None:
    method: Method = METHODS.get(name, Fourier())
    rng = np.random.default_rng(5)
    for rank in (1, 2):
        x, w = rng.standard_normal((1, 2, *(90, 40)[:rank])), rng.standard_normal((2, 1, *(7, 5)[:rank]))
        x[(0, 1, *(50, 20)[:rank])] = spoilt
        case = convolution(Tensor.of(x), Tensor.of(w), rank=rank, settings=Settings(groups=2))
        if method.serves(case.spec):
            with forced(method), bands(5 if "bands" in name else 0):
                output = run(case).output.values
            reached = np.zeros(output.shape, bool)
            reached[0, 1][(slice(44, 51), slice(16, 21))[:rank]] = True
            assert (np.isfinite(output) == ~reached).all()


@pytest.mark.parametrize("name", [*METHODS, "fourier"])
def test_any_number_of_threads_gives_the_same_bytes(name: str) -> None:
    method: Method = METHODS.get(name, Fourier())
    one = isinstance(method, Banded | Fourier) or "bands" in name
    rng = np.random.default_rng(11)
    rank = 1 if isinstance(method, Banded) else 2
    x = rng.standard_normal((2, 4, *(40, 37)[:rank])).astype("float32")
    w = rng.standard_normal((4 if one else 12, 1 if one else 4, *(7, 5)[:rank])).astype("float32")
    case = convolution(Tensor.of(x), Tensor.of(w), rank=rank, settings=Settings(padding=2, groups=4 if one else 1))
    with forced(method, side=11), bands(16 if "bands" in name else 0):
        first = run(case, threads=1).output.values.tobytes()
        for threads in (1, 2, 3, 7, 2):
            assert run(case, threads=threads).output.values.tobytes() == first


def shapes(
    c: int, o: int, n: tuple[int, ...], k: tuple[int, ...], *, groups: int = 1, stride: int = 1, dilation: int = 1
) -> Convolution:
    x = np.zeros((c, *n), "float32")
    w = np.zeros((o, c // groups, *k), "float32")
    chosen = Settings(stride=stride, dilation=dilation, groups=groups, padding="half")
    return convolution(Tensor.of(x), Tensor.of(w), rank=len(n), settings=chosen)


PLANS = {
    "1x1":                            (shapes(64, 64, (28, 28), (1, 1)), "lowered"),
    "many channels":                  (shapes(64, 64, (28, 28), (3, 3)), "lowered"),
    "long rows":       (shapes(3, 64, (96, 96), (3, 3)), "row-lowered"),
    "shorter rows":      (shapes(3, 64, (95, 95), (3, 3)), "lowered"),
    "long rows, dilated":             (shapes(3, 64, (96, 96), (3, 3), dilation=2), "row-lowered"),
    "few outputs":                    (shapes(64, 32, (28, 28), (3, 3)), "stacked"),
    "few outputs, strided":           (shapes(64, 32, (28, 28), (3, 3), stride=2), "lowered"),
    "depthwise":                      (shapes(32, 32, (28, 28), (3, 3), groups=32), "row-lowered"),
    "depthwise, short rows":          (shapes(32, 32, (27, 27), (3, 3), groups=32), "lowered"),
    "depthwise, short rows, 5x5":     (shapes(32, 32, (7, 7), (5, 5), groups=32), "row-lowered"),
    "two filters for each channel":   (shapes(32, 64, (28, 28), (3, 3), groups=32), "lowered"),
    "groups of eight":                (shapes(64, 64, (28, 28), (3, 3), groups=8), "row-lowered"),
    "groups of nine":                 (shapes(72, 72, (28, 28), (3, 3), groups=8), "lowered"),
    "an image":                       (shapes(1, 1, (64, 64), (3, 3)), "row-lowered"),
    "one channel to many":             (shapes(1, 64, (64, 64), (3, 3)), "lowered"),
    "depthwise, strided":             (shapes(32, 32, (56, 56), (3, 3), groups=32, stride=2), "row-lowered"),
    "depthwise, dilated":             (shapes(32, 32, (28, 28), (3, 3), groups=32, dilation=3), "row-lowered"),
    "depthwise with a large kernel":  (shapes(4, 4, (200, 200), (23, 23), groups=4), "row-lowered"),
    "depthwise with a huge kernel":   (shapes(4, 4, (200, 200), (25, 25), groups=4), "fourier"),
    "the same, strided":              (shapes(4, 4, (200, 200), (25, 25), groups=4, stride=2), "row-lowered"),
    "a large plane":                  (shapes(1, 1, (1000, 1000), (16, 16)), "row-lowered"),
    "a large plane, one tap more":    (shapes(1, 1, (1000, 1000), (2, 131)), "fourier"),
    "a signal":                       (shapes(1, 1, (5000,), (16,)), "banded"),
    "a short signal":                 (shapes(1, 1, (20,), (3,)), "lowered"),
    "a signal and one tap":           (shapes(1, 1, (5000,), (1,)), "lowered"),
    "a signal and a long kernel":     (shapes(1, 1, (9000,), (441,)), "fourier"),
    "a signal and a shorter kernel":  (shapes(1, 1, (9000,), (439,)), "banded"),
}  # fmt: skip


def test_rows_are_together_in_bands_where_they_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    products = list[tuple[int, ...]]()
    matmul = np.matmul

    def recorded(first: NDArray[Any], second: NDArray[Any], out: NDArray[Any]) -> None:
        products.append((*first.shape[2:], second.shape[-1]))
        matmul(first, second, out=out)

    monkeypatch.setattr(np, "matmul", recorded)
    rng = np.random.default_rng(2)
    for dilation, calls in ((1, 2), (2, 3)):  # of 9 rows, or 5 and 4 apart, whole bands, and one from the end
        chosen = Settings(dilation=(dilation, 1))
        x, w = rng.standard_normal((9 + 2 * dilation, 30)), rng.standard_normal((3, 3))
        case = convolution(Tensor.of(x), Tensor.of(w), rank=2, settings=chosen)
        few = convolution(Tensor.of(x[: 2 + 3 * dilation]), Tensor.of(w), rank=2, settings=chosen)
        products.clear()
        with forced(RowLowered()), bands(20):
            by_bands = run(case, threads=1).output.values
            assert products == [(4, 18, 20), (4, 18, 8)] * calls
            products.clear()
            run(few)
            assert {count for count, _, _ in products} == {1}
        products.clear()
        with forced(RowLowered(), side=3), bands(20):  # of 9 rows, at most 3 to a block
            by_vectors = run(case).output.values
        assert {count for count, _, _ in products} == {1}
        assert np.allclose(by_vectors, by_bands, 1e-12, 1e-12)
        with forced(RowLowered()), bands(0):
            assert np.allclose(run(case).output.values, by_bands, 1e-12, 1e-12)


@pytest.mark.parametrize("name", PLANS)
def test_what_is_planned_at_the_borders(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "columns_at_once", lambda rows, terms: 0)
    case, expected = PLANS[name]
    assert next(rules_for(case.spec, Sums("float32"))).method.name == expected
    direct = expected.replace("fourier", "banded" if case.spec.rank == 1 else "row-lowered")
    for sums in (Sums("float64"), Sums("float32", Limbs("float32", (8, 1), (8, 1), fits=True))):
        assert next(rules_for(case.spec, sums)).method.name == direct


def test_kernels_for_transforms_are_twice_as_large_where_rows_are_in_bands(monkeypatch: pytest.MonkeyPatch) -> None:
    smaller, larger = (shapes(1, 1, (1000, 1000), (kernel, 24)) for kernel in (21, 22))  # 2 · 262 taps
    for columns, expected in ((64, "row-lowered"), (0, "fourier")):
        monkeypatch.setattr(rows, "columns_at_once", lambda rows, terms, columns=columns: columns)
        assert next(rules_for(smaller.spec, Sums("float32"))).method.name == expected
        assert next(rules_for(larger.spec, Sums("float32"))).method.name == "fourier"


@pytest.mark.parametrize("name", PLANS)
def test_what_is_planned_and_the_plainest_method_agree_on_integers(name: str) -> None:
    spec = PLANS[name][0].spec
    rng = np.random.default_rng(2)
    x = rng.integers(-9, 10, (1, spec.channels_in, *spec.sizes))
    w = rng.integers(-9, 10, (spec.channels_out, spec.group_in, *spec.kernels))
    chosen = Settings(stride=spec.axes[0].stride, dilation=spec.axes[0].dilation, padding=spec.pads, groups=spec.groups)
    case = convolution(Tensor.of(x), Tensor.of(w), rank=spec.rank, settings=chosen)
    output = run(case).output
    assert np.count_nonzero(output.values) > output.size // 2
    with forced(Lowered()):
        assert run(case).output.equals(output)
    floats = convolution(Tensor.of(x.astype(float)), Tensor.of(w.astype(float)), rank=spec.rank, settings=chosen)
    assert abs(run(floats).output.values - output.values).max() < 1e-6


def test_every_rule_says_why_and_the_last_takes_all() -> None:
    assert len({rule.why for rule in RULES}) == len(RULES)
    assert isinstance(RULES[-1].method, Lowered)
    assert all(rule.method.says and rule.method.name for rule in RULES)
