"""Every sample in every format, byte by byte; and what the sources published, number by number."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from tests.cli.running import ROOT, SAMPLES, convcalc
from tests.goldens import check

GOLDENS = ROOT / "tests" / "goldens"

COMMANDS = {path.stem: "2d" for path in sorted(SAMPLES.glob("*.yaml")) if path.stem not in ("x", "w", "lenet")} | {
    "textbook-1d": "1d",
    "same-transposed": "1d",
    "textbook-1x1": "1x1",
    "ceil-mode": "pool1d",
    "three-four-five": "pool1d",
    "dumoulin-average": "pool2d",
    "dumoulin-max": "pool2d",
    "d2l-max": "pool2d",
}

#          ending           options
FORMATS = {
    "plain.txt":           ["-f", "plain"],
    "table.txt":           ["-f", "table"],
    "yaml":                ["-f", "yaml"],
    "json":                ["-f", "json"],
    "npy":                 ["-f", "npy"],
    "explained.txt":       ["--explain"],
    "explained-120.txt":   ["--explain", "--width", "120"],
    "explained-ascii.txt": ["--explain", "--ascii", "--from-one"],
    "steps.json":          ["-f", "json", "--explain"],
    "steps.yaml":          ["-f", "yaml", "--explain"],
}  # fmt: skip
CSV = [name for name in COMMANDS if name not in ("textbook-2d", "textbook-1x1", "d2l-channels", "cs231n")]
LONG = {"cs231n": {"explained-120.txt", "explained-ascii.txt", "steps.json", "steps.yaml"}}
"""What would be long and show nothing that the others do not."""


@pytest.mark.parametrize("name", COMMANDS)
def test_a_sample_in_every_format(name: str, pytestconfig: pytest.Config) -> None:
    formats = FORMATS | ({"csv": ["-f", "csv"]} if name in CSV else {})
    for ending, options in formats.items():
        if ending in LONG.get(name, ()):
            continue
        run = convcalc(COMMANDS[name], f"samples/{name}.yaml", *options)
        assert run.code == 0, run.err
        check(GOLDENS / f"{name}.{ending}", run.out, pytestconfig)


@pytest.mark.parametrize("ending", ["plain.txt", "table.txt", "yaml", "json"])
def test_layers_in_every_format(ending: str, pytestconfig: pytest.Config) -> None:
    run = convcalc("shape", "samples/lenet.yaml", *FORMATS[ending])
    assert run.code == 0, run.err
    check(GOLDENS / f"lenet.{ending}", run.out, pytestconfig)


def test_the_published_sizes_of_lenet() -> None:
    layers = json.loads(convcalc("shape", "samples/lenet.yaml", "-f", "json").out)["layers"]
    assert [layer["output"]["shape"] for layer in layers] == [[6, 28, 28], [6, 14, 14], [16, 10, 10], [16, 5, 5]]


PUBLISHED = {
    "textbook-1d": [-2, -2],
    "textbook-1x1": [[[1, 2], [3, 4]], [[10, 20], [30, 40]], [[-9, -18], [-27, -36]]],
    "dumoulin-valid": [[12, 12, 17], [10, 17, 19], [9, 6, 14]],
    "dumoulin-strided": [[6, 17, 3], [8, 17, 13], [6, 4, 4]],
    "d2l-2d": [[19, 25], [37, 43]],
    "d2l-padding": [[0, 3, 8, 4], [9, 19, 25, 10], [21, 37, 43, 16], [6, 7, 8, 0]],
    "d2l-stride": [[0, 8], [6, 8]],
    "d2l-channels": [[[56, 72], [104, 120]], [[76, 100], [148, 172]], [[96, 128], [192, 224]]],
    "vertical-edge": [[-5, -4, 0, 8], [-10, -2, 2, 3], [0, -2, -4, -7], [-3, -2, -3, -16]],
    "correlation": [[4, 7], [10, 13], [16, 19], [22, 25]],
    "convolution": [[2, 5], [8, 11], [14, 17], [20, 23]],
    "same-tensorflow": [[45, 39], [66, 50]],
    "dumoulin-max": [[3, 3, 3], [3, 3, 3], [3, 2, 3]],
    "d2l-max": [[4, 5], [7, 8]],
    "ceil-mode": [1.5, 3, 4],
    "three-four-five": [5, 13],
    "d2l-transposed": [[0, 0, 1], [0, 4, 6], [4, 12, 9]],
    "d2l-transposed-padding": [[4]],
    "d2l-transposed-stride": [[0, 0, 0, 1], [0, 0, 2, 3], [0, 2, 0, 3], [4, 6, 6, 9]],
    "output-padding": [[5, 6], [8, 9]],
    "same-transposed": [1, 10, 102, 20, 203, 30],
    "vertical-edge-gradient": [[-60, -142, -265], [-104, -211, -322], [-102, -144, -248]],
}


def data_of(name: str, *options: str) -> object:
    run = convcalc(COMMANDS[name], f"samples/{name}.yaml", "-f", "json", *options)
    return json.loads(run.out)["output"]["data"]


@pytest.mark.parametrize(("name", "data"), PUBLISHED.items(), ids=PUBLISHED)
def test_the_published_numbers(name: str, data: object) -> None:
    assert data_of(name) == data


def test_averages_as_fractions() -> None:
    published = [["5/3", "5/3", "5/3"], [1, "11/9", "16/9"], ["10/9", "7/9", "4/3"]]
    assert data_of("dumoulin-average", "--fractions") == published


def test_the_textbook_in_two_dimensions_channels_last() -> None:
    output = data_of("textbook-2d")
    assert isinstance(output, list)
    assert [[pixel[0] for pixel in row] for row in output] == [[13, 21, 29], [19, 27, 35], [25, 33, 41]]


def test_cs231n_to_the_digits_it_was_published_with() -> None:
    output = data_of("cs231n", "--fractions")
    assert isinstance(output, list)
    published = [
        [[-0.08759809, -0.10987781], [-0.18387192, -0.2109216]],
        [[0.21027089, 0.21661097], [0.22847626, 0.23004637]],
        [[0.50813986, 0.54309974], [0.64082444, 0.67101435]],
    ]
    for ours, theirs in zip(output[0], published, strict=True):
        for row, expected in zip(ours, theirs, strict=True):
            assert [round(float(Fraction(cell)), 8) for cell in row] == expected


def test_every_published_sample_says_where_it_is_from() -> None:
    for path in SAMPLES.glob("*.yaml"):
        assert path.read_text().startswith("# "), path


def test_goldens_belong_to_samples() -> None:
    names = {path.name.split(".")[0] for path in GOLDENS.glob("*.*")}
    assert names == {*COMMANDS, "lenet"}


@pytest.mark.parametrize("path", sorted((SAMPLES / "errors").glob("*.*")), ids=lambda path: path.name)
def test_a_mistake_and_its_message(path: Path, pytestconfig: pytest.Config) -> None:
    """One file for each mistake, and beside it the whole message: the folder is the page for troubleshooting."""
    if path.suffix == ".txt":
        assert path.with_suffix(".yaml").exists() or path.with_suffix(".json").exists()
        return
    run = convcalc("2d", f"samples/errors/{path.name}")
    assert (run.out, run.code in (3, 4)) == (b"", True)
    check(path.with_suffix(".txt"), run.err.encode(), pytestconfig)
