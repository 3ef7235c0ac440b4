"""The axis of a transposed convolution: the arithmetic of the published figures, its meetings, and its refusals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcli.axis import CROPS, Axis, KernelAxis, PaddingMode, TransposedAxis, crops_by_rule
from convcli.conventions import CROP_RULES
from convcli.errors import ConvError, FitError, UsageError
from tests.test_axis import axes

small, pads = st.integers(1, 5), st.integers(0, 4)

#    Dumoulin & Visin, chapter 4                      n  k  s  d  crop  op  full out
ARITHMETIC = {
    "no padding, unit stride (fig 4.1)":             (2, 3, 1, 1, (0, 0), 0, 4, 4),
    "arbitrary padding, unit stride (fig 4.2)":      (6, 4, 1, 1, (2, 2), 0, 9, 5),
    "half padding, unit stride (fig 4.3)":           (5, 3, 1, 1, (1, 1), 0, 7, 5),
    "full padding, unit stride (fig 4.4)":           (7, 3, 1, 1, (2, 2), 0, 9, 5),
    "no padding, stride 2 (fig 4.5)":                (2, 3, 2, 1, (0, 0), 0, 5, 5),
    "padding, stride 2 (fig 4.6)":                   (3, 3, 2, 1, (1, 1), 0, 7, 5),
    "padding, stride 2, one not read (fig 4.7)":     (3, 3, 2, 1, (1, 1), 1, 7, 6),
    "dilation spreads a stamp":                      (2, 3, 1, 2, (0, 0), 0, 6, 6),
    "output padding past the stride, by dilation":   (2, 1, 1, 3, (0, 0), 2, 2, 4),
    "uneven crop":                                   (3, 3, 1, 1, (0, 2), 0, 5, 3),
}  # fmt: skip


@pytest.mark.parametrize(("n", "k", "s", "d", "crop", "op", "full", "out"), ARITHMETIC.values(), ids=ARITHMETIC)
def test_arithmetic(n: int, k: int, s: int, d: int, crop: tuple[int, int], op: int, full: int, out: int) -> None:
    axis = TransposedAxis(
        size=n, kernel=k, stride=s, dilation=d, pad_before=crop[0], pad_after=crop[1], output_padding=op
    )
    assert (axis.full, axis.output, axis.padded) == (full, out, out + sum(crop))
    assert axis.beyond == max(0, crop[0] + out - full)


@given(axes())
def test_it_is_the_adjoint_of_the_axis_with_the_same_settings(axis: Axis) -> None:
    """The pairs that meet are the same, seen from the other side."""
    transposed = TransposedAxis(
        size=axis.output, kernel=axis.kernel, stride=axis.stride, dilation=axis.dilation, pad_before=axis.pad_before,
        pad_after=axis.pad_after, output_padding=axis.unread, mode=axis.mode,
    )  # fmt: skip
    assert transposed.output == axis.size
    forward = {(axis.source(out, tap), out, tap) for out in range(axis.output) for tap in range(axis.kernel)}
    backward = {(i, m.source, m.other) for i in range(axis.size) for m in transposed.meets(i)}
    assert backward == {pair for pair in forward if pair[0] is not None}
    kernel = KernelAxis(axis)
    sideways = {(m.source, m.other, tap) for tap in range(kernel.output) for m in kernel.meets(tap)}
    assert sideways == forward
    assert (kernel.name, kernel.most) == (axis.name, axis.output)


@given(small, small, small, small)
def test_most_bounds_what_meets_and_is_reached(n: int, k: int, s: int, d: int) -> None:
    axis = TransposedAxis(size=n, kernel=k, stride=s, dilation=d)
    assert max(len(axis.meets(out)) for out in range(axis.output)) <= axis.most
    many = TransposedAxis(size=99, kernel=k, stride=s, dilation=d)
    assert max(len(many.meets(out)) for out in range(many.output)) == many.most


@given(small, small, small, small)
def test_position_is_where_a_tap_falls(n: int, k: int, s: int, d: int) -> None:
    axis = TransposedAxis(size=n, kernel=k, stride=s, dilation=d)
    for source in range(n):
        for tap in range(k):
            assert (source, tap) in {(m.source, m.other) for m in axis.meets(axis.position(source, tap))}


@given(st.sampled_from(["same", "same-lower"]), small, small, small, small)
def test_same_makes_the_output_the_input_times_the_stride(rule: str, n: int, k: int, s: int, d: int) -> None:
    (before, after), extra = crops_by_rule(rule, size=n, kernel=k, stride=s, dilation=d)
    axis = TransposedAxis(
        size=n, kernel=k, stride=s, dilation=d, pad_before=before, pad_after=after, output_padding=extra
    )
    assert axis.output == n * s
    assert (before + after == 0) or extra == 0
    assert (after - before if rule == "same" else before - after) in (0, 1)


#                                       n  k  s  d  wanted     crop    op
BY_RULE = {
    "valid":                           ("valid", 3, 3, 2, 1, None, (0, 0), 0),
    "valid, a size wanted":            ("valid", 3, 3, 2, 1, 8, (0, 0), 1),
    "half":                            ("half", 3, 3, 2, 1, None, (1, 1), 0),
    "half, dilated":                   ("half", 3, 3, 1, 2, None, (2, 2), 0),
    "full":                            ("full", 3, 3, 1, 1, None, (2, 2), 0),
    "half, a size wanted":             ("half", 3, 3, 2, 1, 6, (1, 1), 1),
    "same, the kernel below the stride": ("same", 3, 1, 2, 1, None, (0, 0), 1),
    "same, a size wanted":             ("same", 3, 3, 2, 1, 5, (1, 1), 0),
    "same-lower, odd":                 ("same-lower", 3, 3, 2, 1, None, (1, 0), 0),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "n", "k", "s", "d", "wanted", "crop", "op"), BY_RULE.values(), ids=BY_RULE)
def test_crops_by_rule(
    rule: str, n: int, k: int, s: int, d: int, wanted: int | None, crop: tuple[int, int], op: int
) -> None:
    assert crops_by_rule(rule, size=n, kernel=k, stride=s, dilation=d, wanted=wanted) == (crop, op)


def test_every_rule_is_described() -> None:
    assert set(CROP_RULES) == set(CROPS)


REFUSALS: dict[str, tuple[dict[str, object], type[ConvError], str]] = {
    "output padding of the stride": (
        {"size": 2, "kernel": 3, "stride": 2, "output_padding": 2},
        UsageError,
        "output padding is not below the larger of stride and dilation\n"
        "  given     output padding 2 along axis 0; stride 2, dilation 1\n"
        "  expected  at least 0 and at most 1\n"
        "  fix       write output padding 1, or raise the stride",
    ),
    "negative output padding": (
        {"size": 2, "kernel": 3, "output_padding": -1},
        UsageError,
        "output padding is not below the larger of stride and dilation\n"
        "  given     output padding -1 along axis 0; stride 1, dilation 1\n"
        "  expected  0\n"
        "  fix       write output padding 0",
    ),
    "nothing left": (
        {"size": 2, "kernel": 3, "pad_before": 2, "pad_after": 2},
        FitError,
        "the padding crops everything along axis 0\n"
        "  given     the stamps cover (2 - 1)·1 + 3 = 4; padding 2:2 crops 4, output padding gives back 0\n"
        "  expected  at least one element left\n"
        "  fix       lower the padding to 1 on each side or less",
    ),
    "stride 0": (
        {"size": 2, "kernel": 3, "stride": 0},
        UsageError,
        "stride is too small\n"
        "  given     stride = 0 along axis 0\n"
        "  expected  stride of at least 1\n"
        "  fix       write stride 1 or more",
    ),
}


@pytest.mark.parametrize(("settings", "kind", "text"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(settings: dict[str, object], kind: type[ConvError], text: str) -> None:
    with pytest.raises(kind) as caught:
        TransposedAxis(**settings)  # type: ignore[arg-type]
    assert str(caught.value) == text


def test_with_a_padding_mode_what_is_cropped_is_collected_where_it_was_shown() -> None:
    axis = TransposedAxis(size=5, kernel=3, pad_before=1, pad_after=1, mode=PaddingMode.REFLECT)
    assert [len(axis.meets(out)) for out in range(axis.output)] == [2, 4, 3, 4, 2]
