"""Pooling as people type it."""

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


KINDS = {
    "the largest, by default": (("-k", "2"), "max_pool1d", [4, 5]),
    "windows that overlap": (("-k", "2", "-s", "1"), "max_pool1d", [4, 4, 5]),
    "a last window that hangs over": (("-k", "3", "--ceil"), "max_pool1d", [4, 5]),
    "averages": (("-k", "2", "--kind", "avg"), "avg_pool1d", [3.5, 3]),
    "averages over 3": (("-k", "2", "--kind", "avg", "--divisor", "14"), "avg_pool1d", [0.5, 6 / 14]),
    "norms": (("-k", "2", "--kind", "lp", "--power", "1"), "lp_pool1d", [7, 6]),
    "the whole input": (("--global", "--kind", "avg"), "avg_pool1d", [3.25]),
    "padding counts": (("-k", "2", "-p", "1", "--kind", "avg"), "avg_pool1d", [1.5, 2.5, 2.5]),
    "padding does not": (("-k", "2", "-p", "1", "--kind", "avg", "--no-count-include-pad"), "avg_pool1d", [3, 2.5, 5]),
    "taps apart": (("-k", "2", "-d", "2", "-s", "1"), "max_pool1d", [3, 5]),
    "a rule of padding": (("-k", "3", "-s", "2", "-p", "same"), "max_pool1d", [4, 5]),
    "not global": (("-k", "4", "--no-global"), "max_pool1d", [5]),
}


@pytest.mark.parametrize(("flags", "op", "expected"), KINDS.values(), ids=KINDS)
def test_kinds_and_settings(flags: tuple[str, ...], op: str, expected: list[float]) -> None:
    found = result("pool1d", "-i", "3 4 1 5", *flags)
    assert (found["op"], found["output"]["data"]) == (op, expected)


def test_a_problem_file_and_flags_that_win_over_it(tmp_path: Path) -> None:
    lines = "input: [[1, 2], [3, 4], [5, 6]]\nkind: avg\nkernel-size: 2\npadding: [[0, 0], 1]\nceil: true\n"
    (tmp_path / "p.yaml").write_text(lines)
    assert result("pool2d", "p.yaml", cwd=tmp_path)["output"]["data"] == [[1, 1.5], [2.5, 3]]
    assert result("pool2d", "p.yaml", "--no-ceil", cwd=tmp_path)["output"]["data"] == [[1, 1.5]]
    assert result("pool2d", "p.yaml", "--kind", "max", cwd=tmp_path)["output"]["data"] == [[3, 4], [5, 6]]
    (tmp_path / "q.yaml").write_text("input: [1, 2]\nglobal: true\ncount_include_pad: false\nkind: avg\n")
    assert result("pool1d", "q.yaml", cwd=tmp_path)["output"]["data"] == [1.5]


def test_every_format_and_what_is_read_back(tmp_path: Path) -> None:
    arguments = ["pool2d", "-i", "@arange:4,4", "-k", "2"]
    assert convcalc(*arguments).text == "5 7\n13 15\n"
    assert convcalc(*arguments, "-f", "csv").text == "5,7\n13,15\n"
    assert convcalc(*arguments, "-o", "y.npy", cwd=tmp_path).code == 0
    assert np.load(tmp_path / "y.npy").tolist() == [[5, 7], [13, 15]]
    piped = convcalc(*arguments, "-f", "yaml").out
    assert convcalc("pool2d", "-i", "-", "--global", stdin=piped).text == "15\n"
    assert convcalc(*arguments, "-f", "svg", "--explain").text.startswith("<svg")


def test_floats_keep_their_type(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.array([1, 2, 3, 5], "f4"))
    for kind, expected in (("max", [2, 5]), ("avg", [1.5, 4]), ("lp", np.sqrt(np.array([5, 34], "f4")).tolist())):
        run = convcalc("pool1d", "-i", "x.npy", "-k", "2", "--kind", kind, "-o", "y.npy", cwd=tmp_path)
        assert run.code == 0
        found = np.load(tmp_path / "y.npy")
        assert (found.dtype, found.tolist()) == (np.float32, expected)


def test_one_element_counted_from_one_with_channels_last() -> None:
    run = convcalc("pool2d", "-i", "@arange:4,4,2", "-k", "2", "--layout", "nhwc", "--at", "2,1,2", "--from-one")
    assert "y[2,1,2]  [17 19; 25 *27] → max 27 at x[4,2,2]\n" in run.text


def test_a_step_says_what_won_and_what_it_was_divided_by() -> None:
    arguments = ["pool1d", "-i", "1 5 2", "-k", "2", "-s", "1", "-p", "1:0"]
    first, second, _ = result(*arguments, "--explain")["steps"]
    assert (first["terms"][0]["padding"], first["terms"][0]["winner"], first["value"]) == ([True, False], [0], 1)
    assert second["terms"][0] == {"channel": 0, "patch": [1, 5], "padding": [False, False], "winner": [1]}
    average = result(*arguments, "--kind", "avg", "--at", "0")["steps"][0]
    assert (average["terms"][0]["sum"], average["terms"][0]["divisor"], average["value"]) == (1, 2, 0.5)


def test_irrational_roots_are_said_to_be_rounded() -> None:
    run = convcalc("pool1d", "-i", "1 1 3 4", "-k", "2", "--kind", "lp")
    assert run.text == "1.4142135623730951 5.0\n"
    assert run.err == (
        "convcalc: note: some roots are irrational, so each number was rounded once to the nearest double\n"
    )
    assert convcalc("pool1d", "-i", "3 4 6 8", "-k", "2", "--kind", "lp").err == ""
