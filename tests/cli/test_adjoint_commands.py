"""Transposed convolution and gradients as people type them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cli.running import convcalc


def result(*arguments: str, **more: Any) -> Any:
    run = convcalc(*arguments, "-f", "json", **more)
    assert run.code == 0, run.err
    return json.loads(run.out)


TRANSPOSED = {
    "plain": ((), [1, 10, 102, 20, 203, 30, 300]),
    "cropped": (("-p", "1"), [10, 102, 20, 203, 30]),
    "cropped and given back": (("-p", "1", "--output-padding", "1"), [10, 102, 20, 203, 30, 300]),
    "a size wanted": (("-p", "1", "--output-size", "6"), [10, 102, 20, 203, 30, 300]),
    "same": (("-p", "same"), [1, 10, 102, 20, 203, 30]),
    "same-lower": (("-p", "SAME_LOWER"), [10, 102, 20, 203, 30, 300]),
    "before and after": (("-p", "1:0"), [10, 102, 20, 203, 30, 300]),
    "flipped": (("--flip",), [100, 10, 201, 20, 302, 30, 3]),
    "dilated": (("-d", "2", "-s", "1"), [1, 2, 13, 20, 130, 200, 300]),
    "biased": (("-b", "5", "-p", "2"), [107, 25, 208]),
}


@pytest.mark.parametrize(("flags", "expected"), TRANSPOSED.values(), ids=TRANSPOSED)
def test_transposed(flags: tuple[str, ...], expected: list[int]) -> None:
    stride = () if "-s" in flags else ("-s", "2")
    found = result("1d", "-t", "-i", "1 2 3", "-k", "1 10 100", *stride, *flags)
    assert (found["op"], found["output"]["data"]) == ("conv_transpose1d", expected)


def test_a_transposed_problem_file_and_flags_that_win_over_it(tmp_path: Path) -> None:
    lines = "input: [1, 2, 3]\nkernel: [1, 10, 100]\ntransposed: true\nstride: 2\noutput-padding: 1\npadding: 1\n"
    (tmp_path / "p.yaml").write_text(lines)
    assert result("1d", "p.yaml", cwd=tmp_path)["output"]["data"] == [10, 102, 20, 203, 30, 300]
    assert result("1d", "p.yaml", "--output-padding", "0", cwd=tmp_path)["output"]["data"] == [10, 102, 20, 203, 30]
    (tmp_path / "q.yaml").write_text("input: [1, 2, 3]\nkernel: [1, 10]\ntransposed: true\n")
    assert result("1d", "q.yaml", "--no-transposed", cwd=tmp_path)["output"]["data"] == [21, 32]


def test_one_gradient_in_every_format(tmp_path: Path) -> None:
    arguments = ["1d", "-i", "1 2 3 4", "-k", "1 0 -1", "--dy", "10 1"]
    assert convcalc(*arguments, "--grad", "kernel").text == "12 23 34\n"
    assert convcalc(*arguments, "--grad", "input", "-f", "csv").text == "10,1,-10,-1\n"
    assert convcalc(*arguments, "--grad", "bias").text == "11\n"
    assert result(*arguments, "--grad", "kernel", "--at", "1")["steps"][0]["terms"][0]["products"] == [20, 3]
    assert convcalc(*arguments, "--grad", "input", "-o", "dx.npy", cwd=tmp_path).code == 0
    assert np.load(tmp_path / "dx.npy").tolist() == [10, 1, -10, -1]


def test_all_gradients_at_once_are_yaml_in_a_pipe() -> None:
    arguments = ["1d", "-i", "1 2 3 4", "-k", "1 0 -1", "--dy", "10 1", "--grad", "all"]
    run = convcalc(*arguments)
    assert "gradients:\n  input:\n    shape: [4]\n    data:\n      [10, 1, -10, -1]\n" in run.text
    parts = result(*arguments, "-e")["gradients"]
    assert [part["data"] for part in parts.values()] == [[10, 1, -10, -1], [12, 23, 34], [11]]
    assert [len(part["steps"]) for part in parts.values()] == [4, 3, 1]
    explained = convcalc(*arguments, "-e").text
    assert explained.count("equal, as they must be") == 3
    table = convcalc(*arguments, "-f", "table").text
    assert table.count("_gradient: ") == 3


def test_a_gradient_is_read_back_from_the_mapping_of_all(tmp_path: Path) -> None:
    run = convcalc("1d", "-i", "1 2 3 4", "-k", "1 0 -1", "--grad", "all", "-o", "g.yaml", cwd=tmp_path)
    assert run.code == 0
    again = convcalc("1d", "-i", "g.yaml:gradients.input", "-k", "[1]", cwd=tmp_path)
    assert again.text == "1 1 -1 -1\n"


def test_rounded_gradients_say_so_once() -> None:
    run = convcalc("1d", "-i", "1/3 2", "-k", "1/7 1", "--grad", "all", "-f", "json")
    assert run.err == "convcalc: note: 2 numbers were rounded to the nearest double; --fractions writes them exactly\n"


def test_what_an_integer_type_alters_is_said_once() -> None:
    flags = ["--dtype", "int8", "--overflow", "wrap", "--grad", "all", "-f", "json"]
    run = convcalc("1d", "-i", "300 1", "-k", "[1]", "--dy", "[200, 1]", *flags)
    assert run.err.splitlines() == [
        "convcalc: note: 1 value of the input was wrapped to fit int8",
        "convcalc: note: 1 value of the dy was wrapped to fit int8",
    ]
