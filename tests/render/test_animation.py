"""Animations: what is seen in every frame is what the trace says, in its place; and what is not animated says why."""

import html
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from convcli.document import Role, Style, Writer
from convcli.engine import run
from convcli.errors import ConvError, FitError
from convcli.numbers.tensor import Tensor
from convcli.problem import Convolution, Pooling, Problem, Transposed, convolution, pooling, transposed
from convcli.render.drawing import animation, moving
from convcli.settings import PoolKind, PoolSettings, Settings
from convcli.trace import MaxStep, PoolTrace, SumTrace, trace_of
from tests.cli.running import ROOT, SAMPLES
from tests.document.cases import K3, X5, T, derived, dumoulin, made, pointwise, stamped, textbook_1d, textbook_2d
from tests.goldens import check
from tests.pools import pools
from tests.render.films import ROW, Film, Seen
from tests.strategies import problems, transposeds

FEW = settings(max_examples=40)
GOLDENS = ROOT / "tests" / "goldens"


def animated(problem: Problem, style: Style | None = None) -> str:
    return animation(problem, run(problem).output, style or Style())


def film_of(problem: Problem) -> Film:
    """The film of a problem, if it is not too long for one."""
    assume(problem.spec.rank < 3)
    try:
        return Film(animated(problem))
    except FitError:
        assume(False)
        raise


def texts(seen: list[Seen]) -> list[str]:
    return [one.text for one in seen]


def frames(film: Film) -> int:
    return film.seconds - 2 if film.seconds else 1


def cell_under(corner: Seen, cells: list[Seen]) -> Seen:
    """The number in the cell that a corner belongs to: in its row, the last that begins before the cell ends."""
    row = [cell for cell in cells if cell.y - 25 == corner.y - 36 and cell.x < corner.x + 4]
    return row[-1]


# --- what slides ---------------------------------------------------------------------------------------------------


@FEW
@given(problems(pad_values=(0, 3)), st.data())
def test_each_frame_of_a_convolution_is_a_step_of_its_trace(problem: Convolution, data: st.DataObject) -> None:
    film, trace, writer = film_of(problem), SumTrace(problem), Writer(problem, Style())
    shown = [at for at in trace.indices() if at[0] == 0][: frames(film)]
    frame = data.draw(st.integers(0, frames(film) - 1))
    steps = [trace.step(at) for at in shown[: frame + 1]]
    step = steps[-1]
    assert texts(film.cells(frame, "output")) == [writer.number(Role.OUTPUT, one.value).text for one in steps]
    cells, corners = film.cells(frame, "input", "padding"), film.corners(frame)
    under = [cell_under(corner, cells) for corner in corners]
    pairs = [(cell.text, "padding" in cell.classes, corner.text) for cell, corner in zip(under, corners, strict=True)]
    assert pairs == [
        (str(value), bool(pad), str(weight))
        for term in step.terms
        for value, pad, weight in zip(term.patch.flat, term.padding.flat, term.kernel.flat, strict=True)
    ]
    frame_of = film.rectangles(frame, "frame", "kernel")
    assert len(frame_of) == len(step.terms)
    for one, (first, last) in zip(frame_of, ends(corners, len(step.terms)), strict=True):
        assert (one.x, one.y) == (first.x + 4 - width(one, problem), first.y - 36)
        assert (one.x + one.width, one.y + one.height) == (last.x + 4, last.y + 4)
    assert " ".join(film.lines(frame)).endswith(f"= {writer.number(Role.OUTPUT, step.value).text}")
    (mark,) = film.rectangles(frame, "frame", "output")
    assert mark.covers(film.cells(frame, "output")[-1])


def ends(corners: list[Seen], parts: int) -> list[tuple[Seen, Seen]]:
    """The first and the last corner of each part."""
    size = len(corners) // parts
    return [(corners[i], corners[i + size - 1]) for i in range(0, len(corners), size)]


def width(frame: Seen, problem: Convolution) -> float:
    """The width of a cell, from that of the frame."""
    return frame.width / problem.spec.axes[-1].span


@pytest.mark.parametrize(
    ("frame", "line"),
    [
        (0, "y[0,0] = ░0·0 + ░0·1 + ░0·2 + ░0·2 + 3·2 + 3·0 + ░0·0 + 0·1 + 0·2 = 6"),
        (4, "y[1,1] = 0·0 + 1·1 + 3·2 + 1·2 + 2·2 + 2·0 + 0·0 + 0·1 + 2·2 = 17"),
        (8, "y[2,2] = 2·0 + 2·1 + ░0·2 + 0·2 + 1·2 + ░0·0 + ░0·0 + ░0·1 + ░0·2 = 4"),
    ],
)
def test_the_published_example_frame_by_frame(frame: int, line: str) -> None:
    film = Film(animated(dumoulin(padding=1, stride=2)))
    assert film.lines(frame) == [line]
    assert texts(film.cells(frame, "output")) == ["6", "17", "3", "8", "17", "13", "6", "4", "4"][: frame + 1]
    assert len(film.cells(frame, "padding")) == 24
    assert (film.edges("edge outside"), film.edges("edge")) == (24, 25 + 9 + 9)


def test_several_channels_take_turns_and_add_up() -> None:
    film = Film(animated(textbook_2d()))
    assert frames(film) == 27
    assert film.lines(13) == [
        "channel 0: 6·0 + 10·1 + 7·1 + 11·0 = 17",
        "channel 1: 2·0 + 2·0 + 3·0 + 3·1 = 3",
        "y[1,1,1] = 17 + 3 = 20",
    ]
    assert texts(film.cells(13, "kernel")) == ["0", "1", "1", "0", "0", "0", "0", "1"]
    captions = [one.text for one in film.at(13) if "note" in one.classes]
    assert {"input, channel 0", "input, channel 1", "kernel[1,0]", "kernel[1,1]", "output, channel 2"} <= {*captions}
    assert "kernel[0,0]" not in captions


def test_a_bias_is_added_and_counting_begins_where_asked() -> None:
    film = Film(animated(textbook_1d(T([5])), Style(from_one=True)))
    assert film.lines(0) == ["y[1] = 1·1 + 2·0 + 3·(-1) + bias 5 = 3"]
    assert film.lines(1) == ["y[2] = 2·1 + 3·0 + 4·(-1) + bias 5 = 3"]


def test_a_signal_stands_above_its_output() -> None:
    film = Film(animated(textbook_1d()))
    inputs, outputs = film.cells(1, "input"), film.cells(1, "output")
    assert {one.y for one in inputs} < {one.y for one in [*inputs, *outputs]}
    assert inputs[0].x == outputs[0].x
    assert outputs[0].y > inputs[0].y + ROW


def test_channels_of_a_group_only() -> None:
    film = Film(animated(convolution(made(4, 3, 3), made(4, 2, 2, 2), rank=2, settings=Settings(groups=2))))
    captions = [[one.text for one in film.at(frame) if one.text.startswith("input")] for frame in (0, 15)]
    assert captions == [["input, channel 0", "input, channel 1"], ["input, channel 2", "input, channel 3"]]


def test_a_kernel_read_backwards_says_so() -> None:
    film = Film(animated(convolution(T([1, 2, 3]), T([1, 10]), rank=1, settings=Settings(flip=True))))
    assert "kernel, read backwards" in [one.text for one in film.at(0)]
    assert texts(film.cells(0, "kernel")) == ["1", "10"]
    assert texts(film.corners(0)) == ["10", "1"]


def said_below(film: Film) -> str:
    """Everything that is said, put together as if it were not folded."""
    return " ".join(one.text for one in film.at(0))


def test_what_is_left_out_is_said() -> None:
    problem = convolution(made(2, 7, 4, 4), made(60, 7, 1, 1), rank=2)
    film = Film(animated(problem))
    shown = "shown: item 0 of 2 in the batch; output channels 0..3 of 60; all input channels but 3, which count all the same"
    assert shown in said_below(film)
    assert frames(film) == 4 * 16
    lines = film.lines(0)
    assert [line.split(":")[0] for line in lines[:-1]] == [
        "channel 0", "channel 1", "channel 2", "… 3 more channels", "channel 6",
    ]  # fmt: skip
    rest = sum(term.sum for term in SumTrace(problem).step((0, 0, 0, 0)).terms[3:6])
    assert lines[3] == f"… 3 more channels: {rest}"
    one = Film(animated(convolution(made(12, 12), made(2, 3, 3), rank=2)))
    assert "shown: output channel 0 of 2" in said_below(one)


def test_long_sums_are_not_written_out() -> None:
    film = Film(animated(convolution(made(9, 9), made(8, 8), rank=2)))
    assert re.fullmatch(r"y\[0,0\] = the sum of 64 products = -?\d+", film.lines(0)[0])
    many = convolution(made(5, 12, 12), made(1, 5, 3, 3), rank=2)
    assert Film(animated(many)).lines(0)[0].startswith("channel 0: the sum of 9 products = ")
    assert len(animated(many)) < 200_000
    pool = pooling(made(9, 9), rank=2, settings=PoolSettings(kernel_size=8, stride=1))
    assert Film(animated(pool)).lines(0) == ["y[0,0] = max of 64 cells = 9"]


def test_rounded_numbers_say_so_and_fractions_need_not() -> None:
    problem = convolution(Tensor.exact([1, 2, 4], 3), T([1, 1]), rank=1)
    rounded, exact = animated(problem), animated(problem, Style(fractions=True))
    assert "Some numbers are rounded here" in rounded
    assert "Some numbers are rounded here" not in exact
    assert texts(Film(exact).cells(1, "output")) == ["1", "2"]
    assert texts(Film(exact).cells(1, "input")) == ["1/3", "2/3", "4/3"]


def test_where_the_engine_rounds_otherwise_both_are_said() -> None:
    x = Tensor.of(np.array([1e8, 1, -1e8], np.float32))
    problem = convolution(x, Tensor.of(np.array([1, 1, 1], np.float32)), rank=1)
    output = Tensor.of(np.zeros((1, 1, 1), np.float32))
    assert "y[0]: engine 0.0, exact sum rounded once 1.0" in said_below(Film(animation(problem, output, Style())))


# --- what pools ----------------------------------------------------------------------------------------------------


@FEW
@given(pools(), st.data())
def test_each_frame_of_a_pooling_is_a_step_of_its_trace(problem: Pooling, data: st.DataObject) -> None:
    film, trace, writer = film_of(problem), PoolTrace(problem), Writer(problem, Style())
    output = run(problem).output
    shown = [at for at in trace.indices() if at[0] == 0][: frames(film)]
    frame = data.draw(st.integers(0, frames(film) - 1))
    steps = [trace.step(at).beside(output) for at in shown[: frame + 1]]
    step = steps[-1]
    assert texts(film.cells(frame, "output")) == [writer.number(Role.OUTPUT, one.value).text for one in steps]
    (window,) = film.rectangles(frame, "frame", "kernel")
    inside = [cell.text for cell in film.cells(frame, "input") if window.covers(cell)]
    if all(axis.dilation == 1 for axis in problem.spec.axes):
        assert inside == [str(value) for value, pad in zip(step.patch.flat, step.padding.flat, strict=True) if not pad]
    rings = [one for one in film.rectangles(frame, "frame", "output") if one.height == ROW - 10]
    assert len(rings) == isinstance(step, MaxStep)
    if isinstance(step, MaxStep):
        assert [cell.text for cell in film.cells(frame, "input") if rings[0].covers(cell)] == [str(step.value)]
    assert f"= {writer.number(Role.OUTPUT, step.value).text}" in " ".join(film.lines(frame))


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        (PoolSettings(kernel_size=2, stride=1), "y[0,1] = max(*3, 2, 0, 1) = 3 at x[0,1]"),
        (PoolSettings(kernel_size=2, stride=1, kind=PoolKind.AVERAGE), "y[0,1] = (3 + 2 + 0 + 1)/4 = 1.5"),
        (
            PoolSettings(kernel_size=2, stride=1, kind=PoolKind.LP),
            "y[0,1] = (|3|^2 + |2|^2 + |0|^2 + |1|^2)^(1/2) = 14^(1/2) = 3.74166",
        ),
    ],
)
def test_what_is_said_of_each_kind_of_window(settings: PoolSettings, line: str) -> None:
    assert Film(animated(pooling(T(X5), rank=2, settings=settings))).lines(1) == [line]


def test_what_hangs_over_is_marked() -> None:
    problem = pooling(T([1, 2, 3, 4]), rank=1, settings=PoolSettings(kernel_size=3, stride=2, padding=1, ceil=True))
    film = Film(animated(problem))
    assert texts(film.cells(2, "padding")) == ["·"]
    assert "·: where it hangs over" in said_below(film)


# --- what stamps ---------------------------------------------------------------------------------------------------


@FEW
@given(transposeds(), st.data())
def test_each_frame_of_a_transposed_convolution_adds_a_stamp(problem: Transposed, data: st.DataObject) -> None:
    film, spec = film_of(problem), problem.spec
    size = int(np.prod(spec.sizes))
    channel, number = divmod(data.draw(st.integers(0, frames(film) - 1)), size + 1)
    frame = channel * (size + 1) + number
    done = [step for step in map(trace_of(problem).step, np.ndindex(*spec.output_shape)) if step.at[:2] == (0, channel)]
    if number == size:
        seen = texts(film.cells(frame, "output"))[-len(done) :]
        assert seen == [str(step.value) for step in done]
        (kept,) = film.rectangles(frame, "frame", "output")
        assert all(kept.covers(cell) for cell in film.cells(frame, "output")[-len(done) :])
        return
    added = [so_far(problem, channel, count) for count in (number, number + 1)]
    covered = so_far(of_ones(problem), channel, number + 1)
    sums = texts(film.cells(frame, "sum"))[-np.count_nonzero(covered) :]
    assert sums == [str(value) for value, there in zip(added[1].flat, covered.flat, strict=True) if there]
    stamp = film.rectangles(frame, "frame", "kernel")[-1]
    assert all(corner.text[0] in "+-" and stamp.covers(corner) for corner in film.corners(frame))
    assert sum(int(corner.text) for corner in film.corners(frame)) == (added[1] - added[0]).sum()
    assert len(film.rectangles(frame, "frame", "input")) == spec.group_in


def so_far(problem: Transposed, channel: int, count: int) -> NDArray[Any]:
    """What the first elements of the input alone make of an output channel, uncropped, by the engine."""
    mask = np.arange(int(np.prod(problem.spec.sizes))).reshape(problem.spec.sizes) < count
    source = problem.source.with_values(problem.source.values * mask)
    values: NDArray[Any] = run(replace(problem.uncropped, source=source)).output.values[0, channel]
    return values


def of_ones(problem: Transposed) -> Transposed:
    """The same with ones all over, which shows what is covered."""
    ones = problem.source.with_values(np.ones_like(problem.source.values))
    return replace(problem, source=ones, w=problem.w.with_values(np.ones_like(problem.w.values)))


def test_the_stamps_of_a_cropped_and_biased_one_frame_by_frame() -> None:
    film = Film(animated(stamped(T([[1, 2], [3, 4]]), T(K3), T([10]), stride=2, padding=1)))
    assert frames(film) == 5
    assert film.lines(2) == ["x[1,0] = 3 adds 3·kernel = [0 3 6; 6 6 0; 0 3 6]"]
    assert texts(film.corners(2)) == ["+0", "+3", "+6", "+6", "+6", "+0", "+0", "+3", "+6"]
    assert film.lines(4) == ["framed: the output; the padding crops the rest; to each is added the bias 10"]
    assert texts(film.cells(4, "output")) == ["12", "14", "14", "14", "18", "16", "16", "18", "18"]
    assert len(film.cells(4, "sum")) == 16
    assert "dashed: what the padding crops" in said_below(film)


def test_a_stamp_for_each_channel() -> None:
    film = Film(animated(transposed(made(7, 2), made(7, 2, 3), rank=1)))
    lines = film.lines(0)
    assert [line.partition(" = ")[0] for line in lines] == ["x[0,0]", "x[1,0]", "x[2,0]", "… 3 more channels", "x[6,0]"]
    assert " adds (-9)·kernel 0→0 = [" in lines[0]


def test_large_stamps_are_not_written_out() -> None:
    film = Film(animated(stamped(T([[2]]), made(8, 8), flip=True)))
    assert film.lines(0) == ["x[0,0] = 2 adds 2·kernel"]
    assert film.lines(1) == ["framed: the output"]
    assert "kernel, read backwards" in [one.text for one in film.at(0)]


# --- the file ------------------------------------------------------------------------------------------------------

MANY: dict[str, Callable[[], Problem]] = {
    "a convolution": lambda: dumoulin(padding=1, stride=2),
    "several channels": textbook_2d,
    "a signal": textbook_1d,
    "pointwise": pointwise,
    "one frame": lambda: convolution(T([[1]]), T([[2]]), rank=2),
    "max pooling": lambda: pooling(T(X5), rank=2, settings=PoolSettings(kernel_size=3, stride=1)),
    "stamps": lambda: stamped(T([[0, 1], [2, 3]]), T([[0, 1], [2, 3]])),
}


@pytest.mark.parametrize("problem", MANY.values(), ids=MANY)
def test_at_rest_it_is_as_in_its_last_frame(problem: Callable[[], Problem]) -> None:
    film = Film(animated(problem()))
    assert film.at(None) == film.at(frames(film) - 1) == film.at(frames(film) + 1)


@pytest.mark.parametrize("problem", MANY.values(), ids=MANY)
def test_it_moves_only_where_motion_is_wanted(problem: Callable[[], Problem]) -> None:
    style = Film(animated(problem())).style
    assert re.findall(r"animation[-:a-z]*", style.replace("-delay", "")) == re.findall(
        r"animation[-:a-z]*", "".join(re.findall(r"@media\(prefers-reduced-motion:no-preference\)\{.*", style))
    )


@pytest.mark.parametrize("problem", MANY.values(), ids=MANY)
def test_it_loads_nothing_and_runs_nothing(problem: Callable[[], Problem]) -> None:
    svg = animated(problem())
    assert re.findall(r"https?://[^\"]*", svg) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"@import|url\(|<script|href|<image|@font-face|\son\w+=", svg)


def test_it_says_what_it_is_to_who_does_not_see_it() -> None:
    root = Film(animated(textbook_2d())).root
    assert root.get("role") == "img"
    title, said = root[0], root[1]
    assert (title.tag.rpartition("}")[2], said.tag.rpartition("}")[2]) == ("title", "desc")
    assert title.text == "conv2d: input (2, 4, 4) ∗ kernel (3, 2, 2, 2) → output (3, 3, 3); cross-correlation, exact"
    assert said.text == (
        "An animation of 27 frames, one for each output element. Output: channel 0: 13 21 29; 19 27 35; 25 33 41. "
        "channel 1: 9 17 25; 12 20 28; 15 23 31. channel 2: 8 24 40; 8 24 40; 8 24 40."
    )


def test_two_on_one_page_do_not_disturb_each_other() -> None:
    names = [{*re.findall(r"@keyframes (\w+)-", animated(problem()))} for problem in (textbook_1d, textbook_2d)]
    assert [len(some) for some in names] == [1, 1]
    assert names[0] != names[1]


def test_everything_lies_on_the_card() -> None:
    for problem in MANY.values():
        film = Film(animated(problem()))
        high = float(film.root.attrib["height"])
        assert all(0 < one.y <= high - 20 for frame in range(frames(film)) for one in film.at(frame) if one.text)


def test_numbers_have_room_in_their_cells() -> None:
    film = Film(animated(convolution(T([[123456789, -5]]), T([[-1000000]]), rank=2)))
    (cell,) = film.rectangles(0, "frame", "kernel")
    assert cell.width > 9 * max(len(seen.text) for seen in film.cells(0, "input"))


@pytest.mark.parametrize("name", ["convolution"])
def test_the_picture_of_the_readme_is_made_by_convcalc(name: str, pytestconfig: pytest.Config) -> None:
    problem = dumoulin(padding=1, stride=2)
    check(SAMPLES / f"{name}.svg", animated(problem).encode(), pytestconfig)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        (
            "d2l-max.animated.svg",
            lambda: pooling(
                T([[0, 1, 2], [3, 4, 5], [6, 7, 8]]), rank=2, settings=PoolSettings(kernel_size=2, stride=1)
            ),
        ),
        ("d2l-transposed.animated.svg", lambda: stamped(T([[0, 1], [2, 3]]), T([[0, 1], [2, 3]]))),
        ("textbook-1d.animated.svg", textbook_1d),
    ],
)
def test_the_whole_file(name: str, problem: Any, pytestconfig: pytest.Config) -> None:
    check(GOLDENS / name, animated(problem()).encode(), pytestconfig)


def test_it_is_small() -> None:
    assert len(animated(dumoulin(padding=1, stride=2))) < 20_000
    assert len(animated(textbook_2d())) < 50_000


# --- what is not animated ------------------------------------------------------------------------------------------

FIX = "animate a smaller input, with the same settings; or write --explain -f svg, which stands still"
REFUSED = {
    "a gradient": (
        lambda: derived().kernel,
        2,
        "there is no animation of a gradient",
        "conv2d.kernel_gradient",
        "a convolution, a transposed convolution or a pooling",
        "write --explain -f svg; the gradient of an input is the transposed convolution of dy, which is animated",
    ),
    "in 3-D": (
        lambda: convolution(made(2, 2, 2), made(1, 1, 1), rank=3),
        2,
        "an animation shows planes, and there are too many in 3-D",
        "conv3d: input of shape (2, 2, 2)",
        "an operation in 1-D or 2-D",
        "animate one slice in 2-D, or write --explain -f svg",
    ),
    "too long": (
        lambda: convolution(made(11, 11), made(1, 1), rank=2),
        4,
        "the convolution is too large for an animation",
        "121 frames, one for each output element",
        "at most 100",
        FIX,
    ),
    "too many stamps": (
        lambda: stamped(made(10, 10), made(1, 1)),
        4,
        "the convolution is too large for an animation",
        "101 frames, one for each input element and output channel",
        "at most 100",
        FIX,
    ),
    "too large stamps": (
        lambda: stamped(made(9, 9), made(5, 5)),
        4,
        "the convolution is too large for an animation",
        "2,325 cells to draw",
        "at most 2,000",
        FIX,
    ),
    "too large": (
        lambda: pooling(made(60, 60), rank=2),
        4,
        "the pooling is too large for an animation",
        "7,201 cells to draw",
        "at most 2,000",
        FIX,
    ),
    "too large with its padding": (
        lambda: convolution(made(30, 30), made(2, 2), rank=2, settings=Settings(stride=10, padding=10)),
        4,
        "the convolution is too large for an animation",
        "2,529 cells to draw",
        "at most 2,000",
        FIX,
    ),
    "too much work": (
        lambda: convolution(made(2100, 10, 10), made(1, 2100, 1, 1), rank=2),
        4,
        "the convolution is too large for an animation",
        "210,000 products",
        "at most 200,000",
        FIX,
    ),
    "too wide": (
        lambda: convolution(T([10**24]), T([1]), rank=1),
        4,
        "the numbers are too wide for the cells of an animation",
        "a number of 25 characters",
        "at most 24",
        "lower the precision, leave out --fractions, or use smaller numbers",
    ),
}


@pytest.mark.parametrize(("problem", "code", "said", "given", "expected", "fix"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(problem: Any, code: int, said: str, given: str, expected: str, fix: str) -> None:
    made_of = problem()
    with pytest.raises(ConvError) as caught:
        animated(made_of)
    error = caught.value
    assert (error.exit_code, error.problem, error.given, error.expected, error.fix) == (
        code,
        said,
        given,
        expected,
        fix,
    )


def test_what_is_too_large_is_refused_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "trace_of", lambda problem: pytest.fail("it went to work"))
    problem = convolution(Tensor.of(np.zeros((2000, 2000))), T(K3), rank=2)
    with pytest.raises(FitError, match="3,992,004 frames"):
        animation(problem, T([[0]]), Style())


# --- a real browser ------------------------------------------------------------------------------------------------

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
READ = """
<script>
const seen = when => {
  document.getAnimations().forEach(one => { one.pause(); one.currentTime = when * 1000; });
  return [...document.querySelectorAll("svg.convcalc text")]
    .filter(one => getComputedStyle(one).visibility === "visible").map(one => one.textContent);
};
const running = document.getAnimations().length;
document.body.innerText = JSON.stringify([running, TIMES.map(seen)]);
</script>
"""


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on the PATH")
@pytest.mark.parametrize("reduced", [False, True])
def test_a_browser_shows_the_same(reduced: bool, tmp_path: Path) -> None:
    svg = animated(textbook_2d())
    film = Film(svg)
    times = [0, 13, 26]
    page = tmp_path / "page.html"
    page.write_text(
        f"<!doctype html><meta charset=utf-8><body>{svg}{READ.replace('TIMES', str([t + 0.5 for t in times]))}"
    )
    shown = subprocess.run(
        [
            str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", f"--user-data-dir={tmp_path}",
            *(["--force-prefers-reduced-motion"] if reduced else []), "--dump-dom", page.as_uri(),
        ],
        capture_output=True, text=True, timeout=60,
    ).stdout  # fmt: skip
    found = re.search(r"<body>(\[.*\])", shown, re.DOTALL)
    assert found, shown
    running, seen = json.loads(html.unescape(found[1]))
    assert (running > 0) is not reduced
    for time, now in zip(times, seen, strict=True):
        expected = film.at(None if reduced else time)
        assert sorted(now) == sorted(one.text for one in expected if one.text)
