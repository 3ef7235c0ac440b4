"""--explain-plan: how a result was computed, said on stderr and in whole texts; only time and rate are masked.

The texts are in tests/goldens/plans, one file each.
"""

import re
from pathlib import Path

import numpy as np
import pytest

from tests.cli.running import ROOT, Run, convcalc, in_terminal
from tests.goldens import check

GOLDENS = ROOT / "tests" / "goldens" / "plans"

FLOATS = ("--dtype", "float32", "-f", "npy")
STREAM = ("-i", "x.npy", "-k", "w.npy", "-o", "y.npy")

#                            command
PLANS = {
    "many channels":         ["2d", "-i", "@random:32,56,56", "-k", "@random:32,32,3,3", "-p", "1", *FLOATS],
    "brief":                 ["2d", "-i", "@random:32,56,56", "-k", "@random:64,32,3,3", "-p", "1", "-f", "npy"],
    "few channels":          ["2d", "-i", "@random:3,64,64", "-k", "@random:8,3,3,3", "-s", "2", *FLOATS],
    "depthwise":             ["2d", "-i", "@random:32,56,56", "-k", "@random:32,1,3,3", "-g", "32", *FLOATS],
    "one plane":             ["2d", "-i", "@random:300,300", "-k", "@random:9,9", "-p", "same", *FLOATS],
    "float16":               ["1d", "-i", "@random:2000", "-k", "@random:3", "--dtype", "float16"],
    "exact":                 ["2d", "-i", "@random:8,32,32", "-k", "@random:8,8,3,3"],
    "exact past 24 bits":    ["1d", "-i", "99999 1 2", "-k", "9999 3"],
    "limbs":                 ["1d", "-i", f"{2**60} 1 2", "-k", f"{2**60} 3"],
    "thousands of bits":     ["1d", "-i", "1e1000 1 2", "-k", "1e1000 3"],
    "an integer type":       ["1d", "-i", "100 100", "-k", "1 1", "--dtype", "int8", "--overflow", "wrap"],
    "a volume":              ["3d", "-i", "@random:2,9,9,9", "-k", "@random:4,2,3,3,3"],
    "1x1":                   ["1x1", "-i", "@random:64,20,20", "-k", "@random:32,64"],
    "a weight of infinity":  ["1d", "-i", "1 2 3", "-k", "inf 1", "-p", "1"],
    "transposed":            ["2d", "-t", "-i", "@random:16,30,30", "-k", "@random:16,8,3,3", "-s", "2", "-p", "1", *FLOATS],
    "transposed, infinite":  ["1d", "-t", "-i", "1 2 3", "-k", "inf 1"],
    "all gradients":         ["2d", "-i", "@random:8,40,40", "-k", "@random:16,8,3,3", "--grad", "all", "-f", "yaml"],
    "a stream":              ["2d", *STREAM],
    "a stream in 6 MiB":     ["2d", *STREAM, "--memory", "6M"],
}  # fmt: skip


def masked(run: Run) -> bytes:
    assert run.code == 0, run.err
    seconds, rate = r"[0-9.]+ s", r"[0-9.]+ [kMGT]?MAC/s"
    text, count = re.subn(rf"(?m)^(  time +){seconds}, {rate}(; OpenBLAS for \w+)?$", r"\1TIME, RATE", run.err)
    assert count == run.err.count("convcalc: plan: ")
    return text.encode()


@pytest.mark.parametrize("label", PLANS)
def test_the_whole_text(label: str, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    random = np.random.default_rng(1)
    np.save(tmp_path / "x.npy", random.standard_normal((16, 200, 200)).astype("f4"))
    np.save(tmp_path / "w.npy", random.standard_normal((16, 16, 3, 3)).astype("f4"))
    run = convcalc(*PLANS[label], "--explain-plan", "--threads", "2", cwd=tmp_path)
    name = label.replace(" ", "_").replace(",", "")
    check(GOLDENS / f"{name}.txt", masked(run), pytestconfig)


def test_every_text_belongs_to_a_row() -> None:
    assert len(list(GOLDENS.glob("*.txt"))) == len(PLANS)


def test_it_is_said_beside_the_result_which_is_as_ever() -> None:
    command = ("2d", "samples/textbook-2d.yaml")
    assert convcalc(*command, "--explain-plan").out == convcalc(*command).out
    assert convcalc(*command, "--explain-plan", "-e").out == convcalc(*command, "-e").out


def test_it_keeps_to_the_terminal_and_to_ascii() -> None:
    command = ("2d", "samples/textbook-2d.yaml", "--explain-plan")
    shown = in_terminal(*command, columns=50, errors_too=False).err
    assert max(map(len, shown.splitlines())) <= 50
    assert shown[:200] == convcalc(*command, "--width", "50").err[:200]
    assert "×" in convcalc(*command).err
    assert convcalc(*command, "--ascii").err.isascii()


def test_any_number_of_threads_gives_the_same_bytes() -> None:
    command = ("2d", "-i", "@random:16,64,64", "-k", "@random:32,16,3,3", "-p", "1", *FLOATS)
    assert len({convcalc(*command, "--threads", count).out for count in ("1", "2", "7")}) == 1
