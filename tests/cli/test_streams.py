"""Pipes, terminals, signals and full disks: the program as a citizen of the shell."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.cli.running import CONVCALC, ROOT, convcalc, environment, in_terminal

MAIN_JOB = ("2d", "--input", "samples/x.yaml", "--kernel", "samples/w.yaml")
FULL = Path("/dev/full")


def shell(script: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        script.replace("convcalc", " ".join(CONVCALC)),
        shell=True,
        cwd=ROOT,
        env=environment(env),
        capture_output=True,
        timeout=60,
    )


def test_results_go_to_stdout_and_nothing_else_does() -> None:
    run = convcalc(*MAIN_JOB)
    assert (run.code, run.err) == (0, "")
    assert run.text.splitlines()[:3] == ["13 21 29", "19 27 35", "25 33 41"]


@pytest.mark.parametrize("format_", ["plain", "yaml", "json", "npy"])
def test_what_is_printed_is_read_back(format_: str) -> None:
    first = convcalc("2d", "-i", "@random:2,6,6:seed=3", "-k", "@random:3,2,2,2:seed=4", "-f", format_)
    again = convcalc("2d", "-i", "-", "-k", "@identity:1", "--groups", "3", "-f", format_, stdin=first.out)
    assert (first.code, again.code) == (0, 0), again.err
    if format_ in ("plain", "npy"):
        assert again.out == first.out
    third = convcalc("2d", "-i", "-", "-k", "@identity:1", "--groups", "3", stdin=first.out)
    assert third.out == convcalc("2d", "-i", "@random:2,6,6:seed=3", "-k", "@random:3,2,2,2:seed=4").out


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("format_", ["json", "yaml"])
def test_floats_are_read_back_in_their_type(dtype: str, format_: str) -> None:
    first = convcalc("1d", "-i", "0.1 0.2 nan", "-k", "[1]", "--dtype", dtype, "-f", format_)
    again = convcalc("1d", "-i", "-", "-k", "[1]", "-f", format_, stdin=first.out)
    assert again.out == first.out
    assert f'"{dtype}"' in again.text or f" {dtype}" in again.text


def test_csv_is_read_back() -> None:
    first = convcalc("2d", "-i", "@arange:4,4", "-k", "0.5 1; 1 1", "-f", "csv")
    assert convcalc("2d", "-i", "-", "-k", "[[1]]", "-f", "csv", stdin=first.out).out == first.out


def test_fractions_are_read_back_in_json() -> None:
    first = convcalc("2d", "-i", "@arange:4,4", "-k", "@box:3", "-f", "json", "--fractions")
    again = convcalc("2d", "-i", "-", "-k", "[[9]]", stdin=first.out)
    assert again.text == "45 54\n81 90\n"


def test_commands_chain_in_a_shell() -> None:
    run = shell("convcalc 2d -i @arange:5,5 -k @laplacian | convcalc 2d -i - -k @box:2")
    assert (run.returncode, run.stdout) == (0, b"0 0\n0 0\n")


def test_a_closed_pipe_is_no_error_and_makes_no_noise() -> None:
    run = subprocess.run(
        ["bash", "-c", f"{' '.join(CONVCALC)} 2d -i @arange:400,400 -k '[[1]]' | head -1 >/dev/null; exit ${{PIPESTATUS[0]}}"],
        cwd=ROOT, env=environment(), capture_output=True,
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (0, b"")


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize(
    "command", ["2d --input samples/x.yaml --kernel samples/w.yaml", "--version", "--help", "2d --help"]
)
def test_a_full_disk_is_exit_5_with_one_message(command: str) -> None:
    run = shell(f"convcalc {command} > /dev/full")
    assert run.returncode == 5
    assert run.stderr.decode() == (
        "convcalc: error: cannot write standard output: No space left on device\n"
        "  given     standard output\n"
        "  expected  a place that takes the whole result\n"
        "  fix       free some space, or write elsewhere\n"
    )


def test_a_closed_stdout_is_exit_5() -> None:
    run = shell("convcalc 1d -i '1 2' -k '1 1' >&-")
    assert run.returncode == 5
    assert run.stderr.startswith(b"convcalc: error: cannot write standard output: ")


def test_a_closed_stdin_and_stderr_do_no_harm() -> None:
    assert shell("convcalc 1d -i '1 2' -k '1 1' <&- 2>&-").stdout == b"3\n"
    assert shell("convcalc 1d -i - -k '1 1' <&-").returncode == 3


@pytest.mark.parametrize("delay", [0.0, 0.02, 0.05, 0.1, 0.2, 0.4])
def test_an_interrupt_is_exit_130_and_silent_at_any_moment(delay: float) -> None:
    """stdin is never closed, so the run ends by the signal alone."""
    ready = "import sys; sys.stderr.write('!'); sys.stderr.flush(); from convcli.cli import main; main()"
    process = subprocess.Popen(
        [CONVCALC[0], "-c", ready, "2d", "-i", "-", "-k", "1 1"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
    )  # fmt: skip
    assert process.stderr is not None
    assert process.stderr.read(1) == b"!"
    time.sleep(0.03 + delay)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"")


def test_a_table_on_a_terminal_and_rows_in_a_pipe() -> None:
    shown = re.sub(r"\x1b\[[0-9;]*m", "", in_terminal(*MAIN_JOB).text)
    assert "13 21 29" in shown
    assert "(3, 3, 3)" in shown
    assert convcalc(*MAIN_JOB).text.startswith("13 21 29\n")


@pytest.mark.parametrize("columns", [80, 120])
def test_an_explanation_keeps_to_the_terminal(columns: int) -> None:
    shown = in_terminal(*MAIN_JOB, "--explain", columns=columns).text
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert max(map(len, plain.splitlines())) <= columns
    assert "[1 5; 2 6] ⊙ [1 0; 0 1] = [1 0; 0 6] → 7" in plain
    assert "\x1b[" in shown
    assert plain == convcalc(*MAIN_JOB, "--explain", "--width", str(columns)).text


COLOR = {
    "a terminal":                       ({}, [], True),
    "NO_COLOR":                         ({"NO_COLOR": "1"}, [], False),
    "NO_COLOR empty":                   ({"NO_COLOR": ""}, [], True),
    "a dumb terminal":                  ({"TERM": "dumb"}, [], False),
    "--color never":                    ({"FORCE_COLOR": "1"}, ["--color", "never"], False),
    "--color always beats NO_COLOR":    ({"NO_COLOR": "1"}, ["--color", "always"], True),
}  # fmt: skip


@pytest.mark.parametrize(("env", "options", "colored"), COLOR.values(), ids=COLOR)
def test_color_on_a_terminal(env: dict[str, str], options: list[str], colored: bool) -> None:
    assert ("\x1b[" in in_terminal("1d", "-i", "1 2", "-k", "1 1", "-e", *options, env=env).text) is colored


@pytest.mark.parametrize(
    ("env", "options", "colored"),
    [({}, [], False), ({"FORCE_COLOR": "1"}, [], True), ({"FORCE_COLOR": "0"}, [], False), ({"CLICOLOR_FORCE": "1"}, [], True), ({}, ["--color", "always"], True)],
)  # fmt: skip
def test_color_in_a_pipe(env: dict[str, str], options: list[str], colored: bool) -> None:
    run = convcalc("1d", "-i", "1 2", "-k", "1 1", "-e", *options, env=env)
    assert (b"\x1b[" in run.out) is colored
    numbers = convcalc("1d", "-i", "1 2", "-k", "1 1", *options, env=env)
    assert numbers.out == b"3\n"


def test_data_in_a_pipe_is_never_wrapped() -> None:
    run = convcalc("1d", "-i", "@arange:500", "-k", "[1000003]", env={"COLUMNS": "40"})
    assert run.out.count(b"\n") == 1


def test_a_terminal_that_has_no_unicode_gets_ascii() -> None:
    run = convcalc("2d", "samples/d2l-padding.yaml", "-e", env={"PYTHONIOENCODING": "ascii"})
    assert run.code == 0
    assert run.out.isascii()


def test_a_bug_of_ours_is_exit_70_and_one_line() -> None:
    code = (
        "import sys; sys.argv[1:] = ['1d', '-i', '1 2', '-k', '[1]']\n"
        "import convcli.cli.convolution as c\n"
        "def run(*a): raise ZeroDivisionError('a \\x1b[31m bug')\n"
        "c.run = run\n"
        "from convcli.cli import main; main()\n"
    )
    run = subprocess.run([CONVCALC[0], "-c", code], capture_output=True, text=True, env=environment())
    assert (run.returncode, run.stdout) == (70, "")
    assert (
        run.stderr
        == "convcalc: internal error, please report it (--debug shows where): ZeroDivisionError: a \\x1b[31m bug\n"
    )
    debug = subprocess.run(
        [CONVCALC[0], "-c", code], capture_output=True, text=True, env=environment({"CONVCALC_DEBUG": "1"})
    )
    assert debug.stderr.startswith("Traceback")


def test_a_progress_bar_after_a_second_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import os

    from convcli.cli import progress as module
    from convcli.cli.world import World

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    def world(err: io.StringIO) -> World:
        return World(stdin=io.BytesIO(), out=None, err=err, env=os.environ)

    quick, slow = Terminal(), Terminal()
    with module.progress(10, world(quick)) as tick:
        assert tick is not None
        tick(5)
    assert quick.getvalue() == ""
    monkeypatch.setattr(module, "PATIENCE", -1.0)
    with module.progress(10, world(slow)) as tick:
        assert tick is not None
        tick(5)
    assert "convolving" in slow.getvalue()
    with module.progress(10, world(io.StringIO())) as tick:
        assert tick is None


def loaded(*arguments: str) -> set[str]:
    code = f"import sys; sys.argv[1:] = {list(arguments)!r}\nimport convcli.cli as c\nc._leave = lambda code: sys.stderr.write(' '.join(sys.modules))\nc.main()"
    run = subprocess.run([CONVCALC[0], "-c", code], cwd=ROOT, capture_output=True, text=True, env=environment())
    assert run.returncode == 0, run.stderr
    return set(run.stderr.split())


@pytest.mark.parametrize("options", [[], ["-f", "json"], ["-f", "yaml"], ["-f", "json", "-e"], ["--explain"]])
def test_plain_and_machine_output_load_no_rich_and_nothing_loads_pydantic(options: list[str]) -> None:
    modules = loaded(*MAIN_JOB, *options)
    assert {name.split(".")[0] for name in modules} & {
        "rich",
        "textual",
        "pydantic",
        "markdown_it",
        "pygments",
    } == set()


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], []])
def test_version_and_help_load_neither_typer_nor_numpy(arguments: list[str]) -> None:
    assert loaded(*arguments) & {"typer", "numpy", "yaml", "rich", "dataclasses"} == set()


def test_inline_numbers_load_no_yaml() -> None:
    assert "yaml" not in loaded("1d", "-i", "1 2", "-k", "[1, 1]")


def test_the_hygiene_checks_can_fail() -> None:
    assert {"yaml", "numpy", "typer"} <= loaded(*MAIN_JOB)
    assert "rich" in loaded("1d", "-i", "1 2", "-k", "[1]", "-e", "--color", "always")


def test_os_environ_is_left_alone_by_importing_the_package() -> None:
    code = "import os; before = dict(os.environ); import convcli.api, convcli.cli; assert dict(os.environ) == before"
    subprocess.run([CONVCALC[0], "-c", code], check=True, env=dict(os.environ))


def test_a_result_stands_though_nobody_hears_the_notes() -> None:
    run = shell("convcalc 1d -i '[1/3]' -k '[1]' 2>/dev/full")
    assert (run.returncode, run.stdout) == (0, b"0.3333333333333333\n")
    assert shell("convcalc 1d -i '[bad]' -k '[1]' 2>/dev/full").returncode == 3
    run = subprocess.run(
        ["bash", "-c", f"{' '.join(CONVCALC)} 1d -i '[1/3]' -k '[1]' 2> >(exec 0<&-) ; sleep 0.1"],
        capture_output=True,
        env=environment(),
    )
    assert run.stdout == b"0.3333333333333333\n"


def test_a_stream_named_as_a_file_is_written_to(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("old\n")
    shell(f"convcalc 1d -i '1 2' -k '1 1' -f plain -o /dev/stdout >> {log}")
    assert log.read_text() == "old\n3\n"
    assert shell("convcalc 1d -i '1 2' -k '1 1' -f plain -o /dev/stdout | cat").stdout == b"3\n"


def test_columns_that_are_no_width_are_not_believed() -> None:
    assert convcalc("1d", "-i", "1 2", "-k", "1 1", "-e", env={"COLUMNS": "9" * 5000}).code == 0


def test_a_file_stays_as_it_was_if_the_explanation_beside_it_cannot_be_written(tmp_path: Path) -> None:
    run = shell(f"convcalc 1d -i '1 2' -k '1 1' -e -o {tmp_path}/y.npy > /dev/full")
    assert (run.returncode, list(tmp_path.iterdir())) == (5, [])


def test_steps_without_end_are_asked_about() -> None:
    run = convcalc("2d", "-i", "@ones:16,60,60", "-k", "@ones:8,16,3,3", "-e", "-f", "json")
    assert run.code == 4
    assert "--limit products=3875328" in run.err
