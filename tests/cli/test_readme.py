"""README tells the truth: each command it shows is run and gives what stands below it; Python examples too."""

import doctest
import re
import subprocess

import pytest

from tests.cli.running import CONVCALC, ROOT, environment

README = ROOT / "README.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


def outputs(block: str) -> str:
    """The block with its commands run anew."""
    lines = []
    for command in re.findall(r"^\$ (.*)$", block, re.MULTILINE):
        script = command.replace("convcalc ", f"{' '.join(CONVCALC)} ")
        run = subprocess.run(script, shell=True, cwd=ROOT, env=environment(), capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
        lines.append(f"$ {command}\n{run.stdout}")
    return "".join(lines)


def test_each_command_gives_what_stands_below_it(pytestconfig: pytest.Config) -> None:
    text = README.read_text()
    fresh = BLOCK.sub(lambda match: f"```console\n{outputs(match[1])}```", text)
    if pytestconfig.getoption("--update-goldens"):
        README.write_text(fresh)
    assert fresh == README.read_text()


def test_the_python_examples_are_true() -> None:
    results = doctest.testfile(str(README), module_relative=False)
    assert results.attempted >= 3
    assert results.failed == 0


def test_the_picture_is_made_by_convcalc() -> None:
    command = [*CONVCALC, "2d", "samples/dumoulin-strided.yaml", "--animate"]
    run = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, check=True)
    assert (ROOT / "samples" / "convolution.svg").read_bytes() == run.stdout
    assert "](samples/convolution.svg)" in README.read_text()


def test_the_picture_of_the_workbench_is_what_it_shows() -> None:
    picture = README.read_text().partition("```text\n")[2].partition("```")[0]
    assert picture.startswith(" convcalc  conv2d")
    assert (ROOT / "tests" / "workbench" / "goldens" / "stepped.txt").read_text().startswith(picture)
