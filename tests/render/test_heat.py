"""Heat maps: what each cell shows, how large all of it gets, and what the scale says; with colours and without."""

import re
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from convcli.engine import run
from convcli.numbers.tensor import Tensor
from convcli.problem import Problem, convolution, gradients
from convcli.render.heat import COLORS, heat_map
from convcli.render.heat.colors import ABOUT_ZERO, UPWARDS, blended, ramp
from convcli.render.heat.planes import strongest
from convcli.render.heat.scale import Scale
from tests.render.test_imports import loaded

ESCAPE = re.compile(r"\x1b\[([0-9;]*)m")


def identity(output: Any, rank: int, layout: str = "nchw") -> tuple[Tensor, Problem]:
    """An output (n, o, *s), and the problem of a 1x1 kernel over it."""
    tensor = output if isinstance(output, Tensor) else Tensor.of(np.asarray(output))
    source = tensor if layout == "nchw" else tensor.with_values(np.moveaxis(tensor.values, 1, -1))
    kernel = Tensor.of(np.eye(tensor.shape[1], dtype=np.int64).reshape(tensor.shape[1], -1, *[1] * rank))
    problem = convolution(source, kernel, None, rank=rank, layout=layout)
    assert problem.spec.output_shape == tensor.shape
    return tensor, problem


def drawn(output: Any, rank: int = 2, width: int = 80, height: int | None = None, **how: Any) -> str:
    return heat_map(*identity(output, rank), width, height, **how)


def one(rows: Any) -> Any:
    return np.asarray(rows)[None, None]


def visible(text: str) -> str:
    return ESCAPE.sub("", text)


PLAIN = {
    "about zero: a minus is below": (
        one([[-4, -1, 0], [1, 3, 4]]),
        {},
        """\
│-█-░  │
│░░▓▓██│

-4 -█ -▓ -▒ -░ 0 is blank ░░ ▒▒ ▓▓ ██ 4
""",
    ),
    "about zero in ASCII": (
        one([[-4, -1, 0], [1, 3, 4]]),
        {"ascii": True},
        """\
|-@-:  |
|::%%@@|

-4 -@ -% -# -* -= -: -. 0 is blank .. :: == ** ## %% @@ 4
""",
    ),
    "the larger side sets the scale of both": (
        one([[-1, 8]]),
        {},
        """\
│-░██│

-8 -█ -▓ -▒ -░ 0 is blank ░░ ▒▒ ▓▓ ██ 8
values from -1 to 8
""",
    ),
    "of one sign: from the least to the largest": (
        one([[10, 11, 12], [15, 17, 18]]),
        {},
        """\
│  ░░░░│
│▓▓████│

10 is blank ░░ ▒▒ ▓▓ ██ 18
""",
    ),
    "up to zero": (one([[-4, -1, 0]]), {}, "│  ▓▓██│\n\n-4 is blank ░░ ▒▒ ▓▓ ██ 0\n"),
    "below zero only": (one([[-10, -18]]), {}, "│██  │\n\n-18 is blank ░░ ▒▒ ▓▓ ██ -10\n"),
    "the least number next to zero is seen": (
        one([[-1, 10**6]]),
        {},
        "│-░██│\n\n-1000000 -█ -▓ -▒ -░ 0 is blank ░░ ▒▒ ▓▓ ██ 1000000\nvalues from -1 to 1000000\n",
    ),
    "one number": (one([[5, 5]]), {}, "│████│\n\nevery finite value is 5\n"),
    "nothing but zeros": (one([[0, 0]]), {}, "│    │\n\nevery finite value is 0\n"),
    "fractions": (
        Tensor.exact(one([[-2, 1]]), 3),
        {"precision": 3},
        "│-█▒▒│\n\n-0.667 -█ -▓ -▒ -░ 0 is blank ░░ ▒▒ ▓▓ ██ 0.667\nvalues from -0.667 to 0.333\n",
    ),
    "integers of any size": (
        Tensor.exact(one([[10**60, 10**60 + 4]])),
        {},
        "│  ██│\n\n100000000000…000000000000\xa0(61\xa0digits) is blank ░░ ▒▒ ▓▓ ██ 100000000000…000000000004\xa0(61\xa0digits)\n",
    ),
    "integers of any size in ASCII": (
        Tensor.exact(one([[10**60]])),
        {"ascii": True},
        "|@@|\n\nevery finite value is 100000000000...000000000000 (61 digits)\n",
    ),
    "not finite": (
        one([[np.inf, -np.inf, np.nan], [-2.0, 0.0, 2.0]]),
        {},
        "│↑↑↓↓??│\n│-█  ██│\n\n-2 -█ -▓ -▒ -░ 0 is blank ░░ ▒▒ ▓▓ ██ 2   ↑ inf   ↓ -inf   ? nan\n",
    ),
    "not finite in ASCII": (
        one([[np.inf, -np.inf, 1.0]]),
        {"ascii": True},
        "|^^vv@@|\n\nevery finite value is 1   ^ inf   v -inf\n",
    ),
    "nothing finite": (one([[np.nan]]), {}, "│??│\n\nno value is finite   ? nan\n"),
    "channels beside each other": (
        np.array([[[[1, 2]], [[2, 1]]]]),
        {},
        """\
channel 0  channel 1
│  ██│     │██  │

1 is blank ░░ ▒▒ ▓▓ ██ 2
""",
    ),
    "channels below each other, counted from 1": (
        np.array([[[[1, 2]], [[2, 1]]]]),
        {"width": 19, "from_one": True},
        """\
channel 1
│  ██│

channel 2
│██  │

1 is blank ░░ ▒▒ ▓▓ ██ 2
""",
    ),
    "a batch": (
        np.array([[[[1]], [[2]]], [[[3]], [[4]]]]),
        {},
        """\
item 0, channel 0  item 0, channel 1  item 1, channel 0  item 1, channel 1
│  │               │▒▒│               │▓▓│               │██│

1 is blank ░░ ▒▒ ▓▓ ██ 4
""",
    ),
    "blocks": (
        one([[-5, 1, 2, 0], [4, 0, 3, -3], [0, 0, 1, 0]]),
        {"width": 6},
        """\
│-█▓▓│
│  ░░│

-5 -█ -▓ -▒ -░ 0 is blank ░░ ▒▒ ▓▓ ██ 5
values from -5 to 4
each cell: of 2x2 elements the one of largest magnitude
""",
    ),
    "planes that do not fit": (
        np.arange(4).reshape(1, 4, 1, 1),
        {"width": 20, "height": 7},
        """\
channel 0  channel 1
│  │       │██│

0 is blank ░░ ▒▒ ▓▓ ██ 1
… 2 more planes of 4 not shown
""",
    ),
    "planes that do not fit in ASCII": (
        np.arange(3).reshape(1, 3, 1, 1),
        {"width": 20, "height": 7, "ascii": True},
        """\
channel 0  channel 1
|  |       |@@|

0 is blank .. :: == ** ## %% @@ 1
... 1 more plane of 3 not shown
""",
    ),
}


@pytest.mark.parametrize(("output", "how", "text"), PLAIN.values(), ids=PLAIN)
def test_without_colours(output: Any, how: dict[str, Any], text: str) -> None:
    assert drawn(output, **how) == text


def test_signals_have_their_channels_below_each_other() -> None:
    output = np.array([[[0, 1, 2, 3], [3, 2, 1, 0]], [[1, 1, 1, 1], [2, 2, 2, 2]]])
    assert drawn(output, 1) == (
        "item 0      item 1\n│  ▒▒▓▓██│  │▒▒▒▒▒▒▒▒│\n│██▓▓▒▒  │  │▓▓▓▓▓▓▓▓│\n\n0 is blank ░░ ▒▒ ▓▓ ██ 3\n"
    )
    assert drawn(output[:1], 1, width=6) == (
        "│▒▒██│\n│██▒▒│\n\n0 is blank ░░ ▒▒ ▓▓ ██ 3\neach cell: of 1x2 elements the one of largest magnitude\n"
    )
    high = np.arange(8).reshape(1, 8, 1)
    assert drawn(high, 1, height=7).startswith("│▒▒│\n│██│\n\n")
    assert "of 4x1 elements" in drawn(high, 1, height=7)
    assert "of 4x1 elements" in drawn(high, 1, height=7, colors="16")
    colored = drawn(output[:1], 1, colors="16").split("\n")
    assert [visible(line) for line in colored[:3]] == ["▀▀▀▀", "▀▀▀▀", ""]
    assert colored[0].startswith("\x1b[30;40m▀")  # both halves of the line are the same cell


def test_volumes_are_slices() -> None:
    output = np.arange(4).reshape(1, 2, 2, 1, 1)
    assert drawn(output, 3).startswith(
        "channel 0, depth 0  channel 0, depth 1  channel 1, depth 0  channel 1, depth 1\n"
    )
    assert drawn(output[:, :1], 3).startswith("depth 0  depth 1\n")


def test_channels_last_are_channels() -> None:
    output, problem = identity(np.arange(12).reshape(1, 2, 2, 3), 2, "nhwc")
    assert heat_map(output, problem).startswith("channel 0  channel 1\n│  ░░░░│  ")


def test_gradients_have_planes_of_their_own() -> None:
    forward = convolution(Tensor.of([[[1, 2], [3, 4]]] * 2), Tensor.of(np.ones((2, 2, 1, 1))), None, rank=2)
    found = gradients(forward, Tensor.of(np.array([[[1, 2], [3, 4]], [[0, 1], [1, 0]]])))
    names = "output 0, input 0  output 0, input 1  output 1, input 0  output 1, input 1\n"
    kernel = heat_map(run(found.kernel).output, found.kernel)
    assert kernel.startswith(names)
    assert found.bias is not None
    assert heat_map(run(found.bias).output, found.bias) == "│██  │\n\n2 is blank ░░ ▒▒ ▓▓ ██ 10\n"


def test_a_pointwise_kernel_is_one_matrix() -> None:
    forward = convolution(Tensor.of([[[1, 2]]] * 2), Tensor.of([[1, 0], [0, 1]]), None, rank=2, pointwise=True)
    kernel = gradients(forward, Tensor.of([[[1, 2]], [[0, -1]]])).kernel
    assert heat_map(run(kernel).output, kernel).startswith("│████│\n│-▒-▒│\n\n")


RED, BLUE, WHITE = "120;8;30", "8;48;120", "248;248;248"


def test_two_rows_are_one_line_of_two_colours() -> None:
    text = drawn(one([[-1, 0], [1, 1], [1, 1]]), colors="truecolor")
    lines = text.split("\n")
    assert lines[0] == f"\x1b[38;2;{BLUE};48;2;{RED}m▀\x1b[38;2;{WHITE};48;2;{RED}m▀\x1b[0m"
    assert lines[1] == f"\x1b[38;2;{RED};49m▀▀\x1b[0m"  # nothing below, and the same colour said once
    assert lines[2] == ""
    assert visible(lines[3]) == f"-1 {' ' * 12} 0 {' ' * 12} 1"
    assert lines[3].startswith(f"-1 \x1b[48;2;{BLUE}m \x1b[")
    assert lines[3].endswith(f"m \x1b[48;2;{RED}m \x1b[0m 1")
    assert lines[4:] == [""]


def test_fewer_colours() -> None:
    output = one([[-1, 0, 1], [0, 0, 0]])
    assert drawn(output, colors="256").split("\n")[0] == (
        "\x1b[38;5;18;48;5;231m▀\x1b[38;5;231;48;5;231m▀\x1b[38;5;88;48;5;231m▀\x1b[0m"
    )
    assert drawn(output, colors="16").split("\n")[0] == "\x1b[34;107m▀\x1b[97;107m▀\x1b[31;107m▀\x1b[0m"
    upwards = drawn(one([[0, 5], [2, 4]]), colors="16").split("\n")
    assert upwards[0] == "\x1b[30;45m▀\x1b[97;103m▀\x1b[0m"
    assert visible(upwards[2]) == f"0 {' ' * 24} 5"


def test_what_is_not_finite_is_a_sign_among_colours() -> None:
    output = one([[np.nan, 1.0, np.inf, 1.0], [1.0, -np.inf, np.nan, 2.0]])
    line, _, scale, *_ = drawn(output, colors="16").split("\n")
    assert line == "\x1b[0m?↓?\x1b[30;107m▀\x1b[0m"
    assert visible(scale) == f"1 {' ' * 24} 2   ↑ inf   ↓ -inf   ? nan"


def test_ascii_has_no_colours() -> None:
    assert drawn(one([[1, 2]]), ascii=True, colors="truecolor") == drawn(one([[1, 2]]), ascii=True)


def test_a_narrow_scale() -> None:
    assert visible(drawn(one([[-5, 5]]), width=13, colors="16").split("\n")[2]) == "-5    0    5"
    assert visible(drawn(one([[-5, 5]]), width=1, colors="16").split("\n")[2]) == "-5   0   5"


def test_a_plane_is_as_large_as_fits() -> None:
    wide, high = np.arange(10).reshape(1, 1, 1, 10), np.arange(10).reshape(1, 1, 10, 1)
    assert "each cell" not in drawn(wide, width=22)
    assert "each cell: of 2x2 elements" in drawn(wide, width=21)
    assert "each cell" not in drawn(wide, width=10, colors="16")
    assert "each cell: of 2x2 elements" in drawn(wide, width=9, colors="16")
    assert "each cell" not in drawn(high, height=15)
    assert "each cell: of 2x2 elements" in drawn(high, height=14)
    assert "each cell" not in drawn(high, height=10, colors="16")
    assert "each cell: of 2x2 elements" in drawn(high, height=9, colors="16")
    assert "each cell" not in drawn(high[..., 0], 1, width=20, colors="16")


def test_a_caption_takes_a_line() -> None:
    high = np.arange(20).reshape(1, 2, 10, 1)
    assert "each cell" not in drawn(high, height=16)
    assert "each cell: of 2x2 elements" in drawn(high, height=15)


def test_planes_are_shrunk_for_each_other_but_not_to_nothing() -> None:
    many = np.arange(64 * 256).reshape(1, 64, 16, 16)
    assert "each cell" not in drawn(many, height=1000)
    shrunk = drawn(many, height=40)
    assert "each cell: of 2x2 elements" in shrunk
    assert "… 52 more planes of 64 not shown" in shrunk
    low = np.arange(64 * 8 * 64).reshape(1, 64, 8, 64)[..., ::2]
    assert "each cell" not in drawn(low, height=40)


def test_planes_below_each_other_fill_the_room() -> None:
    two = np.arange(2).reshape(1, 2, 1, 1)
    assert "not shown" not in drawn(two, width=12, height=10)
    assert "… 1 more plane of 2 not shown" in drawn(two, width=12, height=9)
    assert len(drawn(two, width=12, height=10).splitlines()) == 7


ANY = arrays(
    np.int64,
    st.tuples(st.integers(1, 2), st.integers(1, 6), st.integers(1, 40), st.integers(1, 40)),
    elements=st.integers(-99, 99),
)


@given(ANY, st.sampled_from(COLORS), st.booleans(), st.integers(1, 90), st.integers(1, 60) | st.none())
def test_a_drawing_keeps_to_its_room(output: Any, colors: str, simple: bool, width: int, height: int | None) -> None:
    text = drawn(output, 2, width, height, colors=colors, ascii=simple)
    picture, _, legend = text.rpartition("\n\n")
    lines = visible(picture).split("\n")
    names = ("channel 0", "item 0", "item 0, channel 0")
    assert all(len(line) <= max(width, 4, *map(len, names)) for line in lines)
    assert height is None or len(lines) <= max(height - 5, 2)
    assert len(legend.splitlines()) <= 4
    assert not simple or text.isascii()


@given(
    arrays(
        np.int64,
        st.tuples(st.integers(1, 7), st.integers(1, 7)),
        elements=st.integers(-(2**63), 2**63 - 1) | st.integers(-5, 5),
    ),
    st.tuples(st.integers(1, 4), st.integers(1, 4)),
    st.booleans(),
)
def test_a_cell_shows_the_element_of_largest_magnitude(plane: Any, by: tuple[int, int], wide: bool) -> None:
    found = strongest(plane.astype(object) if wide else plane, by)
    for i, row in enumerate(found.tolist()):
        for j, cell in enumerate(row):
            block = plane[i * by[0] : (i + 1) * by[0], j * by[1] : (j + 1) * by[1]].ravel().tolist()
            assert cell in block
            largest = max(map(abs, block))
            assert abs(cell) == largest if wide else abs(cell) >= largest * (1 - 2**-52)
    assert found.shape == (-(-plane.shape[0] // by[0]), -(-plane.shape[1] // by[1]))


def test_the_least_integer_is_the_largest_magnitude() -> None:
    assert strongest(np.array([[-(2**63), 5]]), (1, 2)).tolist() == [[-(2**63)]]


def test_a_scale_is_of_all_planes() -> None:
    assert Scale.of([np.array([3, 4]), np.array([1, 9]), np.array([2, 2])]) == Scale(1, 9)


def test_a_block_with_nan_is_nan() -> None:
    assert np.isnan(strongest(np.array([[1.0, np.nan], [np.inf, -9.0]]), (2, 2))).tolist() == [[True]]
    assert strongest(np.array([[1.0, -np.inf]]), (1, 2)).tolist() == [[-np.inf]]


NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.integers(-9, 9) | st.integers(10**18, 10**18 + 9)


@given(st.lists(NUMBERS | st.integers(-(10**400), 10**400), min_size=1, max_size=9))
def test_exact_numbers_lie_where_they_should(cells: list[int]) -> None:
    values = Tensor.exact(cells).values
    scale = Scale.of([values])
    low, high = min(cells), max(cells)
    for cell, position in zip(cells, scale.positions(values).tolist(), strict=True):
        if low < 0 < high:
            wanted = Fraction(cell, max(-low, high))
        else:
            wanted = Fraction(cell - low, high - low) if low < high else Fraction(cell != 0)
        assert abs(Fraction(position) - wanted) < Fraction(1, 2**50)


@given(st.lists(st.floats(width=64), min_size=1, max_size=9), st.sampled_from(["float64", "float32", "float16"]))
def test_floats_lie_where_they_should(cells: list[float], dtype: str) -> None:
    with np.errstate(over="ignore"):
        values = np.array(cells).astype(dtype)
    scale = Scale.of([values])
    finite = values[np.isfinite(values)].astype(np.float64)
    positions = scale.positions(values)
    assert (
        (positions[np.isfinite(values)] >= (-1 if scale.diverges else 0)) & (positions[np.isfinite(values)] <= 1)
    ).all()
    assert scale.finite == bool(finite.size)
    if finite.size:
        order = np.argsort(finite, kind="stable")
        assert (np.diff(positions[np.isfinite(values)][order]) >= 0).all()
        assert (scale.low, scale.high) == (finite.min(), finite.max())


def luminance(color: tuple[int, int, int]) -> float:
    parts = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in color]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def test_lightness_alone_says_how_far_a_number_is() -> None:
    below, above = (blended(half, 20) for half in (ABOUT_ZERO[:4], ABOUT_ZERO[3:]))
    for colors in (below, above[::-1], blended(UPWARDS, 20)):
        lights = [luminance(color) for color in colors]
        assert lights == sorted(lights)
        assert (lights[-1] + 0.05) / (lights[0] + 0.05) > 7
    for blue, red in zip(below, above[::-1], strict=True):
        assert abs(luminance(blue) - luminance(red)) < 0.1
    assert blended(ABOUT_ZERO, 241)[120] == ABOUT_ZERO[3]


@pytest.mark.parametrize("colors", ["truecolor", "256", "16"])
def test_zero_has_a_colour_of_its_own_in_the_middle(colors: str) -> None:
    shades = ramp(colors, diverges=True)
    assert len(shades.before) % 2 == 1
    assert len(shades.before) == len(shades.behind)
    levels = shades.levels(np.array([-1.0, 0.0, 1.0, np.nan, np.inf, -np.inf]), diverges=True)
    last = len(shades.before) - 1
    assert levels.tolist() == [0, last // 2, last, 0, last, 0]
    assert shades.levels(np.array([-0.9 / last, 0.9 / last]), diverges=True).tolist() == [last // 2] * 2
    assert shades.levels(np.array([-1.1 / last, 1.1 / last]), diverges=True).tolist() == [last // 2 - 1, last // 2 + 1]


def test_no_colour_of_one_side_is_on_the_other() -> None:
    for colors in ("truecolor", "256", "16"):
        before = ramp(colors, diverges=True).before
        middle = len(before) // 2
        assert not set(before[:middle]) & set(before[middle:])


def test_heat_maps_load_no_more_than_they_need() -> None:
    assert loaded("from convcli.render.heat import heat_map") == []
