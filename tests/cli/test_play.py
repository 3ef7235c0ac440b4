"""The workbench's way to files: what it opens on, saves, exports and reads."""

import io
import json
from pathlib import Path

import pytest

from convcli.cli.convolution.flags import Flags
from convcli.cli.form import Form, requested_form
from convcli.cli.options import Common
from convcli.cli.play import TEXTBOOK, outside, with_example, worded
from convcli.cli.pooling.flags import Flags as PoolFlags
from convcli.cli.request import requested
from convcli.cli.world import World
from convcli.errors import ConvError
from convcli.limits import Limits
from convcli.request import HOMES
from convcli.request.words import command_line
from convcli.workbench.moves import stepped
from convcli.workbench.state import Effect, State
from tests.cli.running import convcalc
from tests.workbench.requests import state_of

WORLD = World(stdin=io.BytesIO(), out=io.StringIO(), err=io.StringIO(), env={})


def form() -> Form:
    return requested_form(Common(), WORLD)


def state() -> State:
    return state_of("1d", {"input": [1, 2, 3, 4], "kernel": [1, 0, -1]}, stride="1")


def done(kind: str, text: str, role: str = "") -> State:
    return outside(state(), Effect(kind, text, role), form(), WORLD)


def test_every_command_opens_on_an_example() -> None:
    assert {*TEXTBOOK} == {*HOMES}
    for command, example in TEXTBOOK.items():
        assert worded(["play", command]) == [command, "--interactive"]
        options = [word for name, text in example.items() for word in (f"--{name.replace('_', '-')}", text)]
        assert convcalc(command, *options).code == 0


def test_an_example_stands_in_only_where_no_tensor_is_given() -> None:
    assert with_example("1d", Flags(stride="2")).kernel == "1 0 -1"
    assert with_example("1d", Flags(problem="p.yaml")) == Flags(problem="p.yaml")
    assert with_example("1d", Flags(input="1 2")).kernel is None
    assert with_example("pool2d", PoolFlags(kernel_size="3")).kernel_size == "3"
    assert with_example("pool2d", PoolFlags(global_=True)).kernel_size is None


def test_the_problem_is_saved_to_a_file_that_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    after = done("save", str(path))
    assert after.said == f"the problem was saved: convcalc 1d {path}"
    assert convcalc("1d", str(path)).text == "-2 -2\n"


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        ("y.html", "<!doctype html>"),
        ("y.svg", "<svg"),
        ("y.md", "# conv1d"),
        ("y.tex", "\\documentclass"),
        ("y.txt", "conv1d: input (4,)"),
        ("y.csv", "-2,-2\n"),
        ("numpy y.py", "# conv1d"),
        ("heat  y.txt", "every finite value is -2"),
    ],
)
def test_what_is_shown_is_exported(text: str, beginning: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    after = done("export", text)
    path = text.split()[-1]
    assert after.said.startswith(f"written to `{path}`")
    content = Path(path).read_text()
    assert beginning in content[:200]


def test_steps_are_exported_with_the_numbers(tmp_path: Path) -> None:
    done("export", str(tmp_path / "y.json"))
    assert [step["value"] for step in json.loads((tmp_path / "y.json").read_text())["steps"]] == [-2, -2]


def test_what_was_done_to_the_numbers_is_said(tmp_path: Path) -> None:
    assert "; values from -2 to" in done("export", str(tmp_path / "y.png")).said


@pytest.mark.parametrize(
    ("kind", "text", "role", "problem"),
    [
        ("export", "y.doc", "", "the ending of the output file names no format"),
        ("export", "word y.doc", "", "the ending of the output file names no format"),
        ("export", "/nowhere/y.json", "", "cannot write"),
        ("save", "/nowhere/p.yaml", "", "cannot write"),
        ("read", "-", "input", "standard input is the keyboard here"),
        ("read", "nothing.yaml", "kernel", "there is no file for the kernel"),
    ],
)
def test_what_cannot_be_done_is_said(kind: str, text: str, role: str, problem: str) -> None:
    with pytest.raises(ConvError) as error:
        done(kind, text, role)
    assert problem in error.value.problem


def test_another_tensor_is_read_and_an_optional_one_left_out() -> None:
    other = done("read", "5 6 7", "input")
    assert (other.asked.tensors["input"].numbers(), other.said) == ([5, 6, 7], "input read")
    biased = outside(state(), Effect("read", "10", "bias"), form(), WORLD)
    assert biased.output is not None
    assert biased.output.numbers() == [8, 8]
    back = outside(biased, Effect("read", "", "bias"), form(), WORLD)
    assert (back.said, "bias" in back.asked.tensors) == ("without bias", False)
    assert outside(state(), Effect("read", "", "kernel"), form(), WORLD).refused


def test_a_tensor_that_does_not_fit_is_refused_and_nothing_changes() -> None:
    before = state()
    after = outside(before, Effect("read", "1 2 3 4 5 6", "kernel"), form(), WORLD)
    assert (after.refused, after.asked) == (True, before.asked)
    assert "6" in after.said


def test_limits_hold_in_the_workbench() -> None:
    small = state_of("1d", {"input": [1, 2, 3, 4], "kernel": [1, 0, -1]})
    assert small.limits == Limits()
    assert stepped(small, 1).at == (0, 0, 1)


def test_a_stream_of_the_shell_is_typed_out_in_the_command() -> None:
    world = World(stdin=io.BytesIO(b"1 2 3"), out=None, err=None, env={})
    _, asked = requested("1d", Flags(input="-", kernel="1 1"), Limits(), world)
    assert command_line(asked) == "convcalc 1d -i '1 2 3' -k '1 1'"


def test_a_file_that_is_there_is_replaced_only_when_told(tmp_path: Path) -> None:
    path = tmp_path / "a file.yaml"
    path.write_text("precious")
    for kind in ("save", "export"):
        with pytest.raises(ConvError, match="there is such a file already"):
            done(kind, str(path))
    assert path.read_text() == "precious"
    after = outside(state(), Effect("save", str(path), replacing=True), form(), WORLD)
    assert after.said == f"the problem was saved: convcalc 1d '{path}'"
    assert "kernel:" in path.read_text()


def test_a_home_is_found_without_a_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    done("export", "~/y.md")
    assert (tmp_path / "y.md").exists()


def test_a_file_without_an_ending_is_typed_out_too(tmp_path: Path) -> None:
    path = tmp_path / "problem"
    path.write_text("input: [1, 2]\nkernel: [1, 1]\n")
    _, asked = requested("1d", Flags(problem=str(path)), Limits(), WORLD)
    assert command_line(asked) == "convcalc 1d -i '1 2' -k '1 1'"
    (tmp_path / "problem.yaml").write_text(path.read_text())
    _, asked = requested("1d", Flags(problem=f"{path}.yaml"), Limits(), WORLD)
    assert command_line(asked) == f"convcalc 1d -i {path}.yaml:input -k {path}.yaml:kernel"
