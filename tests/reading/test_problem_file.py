"""A whole problem in one file."""

import numpy as np
import pytest

from convcli.errors import FitError, InputError
from convcli.reading import ProblemFile, Setting, parse_padding
from tests.reading.helpers import problem_file


def problem(text: str, *, vector: bool = False) -> ProblemFile:
    return problem_file("-", text.encode(), rank=1 if vector else 2)


TEXTBOOK = """\
# what, with what, and how
input: |
  1 2 3
  4 5 6
kernel: "@sobel-x"
bias: 1/2
stride: [2, 1]
padding: [[1, 2], 0]
dilation: 1
groups: '1'
padding_mode: reflect
pad-value: -.5
flip: true
kernel-layout: hwio
"""


def test_a_problem_of_everything() -> None:
    found = problem(TEXTBOOK)
    assert found.tensors["input"].values.tolist() == [[1, 2, 3], [4, 5, 6]]
    assert found.tensors["kernel"].shape == (3, 3)
    assert (found.tensors["bias"].shape, found.tensors["bias"].denominator) == ((), 2)
    assert found.settings == {
        "stride": Setting("2,1", "standard input, line 7, column 9"),
        "padding": Setting("1:2,0", "standard input, line 8, column 10"),
        "dilation": Setting("1", "standard input, line 9, column 11"),
        "groups": Setting("1", "standard input, line 10, column 9"),
        "padding-mode": Setting("reflect", "standard input, line 11, column 15"),
        "pad-value": Setting("-.5", "standard input, line 12, column 12"),
        "flip": Setting("true", "standard input, line 13, column 7"),
        "kernel-layout": Setting("hwio", "standard input, line 14, column 16"),
    }
    assert parse_padding(found.settings["padding"].text) == ((1, 2), 0)


def test_json_says_the_same() -> None:
    found = problem('{"input": [[1, 2]], "kernel": {"data": [1]}, "bias": null, "stride": 2, "flip": false}')
    assert (found.tensors["input"].shape, found.tensors["kernel"].shape) == ((1, 2), (1,))
    assert "bias" not in found.tensors
    assert [setting.text for setting in found.settings.values()] == ["2", "false"]


def test_what_is_not_said_is_none_and_rows_are_as_wanted() -> None:
    found = problem("kernel: '1 2 3'\n", vector=True)
    assert (set(found.tensors), found.settings) == ({"kernel"}, {})
    assert found.tensors["kernel"].shape == (3,)
    found = problem("kernel: '1 2 3'\nbias: 1 2\n")
    assert found.tensors["kernel"].shape == (1, 3)
    assert found.tensors["bias"].shape == (2,)


def test_large_tensors_among_settings() -> None:
    array = np.arange(3000).reshape(3, 1000)
    rows = "".join(f"  - {row}\n" for row in array.tolist())
    found = problem(f"stride: 2  # [1]\ninput:\n{rows}kernel: {array.tolist()}\nflip: true\n")
    assert np.array_equal(found.tensors["input"].values, array)
    assert np.array_equal(found.tensors["kernel"].values, array)
    assert found.settings["flip"].place == "standard input, line 7, column 7"


def test_a_setting_takes_the_blame_for_an_error_about_it() -> None:
    error = Setting("0", "p.yaml, line 2, column 9").blamed(FitError("p", given="g", expected="e", fix="f"))
    assert (str(error), error.exit_code) == (
        "p\n  in        p.yaml, line 2, column 9\n  given     g\n  expected  e\n  fix       f",
        3,
    )


def test_a_key_of_another_command_is_sent_there() -> None:
    with pytest.raises(InputError) as caught:
        problem("input: [1]\nkernel-size: 2\n")
    assert str(caught.value).splitlines()[-1] == (
        "  fix       give the file to convcalc pool1d, pool2d or pool3d, where it belongs, or remove the key"
    )
