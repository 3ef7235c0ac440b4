"""One axis: its arithmetic as a table with reasons, what the numbers mean as properties, and its refusals."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from convcli.axis import RULES, Axis, PaddingMode, pads_by_rule
from convcli.errors import ConvError, FitError, UsageError

small, pads = st.integers(1, 6), st.integers(0, 5)

#    what the row is about                size k  s  d  pad     span out unread
ARITHMETIC = {
    "unit stride, no padding (fig 2.1)":   (4, 3, 1, 1, (0, 0), 3, 2, 0),
    "arbitrary padding (fig 2.2)":         (5, 4, 1, 1, (2, 2), 4, 6, 0),
    "half padding, odd kernel (fig 2.3)":  (5, 3, 1, 1, (1, 1), 3, 5, 0),
    "full padding (fig 2.4)":              (5, 3, 1, 1, (2, 2), 3, 7, 0),
    "stride without padding (fig 2.5)":    (5, 3, 2, 1, (0, 0), 3, 2, 0),
    "stride with padding (fig 2.6)":       (5, 3, 2, 1, (1, 1), 3, 3, 0),
    "stride leaves one unread (fig 2.7)":  (6, 3, 2, 1, (1, 1), 3, 3, 1),
    "dilation spreads the taps (fig 5.1)": (7, 3, 1, 2, (0, 0), 5, 3, 0),
    "1x1 kernel reads every element":      (4, 1, 1, 1, (0, 0), 1, 4, 0),
    "kernel exactly covers the input":     (3, 3, 1, 1, (0, 0), 3, 1, 0),
    "stride longer than the input":        (5, 2, 9, 1, (0, 0), 2, 1, 3),
    "uneven padding":                      (4, 3, 1, 1, (0, 2), 3, 4, 0),
}  # fmt: skip


@pytest.mark.parametrize(("size", "k", "s", "d", "pad", "span", "out", "unread"), ARITHMETIC.values(), ids=ARITHMETIC)
def test_arithmetic(size: int, k: int, s: int, d: int, pad: tuple[int, int], span: int, out: int, unread: int) -> None:
    axis = Axis(size=size, kernel=k, stride=s, dilation=d, pad_before=pad[0], pad_after=pad[1])
    assert (axis.span, axis.output, axis.unread) == (span, out, unread)


@st.composite
def axes(draw: st.DrawFn) -> Axis:
    size, kernel, stride, dilation, before, after = (draw(s) for s in (small, small, small, small, pads, pads))
    mode = draw(st.sampled_from(PaddingMode))
    assume((kernel - 1) * dilation + 1 <= size + before + after)
    reach = mode.reach(size)
    assume(reach is None or max(before, after) <= reach)
    return Axis(
        size=size, kernel=kernel, stride=stride, dilation=dilation, pad_before=before, pad_after=after, mode=mode
    )


@given(axes())
def test_output_is_the_largest_count_of_windows_that_fit(axis: Axis) -> None:
    last_window_end = (axis.output - 1) * axis.stride + axis.span
    assert last_window_end <= axis.padded < last_window_end + axis.stride


@given(axes())
def test_unread_is_what_lies_behind_the_last_window(axis: Axis) -> None:
    assert axis.unread == axis.padded - ((axis.output - 1) * axis.stride + axis.span)


@given(axes())
def test_inside_lists_the_outputs_whose_tap_is_on_the_input(axis: Axis) -> None:
    for tap in range(axis.kernel):
        assert list(axis.inside(tap)) == [out for out in range(axis.output) if not axis.meeting(out, tap).padding]


@given(axes())
def test_a_tap_reads_what_the_padded_input_shows_there(axis: Axis) -> None:
    for out in range(axis.output):
        for tap in range(axis.kernel):
            assert axis.source(out, tap) == axis.filled[out * axis.stride + tap * axis.dilation]


FILLED = {
    PaddingMode.ZEROS: [None, None, 0, 1, 2, 3, None, None],
    PaddingMode.REFLECT: [2, 1, 0, 1, 2, 3, 2, 1],
    PaddingMode.SYMMETRIC: [1, 0, 0, 1, 2, 3, 3, 2],
    PaddingMode.REPLICATE: [0, 0, 0, 1, 2, 3, 3, 3],
    PaddingMode.CIRCULAR: [2, 3, 0, 1, 2, 3, 0, 1],
}


@pytest.mark.parametrize("mode", PaddingMode)
def test_what_each_mode_shows_beyond_the_edge(mode: PaddingMode) -> None:
    assert Axis(size=4, kernel=1, pad_before=2, pad_after=2, mode=mode).filled == FILLED[mode]


#   rule         size k  s  d   pads
RULE_TABLE = {
    "valid":                         ("valid", 5, 3, 1, 1, (0, 0)),
    "same, odd kernel":              ("same", 5, 3, 1, 1, (1, 1)),
    "same puts the odd one after":   ("same", 4, 3, 2, 1, (0, 1)),
    "same-lower puts it before":     ("same-lower", 4, 3, 2, 1, (1, 0)),
    "same with stride past kernel":  ("same", 5, 1, 3, 1, (0, 0)),
    "same with dilation":            ("same", 9, 3, 1, 2, (2, 2)),
    "half of an even kernel":        ("half", 5, 4, 1, 1, (2, 2)),
    "half with dilation":            ("half", 9, 3, 1, 2, (2, 2)),
    "full":                          ("full", 5, 3, 1, 1, (2, 2)),
    "full with dilation":            ("full", 5, 3, 1, 2, (4, 4)),
    "causal":                        ("causal", 5, 3, 1, 2, (4, 0)),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "size", "k", "s", "d", "expected"), RULE_TABLE.values(), ids=RULE_TABLE)
def test_padding_by_rule(rule: str, size: int, k: int, s: int, d: int, expected: tuple[int, int]) -> None:
    assert pads_by_rule(rule, size=size, kernel=k, stride=s, dilation=d) == expected


@given(small, small, small, small, st.sampled_from(["same", "same-lower"]))
def test_same_gives_one_output_for_each_stride_begun(size: int, k: int, s: int, d: int, rule: str) -> None:
    before, after = pads_by_rule(rule, size=size, kernel=k, stride=s, dilation=d)
    assert Axis(size=size, kernel=k, stride=s, dilation=d, pad_before=before, pad_after=after).output == -(-size // s)


def test_every_rule_is_described() -> None:
    from convcli.conventions import PADDING_MODES, PADDING_RULES

    assert set(PADDING_RULES) == set(RULES)
    assert set(PADDING_MODES) == {mode.value for mode in PaddingMode}


REFUSALS: dict[str, tuple[dict[str, object], type[ConvError], str]] = {
    "stride 0": (
        {"stride": 0},
        UsageError,
        "stride is too small\n"
        "  given     stride = 0 along axis 0\n"
        "  expected  stride of at least 1\n"
        "  fix       write stride 1 or more",
    ),
    "negative dilation": (
        {"dilation": -2},
        UsageError,
        "dilation is too small\n"
        "  given     dilation = -2 along axis 0\n"
        "  expected  dilation of at least 1\n"
        "  fix       write dilation 1 or more",
    ),
    "negative padding": (
        {"pad_after": -1},
        UsageError,
        "padding is too small\n"
        "  given     padding = -1 along axis 0\n"
        "  expected  padding of at least 0\n"
        "  fix       to drop elements at the edge, slice the input",
    ),
    "kernel too large": (
        {"kernel": 5},
        FitError,
        "the kernel does not fit inside the padded input along axis 0\n"
        "  given     input 4 + padding 0+0 = 4; kernel 5\n"
        "  expected  a padded input of at least 5\n"
        "  fix       add 1 padding on each side, or use a smaller kernel",
    ),
    "dilated kernel too large": (
        {"dilation": 2},
        FitError,
        "the kernel does not fit inside the padded input along axis 0\n"
        "  given     input 4 + padding 0+0 = 4; kernel 3 at dilation 2 spans 5\n"
        "  expected  a padded input of at least 5\n"
        "  fix       add 1 padding on each side, or lower the dilation to 1, or use a smaller kernel",
    ),
    "dilated kernel that no dilation makes fit": (
        {"kernel": 6, "dilation": 2},
        FitError,
        "the kernel does not fit inside the padded input along axis 0\n"
        "  given     input 4 + padding 0+0 = 4; kernel 6 at dilation 2 spans 11\n"
        "  expected  a padded input of at least 11\n"
        "  fix       add 4 padding on each side, or use a smaller kernel",
    ),
    "reflect as wide as the input": (
        {"pad_before": 4, "mode": PaddingMode.REFLECT},
        FitError,
        "reflect padding reaches beyond the input along axis 0\n"
        "  given     padding 4:0 on an input of 4\n"
        "  expected  at most 3 on each side: reflect padding shows each input element once more at most\n"
        "  fix       lower the padding to 3, use an input of at least 5, or --padding-mode replicate",
    ),
    "circular more than once round": (
        {"pad_after": 5, "mode": PaddingMode.CIRCULAR},
        FitError,
        "circular padding reaches beyond the input along axis 0\n"
        "  given     padding 0:5 on an input of 4\n"
        "  expected  at most 4 on each side: circular padding shows each input element once more at most\n"
        "  fix       lower the padding to 4, use an input of at least 5, or --padding-mode replicate",
    ),
}


@pytest.mark.parametrize(("settings", "kind", "text"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(settings: dict[str, object], kind: type[ConvError], text: str) -> None:
    with pytest.raises(kind) as caught:
        Axis(**({"size": 4, "kernel": 3} | settings))  # type: ignore[arg-type]
    assert str(caught.value) == text


def test_the_largest_padding_a_mode_can_fill_is_accepted() -> None:
    assert Axis(size=4, kernel=1, pad_before=3, mode=PaddingMode.REFLECT).output == 7
    assert Axis(size=4, kernel=1, pad_before=4, mode=PaddingMode.SYMMETRIC).output == 8
    assert Axis(size=4, kernel=1, pad_before=99, mode=PaddingMode.REPLICATE).output == 103


@given(st.sampled_from(PaddingMode), small, pads, pads)
def test_images_are_the_positions_beyond_the_edge_that_show_an_element(
    mode: PaddingMode, size: int, before: int, after: int
) -> None:
    reach = mode.reach(size)
    assume(reach is None or max(before, after) <= reach)
    beyond = [*range(-before, 0), *range(size, size + after)]
    for index in range(size):
        shown = [position for position in beyond if mode.source(position, size) == index]
        assert sorted(mode.images(index, size, before, after)) == shown
