"""Little convolutions by a table of positions: the same as by blocks, up to where the plan says so and no further."""

import numpy as np
import pytest
from hypothesis import given

from convcli.engine import run
from convcli.engine.convolve import Sums
from convcli.engine.lower import Lowered
from convcli.engine.plan import LITTLE, planned
from convcli.engine.table import is_little, table_of
from convcli.numbers.tensor import Tensor
from convcli.problem import Convolution, convolution
from convcli.settings import Settings
from convcli.spec import ConvSpec, conv_spec
from convcli.trace import SumTrace
from tests.engine.forcing import forced
from tests.strategies import SMALL, problems


@given(problems(SMALL))
def test_the_table_the_blocks_and_the_trace_agree(case: Convolution) -> None:
    assert planned(case.spec, Sums("float64")).table is not None
    output = run(case).output
    with forced(Lowered()):
        assert run(case).output.equals(output)
    assert all(step.value == output.at(step.at) for step in SumTrace(case))


@given(problems(SMALL))
def test_a_table_names_what_each_tap_reads(case: Convolution) -> None:
    spec, table = case.spec, table_of(case.spec)
    behind = spec.channels_in * int(np.prod(spec.sizes))
    positions = table.positions.reshape(spec.groups, spec.group_in, *spec.kernels, *spec.outputs)
    for at in np.ndindex(positions.shape):
        (group, within), taps, outs = at[:2], at[2 : 2 + spec.rank], at[2 + spec.rank :]
        expected = group * spec.group_in + within
        for axis, out, tap in zip(spec.axes, outs, taps, strict=True):
            source = axis.source(out, tap)
            expected = behind if source is None or expected == behind else expected * axis.size + source
        assert positions[at] == expected
    assert table.reads_padding == (behind in positions)


def spec(inputs: int, outputs: int, length: int) -> ConvSpec:
    return conv_spec(sizes=(length,), kernels=(1,), channels_in=inputs, channels_out=outputs, settings=Settings())


def strided(length: int) -> ConvSpec:
    """Of a large input, little is read."""
    settings = Settings(stride=2**15)
    return conv_spec(sizes=(length,), kernels=(1,), channels_in=1, channels_out=1, settings=settings)


@pytest.mark.parametrize(
    ("case", "little"),
    [
        (spec(8, 8, 1024), True),
        (spec(8, 8, 1025), False),
        (spec(16, 128, 32), True),
        (spec(16, 128, 33), False),
        (spec(1, 1, 8193), False),
        (strided(2**16), True),
        (strided(2**16 + 1), False),
    ],
    ids=str,
)
def test_what_is_little(case: ConvSpec, little: bool) -> None:
    assert is_little(case) == little
    assert (planned(case, Sums("float32")).why == LITTLE) == little


def test_a_plan_that_lacks_the_memory_for_a_table_has_none() -> None:
    case = spec(8, 8, 1024)
    held = planned(case, Sums("float32")).held
    assert planned(case, Sums("float32"), memory=held).table is not None
    assert planned(case, Sums("float32"), memory=held - 1).table is None


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_floats_of_a_batch_with_padding_and_bias(dtype: str) -> None:
    rng = np.random.default_rng(1)
    x, w, bias = (rng.integers(-9, 9, shape).astype(dtype) for shape in ((3, 4, 5, 6), (6, 2, 3, 3), (6,)))
    case = convolution(
        *map(Tensor.of, (x, w, bias)), rank=2, settings=Settings(padding=2, groups=2, stride=(1, 2)), pad_value=2
    )
    output = run(case).output
    with forced(Lowered(), 2):
        assert run(case).output.equals(output)
    assert output.dtype == dtype
