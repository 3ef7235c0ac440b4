"""Settings brought together with sizes: spreading, rules, groups, and the refusals of wrong counts."""

from typing import Any

import pytest

from convcli.axis import PaddingMode
from convcli.errors import ConvError, FitError, UsageError
from convcli.settings import Settings, check_groups, pads_per_axis, per_axis
from convcli.spec import ConvSpec, Orientation, axis_name, conv_spec


def spec(**settings: Any) -> ConvSpec:
    return conv_spec(
        sizes=(8, 9), kernels=(3, 2), channels_in=4, channels_out=6, settings=Settings(**settings), batch=5
    )


def test_one_number_is_spread_over_all_axes_and_one_for_each_is_kept() -> None:
    assert [axis.stride for axis in spec(stride=2).axes] == [2, 2]
    assert [axis.dilation for axis in spec(dilation=(1, 3)).axes] == [1, 3]


@pytest.mark.parametrize(
    ("padding", "pads"),
    [(1, ((1, 1), (1, 1))), ([1, 2], ((1, 1), (2, 2))), ([(1, 2), (0, 3)], ((1, 2), (0, 3))), ([(1, 2)], ((1, 2), (1, 2))), ([1, (0, 2)], ((1, 1), (0, 2)))],
)  # fmt: skip
def test_padding_in_all_its_spellings(padding: object, pads: object) -> None:
    assert pads_per_axis(padding, 2) == pads  # type: ignore[arg-type]


def test_the_spec_of_equal_settings_is_worked_out_once() -> None:
    assert Settings(padding=[1, [0, 2]]) == Settings(padding=(1, (0, 2)))
    assert spec(stride=[2, 1], padding=[1, [0, 2]]) is spec(stride=(2, 1), padding=(1, (0, 2)))


def test_a_rule_becomes_numbers_and_keeps_its_name() -> None:
    assert (spec(padding="same").rule, spec(padding="same").pads) == ("same", ((1, 1), (0, 1)))
    assert spec(padding=1).rule is None


def test_a_spec_knows_its_shapes_channels_and_work() -> None:
    s = spec(groups=2, stride=2, padding_mode=PaddingMode.REFLECT, flip=True)
    assert str(s) == "4@8x9 * 3x2 -> 6@3x4"
    assert s.output_shape == (5, 6, 3, 4)
    assert (s.group_in, s.group_out) == (2, 3)
    assert [list(s.channels_of(o)) for o in (0, 2, 3, 5)] == [[0, 1], [0, 1], [2, 3], [2, 3]]
    assert s.work == 5 * 6 * 3 * 4 * 2 * 3 * 2
    assert spec(padding=(1, 2)).scratch == ("the padded input", 5 * 4 * 10 * 13)
    assert s.orientation is Orientation.CONVOLUTION
    assert s.mode is PaddingMode.REFLECT
    assert not s.is_padded
    assert spec(padding=[(0, 0), (0, 1)]).is_padded


def test_axes_have_the_names_people_use() -> None:
    assert [axis_name(i, 3) for i in range(3)] == ["depth", "height", "width"]
    assert [axis_name(0, 1), axis_name(1, 2), axis_name(3, 4)] == ["length", "width", "axis 3"]


REFUSALS: dict[str, tuple[object, type[ConvError], str]] = {
    "too many strides": (
        lambda: per_axis("stride", (1, 2, 3), 2),
        UsageError,
        "stride has the wrong number of entries\n"
        "  given     stride 1,2,3 for a 2-D convolution: 3 of them\n"
        "  expected  one number, or 2\n"
        "  fix       write stride 1 to use the same on every axis",
    ),
    "two strides for one axis": (
        lambda: per_axis("stride", (2, 2), 1),
        UsageError,
        "stride has the wrong number of entries\n"
        "  given     stride 2,2 for a 1-D convolution: 2 of them\n"
        "  expected  one number\n"
        "  fix       write stride 2",
    ),
    "no stride": (
        lambda: per_axis("stride", (), 2),
        UsageError,
        "stride has the wrong number of entries\n"
        "  given     stride  for a 2-D convolution: 0 of them\n"
        "  expected  one number, or 2\n"
        "  fix       write stride 1 to use the same on every axis",
    ),
    "three paddings": (
        lambda: pads_per_axis([(1, 2), 3, 4], 2),
        UsageError,
        "padding has the wrong number of entries\n"
        "  given     padding 1:2,3,4 for a 2-D convolution: 3 of them\n"
        "  expected  one number, or 2\n"
        "  fix       write padding 1:2 to use the same on every axis",
    ),
    "four paddings, in whose order?": (
        lambda: pads_per_axis([1, 2, 3, 4], 2),
        UsageError,
        "padding with two numbers for each axis can be read in several orders\n"
        "  given     padding 1,2,3,4\n"
        "  expected  before:after for each axis\n"
        "  fix       write 1:2,3:4 (the order of JAX, TensorFlow and WebNN), 1:3,2:4 (ONNX) or 3:4,1:2 (torch.nn.functional.pad)",
    ),
    "a padding pair of three": (
        lambda: pads_per_axis([(1, 2, 3), 0], 2),
        UsageError,
        "padding of one axis has the wrong number of entries\n"
        "  given     [1, 2, 3]\n"
        "  expected  one number, or (before, after)\n"
        "  fix       write before:after, for example 1:2",
    ),
    "groups 0": (
        lambda: check_groups(0, 4, 4),
        UsageError,
        "groups is too small\n  given     groups = 0\n  expected  groups of at least 1\n  fix       write groups 1 or more",
    ),
    "groups that do not divide the input": (
        lambda: check_groups(3, 4, 6),
        FitError,
        "groups does not divide the input channels\n"
        "  given     groups = 3; 4 input channels: 4 = 1·3 + 1\n"
        "  expected  groups that divide both 4 input and 6 output channels\n"
        "  fix       write groups 1 or 2",
    ),
    "groups that do not divide the output": (
        lambda: check_groups(4, 4, 6),
        FitError,
        "groups does not divide the output channels\n"
        "  given     groups = 4; 6 output channels: 6 = 1·4 + 2\n"
        "  expected  groups that divide both 4 input and 6 output channels\n"
        "  fix       write groups 1 or 2",
    ),
}


@pytest.mark.parametrize(("act", "kind", "text"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(act: object, kind: type[ConvError], text: str) -> None:
    with pytest.raises(kind) as caught:
        act()  # type: ignore[operator]
    assert str(caught.value) == text
