"""What people paste, and what they meant by it."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from convcli.errors import ConvError, InputError, UsageError
from convcli.reading import ProblemFile
from convcli.reading.settings import parse_choice, parse_integer, parse_integers, parse_padding
from tests.reading.helpers import problem_file, read

PASTES = {
    "a parameter of PyTorch": "Parameter containing:\ntensor([1., 2.], requires_grad=True)",
    "a tensor on a device": 'tensor([1, 2], device="cuda:0")',
    "a list of NumPy scalars": "[np.float64(1.0), np.int32(2)]",
}


@pytest.mark.parametrize("text", PASTES.values(), ids=PASTES)
def test_pastes_are_read(text: str) -> None:
    assert read(text, vector=True).numbers() == [1, 2]


FIXES = {
    "parentheses": ("(1, 2, 3)", "write `[1, 2, 3]`"),
    "a minus sign from a PDF": ("\u22121 2 3", "write -1"),
    "wide digits": ("１ 2", "write 1"),
    "rows left out of a print": (
        "[[0 1 ... 7]\n ...\n [1 2 ... 4]]",
        "print all of it: numpy.set_printoptions(threshold=sys.maxsize), torch.set_printoptions(profile='full')",
    ),
}


@pytest.mark.parametrize(("text", "fix"), FIXES.values(), ids=FIXES)
def test_near_misses_are_told_what_to_write(text: str, fix: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    assert caught.value.fix == fix


def test_a_kernel_for_images_is_not_read_in_1d() -> None:
    with pytest.raises(InputError, match="a kernel for images cannot filter signals"):
        read("@sobel-x", vector=True)


SETTINGS = {
    "blanks between": (lambda: parse_integers("stride", "2 1"), "write 2,1"),
    "a list": (lambda: parse_integers("stride", "[2, 1]"), "write 2,1"),
    "times": (lambda: parse_integers("stride", "2x1"), "write 2,1"),
    "pairs": (lambda: parse_padding("((1,1),(0,2))"), "write 1:1,0:2"),
    "a mode": (lambda: parse_padding("reflect"), "say how much with --padding and how with --padding-mode reflect"),
    "another's mode": (
        lambda: parse_padding("edge"),
        "say how much with --padding and how with --padding-mode replicate",
    ),
    "several where one is meant": (lambda: parse_integer("groups", "2,1"), "write an integer"),
    "another's type": (lambda: parse_choice("dtype", "fp16", ["float16"]), "write float16, which is the same"),
}


@pytest.mark.parametrize(("act", "fix"), SETTINGS.values(), ids=SETTINGS)
def test_settings_in_other_spellings(act: object, fix: str) -> None:
    with pytest.raises(UsageError) as caught:
        act()  # type: ignore[operator]
    assert caught.value.fix == fix


def test_capitals_are_no_obstacle() -> None:
    assert parse_choice("layout", "NHWC", ["nchw", "nhwc"]) == "nhwc"
    assert parse_padding("SAME") == "same"


def test_images_are_told_apart_from_text() -> None:
    from convcli.reading.text import decoded

    with pytest.raises(ConvError) as caught:
        decoded("photo.png", b"\x89PNG\r\n\x1a\n")
    assert (caught.value.given, caught.value.fix) == ("an image", "save its pixels with numpy.save")


def problem(text: str) -> ProblemFile:
    return problem_file("-", text.encode())


def test_a_path_in_a_problem_file_is_told_where_it_belongs() -> None:
    with pytest.raises(InputError) as caught:
        problem("input: samples/x.yaml\nkernel: [[1]]\n")
    assert str(caught.value) == (
        "a problem file holds the input itself, not where it is\n"
        "  in        standard input, line 1, column 8\n"
        "  given     input: samples/x.yaml\n"
        "                   ^^^^^^^^^^^^^^\n"
        "  expected  numbers, or the name of a tensor such as '@sobel-x'\n"
        "  fix       give the file by --input, which wins over the problem file"
    )


def test_a_part_of_a_file_is_no_problem(tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text("layer1:\n  input: [[1]]\n  kernel: [[1]]\n")
    with pytest.raises(InputError) as caught:
        problem_file(f"{file}:layer1")
    assert caught.value.fix == f"give its parts as --input {file}:layer1.input and --kernel {file}:layer1.kernel"


def test_results_of_ours_come_back_in_their_float_type() -> None:
    for dtype in ("float16", "float32", "float64"):
        text = f'{{"schema": "convcalc/1", "params": {{"dtype": "{dtype}"}}, "output": {{"data": [[0.1]]}}}}'
        tensor = read("-", stdin=text.encode())
        assert (tensor.dtype, tensor.values.tolist()) == (dtype, [[float(np.array(0.1, dtype))]])
    exact = '{"schema": "convcalc/1", "params": {"dtype": "exact"}, "output": {"data": [[0.1]]}}'
    assert read("-", stdin=exact.encode()).numbers() == [Fraction(1, 10)]
