"""Every format through the command line: what each file begins with, what is refused, what is said beside it."""

import json
import zipfile
from pathlib import Path

import pytest

from convcli.render.formats import FORMATS, Kind
from tests.cli.running import ROOT, convcalc, in_terminal

GOLDENS = ROOT / "tests" / "goldens"
DUMOULIN = ("2d", "samples/dumoulin-strided.yaml")

BEGINNINGS = {
    "md": b"```text\n",
    "tex": b"\\documentclass",
    "html": b"<!doctype html>",
    "svg": b"<svg ",
    "png": b"\x89PNG\r\n",
    "pgm": b"P5\n3 3\n255\n",
    "ppm": b"P6\n3 3\n255\n",
}


@pytest.mark.parametrize(("ending", "beginning"), BEGINNINGS.items(), ids=BEGINNINGS)
def test_an_ending_implies_its_format(ending: str, beginning: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"y.{ending}"
    run = convcalc(*DUMOULIN, "-o", str(path))
    assert (run.code, run.out) == (0, b""), run.err
    assert path.read_bytes().startswith(beginning)


@pytest.mark.parametrize("sample", ["dumoulin-strided", "textbook-2d", "vertical-edge-gradient"])
@pytest.mark.parametrize(("name", "ending"), [("markdown", "md"), ("latex", "tex")])
def test_an_explanation_in_words_for_elsewhere(sample: str, name: str, ending: str) -> None:
    run = convcalc("2d", f"samples/{sample}.yaml", "--explain", "-f", name)
    assert run.out == (GOLDENS / f"{sample}.explained.{ending}").read_bytes()


def test_a_fragment_of_latex_is_no_document() -> None:
    run = convcalc(*DUMOULIN, "--explain", "-f", "latex-fragment")
    assert b"\\documentclass" not in run.out
    assert b"\\left[" in run.out or b"bmatrix" in run.out


def test_a_picture_of_an_explanation() -> None:
    run = convcalc(*DUMOULIN, "--explain", "-f", "svg")
    assert run.out == (GOLDENS / "dumoulin-strided.explained.svg").read_bytes()


@pytest.mark.parametrize("options", [["--animate"], ["--animate", "-f", "svg"]])
def test_a_picture_that_moves(options: list[str]) -> None:
    run = convcalc(*DUMOULIN, *options)
    assert run.out == (ROOT / "samples" / "convolution.svg").read_bytes()


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--animate", "-f", "png"], "png is no picture that moves"),
        (["--animate", "-o", "y.json"], "json is no picture that moves"),
        (["--animate", "--at", "0,0"], "a picture that moves shows every element"),
        (["--explain", "-f", "pytorch"], "pytorch holds code only, no explanation"),
        (["--explain", "-f", "heat"], "heat holds a picture only, no explanation"),
        (["--at", "0,0", "-f", "png"], "png holds a picture only, no explanation"),
        (["--grad", "all", "-f", "jax"], "jax has room for one gradient, and there are three"),
    ],
)
def test_what_a_format_cannot_hold_is_refused(options: list[str], problem: str) -> None:
    run = convcalc(*DUMOULIN, *options)
    assert (run.code, run.out) == (2, b"")
    assert run.err.startswith(f"convcalc: error: {problem}\n")


def test_shapes_as_pages_and_not_as_pictures() -> None:
    words = ("shape", "3x224x224", "conv 64 k7 s2 p3")
    assert convcalc(*words, "-f", "html").out.startswith(b"<!doctype html>")
    assert convcalc(*words, "-f", "latex").out.startswith(b"\\documentclass")
    assert convcalc(*words, "-f", "png").code == 2


def test_three_gradients_on_one_page() -> None:
    run = convcalc("2d", "samples/vertical-edge.yaml", "--grad", "all", "-f", "html")
    assert run.code == 0
    assert "<title>Gradient dx (6, 6): height, width</title>" in run.text
    assert all(f"Gradient {name}" in run.text for name in ("dx", "dw", "db"))


def test_single_elements_on_a_page() -> None:
    run = convcalc(*DUMOULIN, "--at", "0,1", "-f", "html")
    assert "y[0,1]" in run.text
    assert "y[1,1]" not in run.text


def test_a_page_holds_the_problem() -> None:
    page = convcalc(*DUMOULIN, "-f", "html").text
    data = page.partition('type="application/json"')[2].partition(">")[2].partition("</script>")[0]
    assert json.loads(data)
    assert "default-src 'none'" in page


@pytest.mark.parametrize("framework", ["pytorch", "numpy"])
def test_code_is_written_and_kept(framework: str, tmp_path: Path) -> None:
    path = tmp_path / "y.py"
    run = convcalc(*DUMOULIN, "-f", framework, "-o", str(path))
    assert run.code == 0
    compile(path.read_text(), "y.py", "exec")
    explained = convcalc(*DUMOULIN, "-f", framework, "-o", str(path), "--explain")
    assert "Output size" in explained.text


def test_an_onnx_model_alone_or_with_its_vectors(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx", reason="onnx is not installed: pip install onnx")
    for ending in ("onnx", "zip"):
        run = convcalc(*DUMOULIN, "-o", str(tmp_path / f"y.{ending}"))
        assert run.code == 0, run.err
    onnx.checker.check_model(onnx.load(tmp_path / "y.onnx"))
    with zipfile.ZipFile(tmp_path / "y.zip") as archive:
        assert "model.onnx" in archive.namelist()


def test_numbers_mapped_to_colours_are_noted(tmp_path: Path) -> None:
    run = convcalc("2d", "-i", "1 2; 3 4", "-k", "-1 1", "-f", "pgm", "-o", str(tmp_path / "y.pgm"))
    assert run.code == 0
    assert convcalc("2d", "-i", "0 9; 9 0", "-k", "-1 1", "-o", str(tmp_path / "e.png")).err.startswith(
        "convcalc: note: values from -9 to 9 were"
    )


def test_an_image_in_either_layout(tmp_path: Path) -> None:
    path = tmp_path / "x.ppm"
    path.write_bytes(b"P6\n2 2\n255\n" + bytes(range(12)))
    first = convcalc("2d", "-i", str(path), "-k", "@ones:1,3,2,2", "-f", "json")
    last = convcalc("2d", "-i", str(path), "-k", "@ones:1,3,2,2", "--layout", "nhwc", "-f", "json")
    shapes = [json.loads(run.out)["input"]["shape"] for run in (first, last)]
    assert shapes == [[3, 2, 2], [2, 2, 3]]
    assert json.loads(first.out)["output"]["data"] == [[[66]]]


@pytest.mark.parametrize(
    ("env", "sign"),
    [({"COLORTERM": "truecolor"}, "\x1b[38;2;"), ({"TERM": "xterm-256color"}, "\x1b[38;5;"), ({"TERM": "xterm"}, "▀")],
)
def test_a_heat_map_has_the_colours_of_its_terminal(env: dict[str, str], sign: str) -> None:
    run = convcalc("2d", "-i", "@arange:9,9", "-k", "@sobel-x", "-f", "heat", "--color", "always", env=env)
    assert sign in run.text
    assert ("\x1b[38;2;" in run.text) == ("COLORTERM" in env)
    assert "\x1b" not in convcalc("2d", "-i", "@arange:9,9", "-k", "@sobel-x", "-f", "heat").text


def test_a_table_too_large_to_be_read_is_followed_by_a_heat_map() -> None:
    wide = in_terminal("2d", "-i", "@random:5,60", "-k", "1 0; 0 1")
    assert "▀" in wide.text
    assert "each cell" in wide.text or "\x1b[48" in wide.text
    for options in (["--show", "all"], ["--explain"]):
        assert "▀" not in in_terminal("2d", "-i", "@random:5,60", "-k", "1 0; 0 1", *options).text
    assert "▀" not in in_terminal("2d", "-i", "@random:5,30", "-k", "1 0; 0 1").text


def test_every_format_is_in_the_help() -> None:
    text = " ".join(convcalc("2d", "--help").text.split())
    assert all(name in text for name in FORMATS)


def test_every_kind_has_a_format() -> None:
    assert {form.kind for form in FORMATS.values()} == set(Kind)
