"""README tells the truth: each command it shows is run and gives what stands below it; Python examples too."""

import doctest
import re
import subprocess

import pytest

from tests.cli.running import CONVCALC, ROOT, environment
from tests.cli.test_goldens import words

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


def test_the_picture_is_made_by_convcalc(pytestconfig: pytest.Config) -> None:
    picture = ROOT / "samples" / "explanation.svg"
    command = [
        *CONVCALC,
        "2d",
        "samples/dumoulin-strided.yaml",
        "--at",
        "0,1",
        "--at",
        "2,2",
        "-f",
        "svg",
        "--width",
        "80",
    ]
    run = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, check=True)
    if pytestconfig.getoption("--update-goldens"):
        picture.write_bytes(run.stdout)
    assert words(picture.read_bytes()) == words(run.stdout)


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README.read_text()):
        assert (ROOT / target).exists(), target


def test_every_option_is_in_the_help_and_has_a_help_of_its_own() -> None:
    from convcli.cli.convolution import Flags

    text = subprocess.run(
        [*CONVCALC, "2d", "--help"], env=environment(), capture_output=True, text=True, check=True
    ).stdout
    for name in Flags.__dataclass_fields__:
        assert name == "problem" or f"--{name.replace('_', '-')}" in text
    for line in text.splitlines():
        assert len(line) <= 80


def test_the_architecture_page_names_every_module() -> None:
    text = README.read_text()
    for path in (ROOT / "convcli").iterdir():
        if path.name not in ("__init__.py", "__main__.py", "py.typed", "__pycache__"):
            assert f"(convcli/{path.name})" in text, path.name
