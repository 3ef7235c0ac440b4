"""What the commands understand: flags, problem files, precedence, help, completion."""

import inspect
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convcli.cli.convolution import Flags
from convcli.cli.help import COMMANDS, EXAMPLES, PLAY, TOP
from convcli.request.convolution import PARSERS
from tests.cli.running import convcalc, in_terminal


def result(*arguments: str, **more: Any) -> Any:
    run = convcalc(*arguments, "-f", "json", **more)
    assert run.code == 0, run.err
    return json.loads(run.out)["output"]["data"]


def test_every_short_flag_means_what_the_long_one_does() -> None:
    short = result(
        "2d",
        "-i",
        "@arange:2,5,5",
        "-k",
        "@ones:4,1,2,2",
        "-b",
        "[1,2,3,4]",
        "-s",
        "2",
        "-p",
        "1",
        "-d",
        "1",
        "-g",
        "2",
    )
    long = result(
        "2d", "--input", "@arange:2,5,5", "--kernel", "@ones:4,1,2,2", "--bias", "[1,2,3,4]",
        "--stride", "2", "--padding", "1", "--dilation", "1", "--groups", "2",
    )  # fmt: skip
    assert short == long


def test_values_that_begin_with_a_minus_need_no_equals_sign() -> None:
    assert result("1d", "-i", "-1 2 -3", "-k", "-.5 1") == [2.5, -4]
    assert result("1d", "-i", "[1]", "-k", "[1]", "-b", "-5") == [-4]


PADDINGS = {
    "1": [0, 1, 3, 5, 3], "1:0": [0, 1, 3, 5], "0:1": [1, 3, 5, 3], "same": [1, 3, 5, 3], "same-upper": [1, 3, 5, 3],
    "same-lower": [0, 1, 3, 5], "valid": [1, 3, 5], "full": [0, 1, 3, 5, 3], "half": [0, 1, 3, 5, 3], "causal": [0, 1, 3, 5],
}  # fmt: skip


@pytest.mark.parametrize(("padding", "output"), PADDINGS.items(), ids=PADDINGS)
def test_padding_in_every_spelling(padding: str, output: list[int]) -> None:
    assert result("1d", "-i", "0 1 2 3", "-k", "1 1", "-p", padding) == output


def test_padding_for_each_axis() -> None:
    assert np.shape(result("2d", "-i", "@ones:4,4", "-k", "@ones:2,2", "-p", "1:2,0:1")) == (6, 4)
    assert np.shape(result("2d", "-i", "@ones:4,4", "-k", "@ones:2,2", "-p", "1,2")) == (5, 7)


def test_padding_modes_and_a_padding_value() -> None:
    assert result("1d", "-i", "1 2 3", "-k", "[1]", "-p", "2", "--padding-mode", "reflect") == [3, 2, 1, 2, 3, 2, 1]
    assert result("1d", "-i", "1 2", "-k", "[1]", "-p", "1", "--pad-value", "1/2") == [0.5, 1, 2, 0.5]


def test_a_flipped_kernel() -> None:
    assert result("1d", "-i", "1 2 3", "-k", "10 1") == [12, 23]
    assert result("1d", "-i", "1 2 3", "-k", "10 1", "--flip") == [21, 32]


def test_one_row_is_a_vector_in_1d_and_a_row_in_2d() -> None:
    assert result("1d", "-i", "1 2 3", "-k", "1 1") == [3, 5]
    assert result("2d", "-i", "1 2 3", "-k", "1 1") == [[3, 5]]


def test_a_problem_file_holds_everything_and_flags_win(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(
        "input: [1, 2, 3]\nkernel: [10, 1]\nbias: 100\nstride: 2\npadding: [[1, 0]]\nflip: true\n"
    )
    assert result("1d", "p.yaml", cwd=tmp_path) == [110, 132]
    assert result("1d", "p.yaml", "-s", "1", cwd=tmp_path) == [110, 121, 132]
    assert result("1d", "p.yaml", "-s", "1", "-p", "0", "--no-flip", "-b", "0", cwd=tmp_path) == [12, 23]
    assert result("1d", "p.yaml", "-k", "[1]", "-p", "valid", cwd=tmp_path) == [101, 103]
    assert result("1d", "-", stdin=(tmp_path / "p.yaml").read_bytes()) == [110, 132]


def test_a_problem_file_of_any_setting(tmp_path: Path) -> None:
    settings = {
        "stride": "1", "padding": "1", "dilation": "1", "groups": "1", "padding-mode": "zeros", "pad-value": "2", "flip": "false",
        "layout": "nhwc", "kernel-layout": "hwio", "dtype": "float32", "overflow": "wrap",
    }  # fmt: skip
    assert set(settings) == set(PARSERS) - {"transposed", "output-padding", "output-size", "grad"}
    lines = [f"{name}: {value}" for name, value in settings.items()]
    (tmp_path / "p.yaml").write_text("\n".join(["input: [[[1], [2]]]", "kernel: [[[[1]]]]", *lines]) + "\n")
    run = convcalc("2d", "p.yaml", "-f", "json", cwd=tmp_path)
    params = json.loads(run.out)["params"]
    assert (params["layout"], params["dtype"], params["pad_value"]) == ("nhwc", "float32", 2)


def test_dtypes() -> None:
    assert result("1d", "-i", "0.1 0.2", "-k", "1 1") == [0.3]
    assert result("1d", "-i", "0.1 0.2", "-k", "1 1", "--dtype", "float64") == [0.1 + 0.2]
    assert result("1d", "-i", "0.1 0.2", "-k", "1 1", "--dtype", "float16") == [0.2998]
    assert result("1d", "-i", "100 100", "-k", "1 1", "--dtype", "int8", "--overflow", "saturate") == [127]
    assert result("1d", "-i", "[16777217]", "-k", "[1]", "--dtype", "exact") == [16777217]
    assert result("1d", "-i", "[16777217]", "-k", "[1]", "--dtype", "float32") == [16777216]


def test_text_with_a_nan_is_computed_in_doubles_and_written_so_that_json_reads_it() -> None:
    run = convcalc("1d", "-i", "nan inf 1", "-k", "[1]", "-f", "json")
    assert run.text.count("NaN") == run.text.count("Infinity") == 1
    assert json.loads(run.out)["params"]["dtype"] == "float64"


def test_rounding_is_said_on_stderr_and_only_there() -> None:
    run = convcalc("1d", "-i", "1 2", "-k", "1/3 1/3")
    assert (run.out, run.err) == (b"1\n", "")
    run = convcalc("1d", "-i", "1 1", "-k", "1/3 1/3")
    assert run.out == b"0.6666666666666666\n"
    assert run.err == "convcalc: note: 1 number was rounded to the nearest double; --fractions writes them exactly\n"
    run = convcalc("1d", "-i", "1 1", "-k", "1/3 1/3", "--fractions")
    assert (run.out, run.err) == (b"2/3\n", "")


def test_at_explains_only_what_it_names_and_computes_nothing_else() -> None:
    run = convcalc("2d", "-i", "@arange:4,4", "-k", "@ones:2,2", "--at", "0,1", "--at", "2,2", "-f", "json")
    steps = json.loads(run.out)
    assert [step["at"] for step in steps["steps"]] == [[0, 1], [2, 2]]
    assert [step["value"] for step in steps["steps"]] == [14, 50]
    assert steps["output"] == {"shape": [3, 3]}
    shown = convcalc("2d", "-i", "@arange:4,4", "-k", "@ones:2,2", "--at", "0,1").text
    assert "y[0,1]" in shown
    assert "y[0,0]" not in shown


def test_at_counts_from_one_when_told_to() -> None:
    assert "y[1,2]" in convcalc("2d", "-i", "@arange:4,4", "-k", "@ones:2,2", "--at", "1,2", "--from-one").text


def test_at_on_an_enormous_file_reads_only_the_patch(tmp_path: Path) -> None:
    with (tmp_path / "x.npy").open("wb") as file:
        np.lib.format.write_array_header_2_0(file, {"descr": "<f4", "fortran_order": False, "shape": (60_000, 60_000)})
        file.truncate(file.tell() + 4 * 60_000**2)  # 14 GB that no disk holds: the file is one hole
    from tests.cli.running import measured

    run = measured("2d", "-i", "x.npy", "-k", "@ones:3,3", "--at", "59000,7", cwd=tmp_path)
    assert run.code == 0, run.err
    assert "y[59000,7]" in run.text
    assert run.peak < 200


@pytest.mark.parametrize(("descr", "dtype"), [("|u1", "auto"), ("|u1", "float16"), ("<f8", "exact"), ("<i4", "int8")])
def test_at_converts_only_the_patch(descr: str, dtype: str, tmp_path: Path) -> None:
    size = np.dtype(descr).itemsize
    with (tmp_path / "x.npy").open("wb") as file:
        np.lib.format.write_array_header_2_0(file, {"descr": descr, "fortran_order": False, "shape": (20_000, 20_000)})
        file.truncate(file.tell() + size * 20_000**2)
    from tests.cli.running import measured

    run = measured("2d", "-i", "x.npy", "-k", "@ones:3,3", "--at", "9000,7", "--dtype", dtype, cwd=tmp_path)
    assert run.code == 0, run.err
    assert "y[9000,7]" in run.text
    assert run.peak < 200


@pytest.mark.parametrize("command", COMMANDS)
def test_every_example_of_the_help_runs(command: str) -> None:
    import shlex

    for example in EXAMPLES[command]:
        run = convcalc(*shlex.split(example)[1:])
        if command == "play":  # which has read and posed its problem by then
            assert (run.code, "the workbench needs a terminal" in run.err) == (2, True)
        else:
            assert (run.code, bool(run.out)) == (0, True), run.err


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_the_help_of_the_workbench(option: str) -> None:
    run = convcalc("play", option)
    assert (run.code, run.text, run.err) == (0, PLAY, "")
    assert all(len(line) <= 80 for line in PLAY.splitlines())


@pytest.mark.parametrize("options", [["-f", "json"], ["-o", "y.json"]])
def test_the_workbench_writes_nothing_unasked(options: list[str]) -> None:
    run = in_terminal("play", "1d", "-i", "1 2", "-k", "1 2", *options)
    assert (run.code, "the workbench writes files when it is told to" in run.text) == (2, True)
    assert not Path("y.json").exists()


@pytest.mark.parametrize("arguments", [[], ["-h"], ["--help"], ["help"]])
def test_the_short_help(arguments: list[str]) -> None:
    run = convcalc(*arguments)
    assert (run.code, run.text, run.err) == (0, TOP, "")
    assert all(len(line) <= 80 for line in TOP.splitlines())


def test_the_short_help_lists_what_typer_has() -> None:
    from convcli.cli.app import _group

    group = _group()
    assert group.list_commands(None) == list(COMMANDS) == list(EXAMPLES)
    for name in COMMANDS:
        assert f"\n  {name:<5} " in TOP
    for option in ("--install-completion", "--show-completion"):
        assert any(option in parameter.opts for parameter in group.params)
        assert option in TOP


@pytest.mark.parametrize("arguments", [["2d", "-h"], ["2d", "--help"], ["help", "2d"]])
def test_the_help_of_a_command_has_examples_before_options_by_purpose(arguments: list[str]) -> None:
    run = convcalc(*arguments)
    assert (run.code, run.err) == (0, "")
    headings = [line.rstrip(":") for line in run.text.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert headings == ["Examples", "Arguments", "Tensors", "Settings", "Numbers", "Explanation", "Output"]


def test_flags_are_what_typer_parses() -> None:
    from convcli.cli.app import _command

    names = {parameter.name for parameter in _command("2d").params if parameter.name != "help"}
    assert names == set(inspect.signature(Flags).parameters)


def test_the_version() -> None:
    import convcli

    for option in ("--version", "-V"):
        assert convcalc(option).text == f"convcalc {convcli.__version__}\n"


def complete(words: str, word: int) -> str:
    return convcalc(env={"_CONVCALC_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(word)}).text


def test_the_shell_completes_commands_options_and_values() -> None:
    assert complete("convcalc ", 1).split() == list(COMMANDS)
    assert "--padding-mode" in complete("convcalc 2d --pad", 2).split()
    assert complete("convcalc 2d --padding-mode re", 3).split() == ["reflect", "replicate"]
    assert complete("convcalc 2d -f j", 3).split() == ["json", "jax"]
    assert complete("convcalc 2d -k @so", 3).split() == ["@sobel-x", "@sobel-y"]
    assert complete("convcalc help ", 2).split() == list(COMMANDS)


def test_settings_without_effect_and_operands_that_change_are_noted() -> None:
    def note(*options: str) -> str:
        run = convcalc("1d", "-i", "300 1", "-k", "[1]", *options)
        assert run.code == 0
        return run.err

    assert note("--overflow", "wrap") == "convcalc: note: --overflow has no effect on exact numbers\n"
    assert note("--pad-value", "3") == "convcalc: note: --pad-value has no effect without --padding\n"
    assert note("--padding-mode", "circular") == "convcalc: note: --padding-mode has no effect without --padding\n"
    told = note("--pad-value", "3", "--padding-mode", "circular", "-p", "1")
    assert told == "convcalc: note: --pad-value has no effect with --padding-mode circular\n"
    told = note("--dtype", "int8", "--overflow", "saturate")
    assert told == "convcalc: note: 1 value of the input was saturated to fit int8\n"


def test_a_message_is_folded_on_a_terminal_and_nowhere_else() -> None:
    from tests.cli.running import in_terminal

    whole = convcalc("2d", "samples/errors/unknown_setting.yaml").err
    shown = in_terminal("2d", "samples/errors/unknown_setting.yaml").text
    assert max(map(len, whole.splitlines())) > 80 >= max(map(len, shown.splitlines()))
    assert shown.split() == whole.split()
