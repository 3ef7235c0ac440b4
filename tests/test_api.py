"""The Python API: torch's names and order, what comes back for what goes in, and its refusals."""

import inspect
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import convcli
from convcli import ConvError, conv1d, conv2d, conv3d, explain
from convcli.api.operands import settings
from convcli.errors import FitError, InputError, UsageError


def test_arguments_are_named_and_ordered_as_in_torch() -> None:
    for function in (conv1d, conv2d, conv3d):
        names = list(inspect.signature(function).parameters)
        assert names[:7] == ["input", "weight", "bias", "stride", "padding", "dilation", "groups"]


TYPES = {
    "floats keep their type": (np.array([1, 2], np.float32), np.array([1], np.float32), np.float32),
    "half too": (np.array([1, 2], np.float16), np.array([1], np.float16), np.float16),
    "the widest float wins": (np.array([1, 2], np.float32), np.array([1], np.float64), np.float64),
    "a float rounds integers": (np.array([1, 2], np.float32), np.array([1]), np.float32),
    "narrow integers give int64": (np.array([100, 100], np.int8), np.array([2], np.int8), np.int64),
    "lists of integers": ([1, 2], [1], np.int64),
    "lists of floats": ([0.5, 2], [1], np.float64),
    "integers past 64 bits": ([2**40, 1], [2**40], object),
    "fractions": ([Fraction(1, 2), 1], [2], object),
    "decimals": (np.array([Decimal("0.1")], object), [3], object),
}


@pytest.mark.parametrize(("x", "w", "dtype"), TYPES.values(), ids=TYPES)
def test_what_type_comes_back(x: object, w: object, dtype: type) -> None:
    assert conv1d(x, w).dtype == np.dtype(dtype)  # type: ignore[arg-type]


def test_exact_operands_give_exact_results() -> None:
    assert conv1d([2**40, 1], [2**40]).tolist() == [2**80, 2**40]
    assert conv1d([Fraction(1, 2), 1], [2]).tolist() == [Fraction(1), Fraction(2)]
    assert all(isinstance(n, Fraction) for n in conv1d([Fraction(1, 2), 1], [2]).tolist())
    assert conv1d(np.array([Decimal("0.1")], object), [3]).tolist() == [Fraction(3, 10)]
    assert conv1d(np.array([100, 100], np.int8), np.array([1, 1], np.int8)).tolist() == [200]


def test_padding_by_number_pairs_and_name() -> None:
    x = np.arange(4)
    assert conv1d(x, [1, 1], padding=1).tolist() == [0, 1, 3, 5, 3]
    assert conv1d(x, [1, 1], padding=[(1, 0)]).tolist() == [0, 1, 3, 5]
    assert conv1d(x, [1, 1], padding="causal").tolist() == [0, 1, 3, 5]
    assert conv1d(x, [1, 1], padding="SAME_LOWER").tolist() == [0, 1, 3, 5]
    assert conv1d(x, [1, 1], padding=np.int64(1), stride=(np.int8(2),)).tolist() == [0, 3, 3]


def test_a_bool_is_the_integer_that_it_equals() -> None:
    """Settings that are equal share a spec, so that neither may be shown as the other was written."""
    assert type(settings(True, 0, 1, 1, "zeros", False).stride) is int


def test_an_explanation_steps_and_indexes_as_the_output_is() -> None:
    x, w = np.arange(16).reshape(4, 4), np.ones((2, 1, 3, 3), int)
    trace = explain(x, w)
    assert trace.result.presented.shape == (2, 2, 2)
    assert trace[1, 0, 1].value == trace.result.presented.at((1, 0, 1)) == 54
    assert explain([1, 2], [1])[1].value == 2
    assert len(trace) == len(list(trace)) == 8
    assert explain(np.ones((3, 3, 3), int), np.ones((3, 3, 3), int), rank=3)[0, 0, 0].value == 27


def test_an_explanation_shows_itself_in_a_terminal_and_in_a_notebook() -> None:
    trace = explain([1, 2, 3, 4], [1, 0, -1])
    assert "  y[0] = 1·1 + 2·0 + 3·(-1) = -2\n" in str(trace)
    assert repr(trace) == str(trace)
    assert "3</span>·" in trace._repr_html_()


REFUSALS: dict[str, tuple[object, type[ConvError], str]] = {
    "text": (
        lambda: conv1d(["a"], [1]),
        InputError,
        "the input is not a tensor of numbers\n"
        "  given     a tensor of <U1 is not a tensor of integers or floats\n"
        "  expected  an array, or nested lists of equal lengths, of integers, floats, Fractions or Decimals\n"
        "  fix       look at numpy.asarray(input).dtype and .shape",
    ),
    "a fractional stride": (
        lambda: conv1d([1], [1], stride=1.5),  # type: ignore[arg-type]
        UsageError,
        "stride is not an integer\n"
        "  given     stride = `1.5`\n"
        "  expected  an integer, or one for each axis\n"
        "  fix       write stride=1, or stride=(1, 2)",
    ),
    "an unknown rule": (
        lambda: conv1d([1], [1], padding="smae"),
        UsageError,
        "padding has no such choice\n"
        "  given     padding = `'smae'`\n"
        "  expected  valid, same, same-lower, half, full, causal\n"
        "  fix       write padding='same'",
    ),
    "another's name for a mode": (
        lambda: conv1d([1], [1], padding_mode="edge"),
        UsageError,
        "padding_mode has no such choice\n"
        "  given     padding_mode = `'edge'`\n"
        "  expected  zeros, reflect, symmetric, replicate, circular\n"
        "  fix       write padding_mode='replicate', which means the same",
    ),
    "an index outside": (
        lambda: explain([1, 2], [1])[2],
        FitError,
        "there is no such output element\n"
        "  given     index (2,); the output has shape (2,)\n"
        "  expected  x, each counted from 0\n"
        "  fix       ask for an index from 0 to 1",
    ),
    "a rank there is not": (
        lambda: explain([1], 5),
        UsageError,
        "the rank of the convolution is not 1, 2 or 3\n"
        "  given     rank 0; a weight of 0 axes\n"
        "  expected  rank 1, 2 or 3\n"
        "  fix       give a weight (output channels, input channels, *kernel), or say rank=2",
    ),
}


@pytest.mark.parametrize(("act", "kind", "text"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(act: object, kind: type[ConvError], text: str) -> None:
    with pytest.raises(kind) as caught:
        act()  # type: ignore[operator]
    assert str(caught.value) == text


@pytest.mark.parametrize(
    "act",
    [
        lambda: explain([1, 2], [[1], [1, 2]]),
        lambda: explain([1, 2], [1])[1.0],  # type: ignore[index]
        lambda: conv1d([1], [1], groups=[1]),  # type: ignore[arg-type]
        lambda: conv1d([1], [1], stride=[[1]]),  # type: ignore[list-item]
        lambda: conv1d([1], [1], padding=[[1, [2]]]),  # type: ignore[list-item]
        lambda: conv1d([1], [1], padding_mode=["zeros"]),  # type: ignore[arg-type]
    ],
)
def test_arguments_of_the_wrong_kind_are_refused(act: object) -> None:
    with pytest.raises((ConvError, TypeError)) as caught:
        act()  # type: ignore[operator]
    assert isinstance(caught.value, ConvError) or "integer" in str(caught.value)


def test_numpy_integers_index_a_trace_and_huge_integers_beside_floats_are_infinite() -> None:
    assert explain([1, 2], [1])[np.int64(1)].value == 2
    assert conv1d([10**400, 0.5], [1]).tolist() == [np.inf, 0.5]


def test_a_ragged_list_is_refused() -> None:
    with pytest.raises(InputError, match="the weight is not a tensor of numbers"):
        conv1d([1, 2, 3], [[1, 2], [3]])


def test_every_public_name_is_there_and_no_other() -> None:
    assert set(convcli.__all__) <= set(dir(convcli))
    assert all(getattr(convcli, name) is not None for name in convcli.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'conv4d'"):
        convcli.conv4d  # noqa: B018


def test_a_name_is_looked_up_once() -> None:
    vars(convcli).pop("conv3d", None)
    assert convcli.conv3d is conv3d
    assert vars(convcli)["conv3d"] is conv3d


def loaded_by(code: str) -> set[str]:
    script = f"import sys; {code}; print(*sys.modules)"
    return set(
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    )


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = {"numpy", "rich", "typer", "yaml", "dataclasses", "enum", "typing", "re"}
    assert loaded_by("import convcli") & heavy - loaded_by("pass") == set()


def test_the_core_loads_no_presentation_library() -> None:
    assert (
        loaded_by("import convcli.api; convcli.conv1d([1], [1])") & {"rich", "typer", "yaml", "textual", "pydantic"}
        == set()
    )


def test_the_checks_above_can_fail() -> None:
    assert {"rich", "yaml"} <= loaded_by("import rich, yaml")
