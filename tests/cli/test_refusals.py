"""Bad input, as a table: each row gets its exit code and one whole message, in little time and memory.

The messages are in tests/goldens/refusals, one file each; the first line of each is the exit code.
"""

import io
import os
import struct
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from convcli.errors import MAX_BYTES, MAX_LINES
from tests.cli.running import ROOT, measured
from tests.goldens import check

GOLDENS = ROOT / "tests" / "goldens" / "refusals"
MEMORY = 300
"""MiB that any refusal may take."""

Content = bytes | str | Callable[[], bytes]
KERNEL = ("-k", "1 1")


def on(name: str, content: Content, *options: str) -> tuple[dict[str, Content], list[str]]:
    """A file and the command that reads it as a 2-D input."""
    return {name: content}, ["2d", "-i", name, "-k", "[[1]]", *options]


def flags(*options: str) -> tuple[dict[str, Content], list[str]]:
    """A good input under settings that are not."""
    return {}, ["2d", "-i", "@arange:1,4,4", "-k", "@ones:3,3", *options]


def npy(header: bytes, data: bytes = b"") -> bytes:
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + data


def saved(array: object) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.asarray(array), allow_pickle=True)
    return buffer.getvalue()


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return buffer.getvalue()


ALIASES = "a: &a [1,1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"{n}: &{n} [{','.join([f'*{p}'] * 9)}]\n" for p, n in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGES = "a: &a {x: 1}\n" + "".join(
    f"{n}: &{n} {{<<: [{','.join([f'*{p}'] * 9)}]}}\n" for p, n in zip("abcdefg", "bcdefgh", strict=True)
)

ROWS: dict[str, tuple[dict[str, Content], list[str]]] = {
    # what a cell is
    "ragged rows, inline": ({}, ["2d", "-i", "[[1, 2, 3], [4, 5]]", "-k", "[[1]]"]),
    "ragged rows, yaml": on("x.yaml", "input:\n  - [1, 2, 3]\n  - [4, 5]\n"),
    "ragged rows, block yaml": on("x.yaml", "- - 1\n  - 2\n- - 3\n"),
    "ragged rows, csv": on("x.csv", "1,2,3\n4,5\n"),
    "ragged rows, text": on("x.txt", "1 2 3\n4 5\n"),
    "ragged rows, json": on("x.json", '{"input": [[1, 2], [3]]}'),
    "a number beside a list": on("x.yaml", "[[1, 2], 3]"),
    **{f"a cell {cell}": on("x.yaml", f"input:\n  - [1, {cell}]\n  - [3, 4]\n") for cell in ("yes", "010", "1:30", "1_000", "null", "2024-01-01", "'5'", "0x1F", "٣")},
    "a cell null, json": on("x.json", "[[1, null]]"),
    "a cell true, json": on("x.json", "[[1, true]]"),
    "a quoted cell, json": on("x.json", '[[1, "2"]]'),
    "a cell 010, csv": on("x.csv", "1,010\n3,4\n"),
    "a header line, csv": on("x.csv", "width,height\n3,4\n"),
    "an empty cell, csv": on("x.csv", "1,,3\n4,5,6\n"),
    "a cell ٣, inline": ({}, ["1d", "-i", "1 ٣ 3", "-k", "1"]),
    "a cell 1e999999999": on("x.yaml", "[[1, 1e999999999]]"),
    "a cell of a million digits": on("x.yaml", f"[[1, {'9' * 10**6}]]"),
    "a cell of a million digits, json": on("x.json", f"[[1, {'9' * 10**6}]]"),
    "a lone number": ({}, ["1d", "-i", "5", "-k", "1 1"]),
    "a print that leaves numbers out": ({}, ["1d", "-i", "[0 1 2 ... 97 98 99]", "-k", "[1]"]),
    "a forgotten comma": ({}, ["1d", "-i", "[1, 2 3]", "-k", "[1]"]),
    # yaml and json
    "duplicate keys, yaml": on("x.yaml", "input: [[1]]\ninput: [[2]]\n"),
    "duplicate keys, json": on("x.json", '{"input": [[1]], "input": [[2]]}'),
    "an alias": on("x.yaml", "input: &a [[1]]\nkernel: *a\n"),
    "a merge key": on("x.yaml", "a: {b: 1}\ninput: {<<: {b: 2}}\n"),
    "a tag": on("x.yaml", "input: !!python/object/apply:os.system [id]\n"),
    "broken yaml": on("x.yaml", "input: [[1, 2], [3, 4]\nkernel: 3\n"),
    "broken json": on("x.json", '{"input": [[1, 2], [3, 4]}'),
    "a trailing comma, json": on("x.json", "[[1, 2], [3, 4],]"),
    "an empty file": on("x.yaml", ""),
    "only a comment": on("x.yaml", "# nothing\n"),
    "two documents": on("x.yaml", "[[1]]\n---\n[[2]]\n"),
    "utf-16": on("x.yaml", "[[1, 2]]".encode("utf-16")),
    "a nul": on("x.yaml", b"[[1, 2\0]]"),
    "latin-1": on("x.yaml", "é: [[1]]".encode("latin-1")),
    "binary": on("x.dat", bytes(range(256)) * 4),
    "brackets 100,000 deep": on("x.yaml", "[" * 100_000 + "]" * 100_000),
    "brackets 100,000 deep, json": on("x.json", "[" * 100_000 + "]" * 100_000),
    "brackets 100,000 deep, inline": on("x.txt", "[" * 100_000),
    "blocks 100,000 deep": on("x.yaml", "- " * 100_000 + "1"),
    "an alias bomb": on("x.yaml", ALIASES),
    "a merge bomb": on("x.yaml", MERGES),
    "a base-60 bomb": on("x.yaml", "[[1" + ":59" * 200_000 + "]]"),
    "a mapping without the key": on("x.yaml", "data2: [[1]]\nother: [[2]]\n"),
    "a key that is not there": ({"x.yaml": "weights: [[1]]\n"}, ["2d", "-i", "x.yaml:weigths", "-k", "[[1]]"]),
    "an unknown setting in a problem file": ({"p.yaml": "input: [[1]]\nkernel: [[1]]\nstirde: 2\n"}, ["2d", "p.yaml"]),
    "stride 0 in a problem file": ({"p.yaml": "input: [[1]]\nkernel: [[1]]\nstride: 0\n"}, ["2d", "p.yaml"]),
    "three strides in a problem file": ({"p.yaml": "input: [[1]]\nkernel: [[1]]\nstride: [1, 2, 3]\n"}, ["2d", "p.yaml"]),
    "a fractional stride in a problem file": ({"p.yaml": "input: [[1]]\nkernel: [[1]]\nstride: 1.5\n"}, ["2d", "p.yaml"]),
    "a problem file without a kernel": ({"p.yaml": "input: [[1]]\n"}, ["2d", "p.yaml"]),
    # arrays
    "npy with a pickle": on("x.npy", saved([{"a": 1}])),
    "npy of text": on("x.npy", saved(["a", "b"])),
    "npy of structures": on("x.npy", saved(np.zeros(2, "i4,f8"))),
    "npy of complex numbers": on("x.npy", saved([1j])),
    "npy of dates": on("x.npy", saved(np.array(["2024-01-01"], "M8[D]"))),
    "npy of booleans": on("x.npy", saved([[True, False]])),
    "npy with fewer bytes than it says": on("x.npy", saved(np.zeros((4, 4)))[:-8]),
    "npy with more bytes than it says": on("x.npy", saved(np.zeros((4, 4))) + b"extra"),
    "npy that says it is enormous": on("x.npy", npy(b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000, 1000000)}\n", b"\0" * 64)),
    "npy of enormous nothing": on("x.npy", npy(b"{'descr': '|V0', 'fortran_order': False, 'shape': (1000000, 1000000)}\n")),
    "npy with a header of 200 MB": on("x.npy", b"\x93NUMPY\x02\x00" + struct.pack("<I", 200 * 2**20) + b" " * 1000),
    "npy with a header that is code": on("x.npy", npy(b"{'descr': exit(), 'fortran_order': False, 'shape': (1,)}\n", b"\0" * 8)),
    "npy with a header of brackets": on("x.npy", npy(b"(" * 9000)),
    "npy with a header of signs": on("x.npy", npy(b"-" * 9000 + b"1")),
    "npy of zero size": on("x.npy", saved(np.zeros((0, 3)))),
    "npy cut in its header": on("x.npy", saved(np.zeros(3))[:20]),
    "npz with several members": ({"x.npz": zipped(a=saved([[1]]), b=saved([[2]]))}, ["2d", "-i", "x.npz", "-k", "[[1]]"]),
    "npz with another key": ({"x.npz": zipped(conv1=saved([[1]]), conv2=saved([[2]]))}, ["2d", "-i", "x.npz:conv3", "-k", "[[1]]"]),
    "npz bomb": ({"x.npz": lambda: zipped(a=npy(b"{'descr': '<f8', 'fortran_order': False, 'shape': (40000000,)}\n", bytes(320_000_000)))}, ["1d", "-i", "x.npz", "-k", "[1]"]),
    "npz that is not one": on("x.npz", b"PK\x03\x04 nothing more"),
    # sources
    "a directory": ({}, ["2d", "-i", ".", "-k", "[[1]]"]),
    "a missing file": ({"weights.yaml": "[[1]]"}, ["2d", "-i", "wieghts.yaml", "-k", "[[1]]"]),
    "a name there is not": ({}, ["2d", "-i", "@sobbel-x", "-k", "[[1]]"]),
    "an arange too large": ({}, ["2d", "-i", "@arange:100000,100000", "-k", "[[1]]"]),
    "two readers of stdin": ({}, ["2d", "-i", "-", "-k", "-"]),
    "no input": ({}, ["2d", "-k", "[[1]]"]),
    "no kernel": ({}, ["2d", "-i", "[[1]]"]),
    # settings
    **{f"{name} {value}": flags(f"--{name}", value) for name in ("stride", "dilation", "groups") for value in ("0", "-1", "1.5", "1e1", "1" + "0" * 30, "2,2,2", "two", "1_0", "")},
    "padding -1": flags("-p", "-1"),
    "padding 1.0": flags("-p", "1.0"),
    "padding 10^12": flags("-p", str(10**12)),
    "padding 10^12 under stride 10^12": flags("-p", str(10**12), "-s", str(10**12)),
    "padding of three": flags("-p", "1,2,3"),
    "padding smae": flags("-p", "smae"),
    "padding mode edge": flags("--padding-mode", "edge"),
    "dilation 10^12": flags("-d", str(10**12)),
    "groups 10^12": flags("-g", str(10**12)),
    "reflect wider than the input": flags("--padding-mode", "reflect", "-p", "4"),
    "a kernel larger than the input": ({}, ["2d", "-i", "@arange:4,4", "-k", "@ones:5,5"]),
    "channels that do not match": ({}, ["2d", "-i", "@arange:3,4,4", "-k", "@ones:2,2,2,2"]),
    "channels that do not divide": ({}, ["2d", "-i", "@arange:4,4,4", "-k", "@ones:4,1,2,2", "-g", "3"]),
    "a kernel that could be read two ways": ({}, ["2d", "-i", "@arange:3,4,4", "-k", "@ones:2,2"]),
    "a signal for an image": ({}, ["2d", "-i", "[1, 2, 3]", "-k", "[[1]]"]),
    "a bias of the wrong length": ({}, ["2d", "-i", "@arange:4,4", "-k", "[[1]]", "-b", "1 2 3"]),
    "int8 that overflows": ({}, ["1d", "-i", "100 100", "-k", "1 1", "--dtype", "int8"]),
    "a type there is not": flags("--dtype", "int9"),
    "an element outside": flags("--at", "9,9"),
    "an element of too few numbers": flags("--at", "1"),
    "an element that is no index": flags("--at", "a,b"),
    "a layout there is not": flags("--layout", "chw"),
    "a format there is not": flags("-f", "xml"),
    "an ending that is no format": flags("-o", "y.xml"),
    "csv of three axes": ({}, ["2d", "-i", "@arange:2,3,3", "-k", "@ones:2,1,2,2", "-g", "2", "-f", "csv"]),
    "an explanation as csv": flags("-e", "-f", "csv"),
    "a limit there is not": flags("--limit", "time=3"),
    "a limit that binds": flags("--limit", "cells=3"),
    "precision 0": flags("--precision", "0"),
    "color sometimes": flags("--color", "sometimes"),
    "an input that uint8 does not hold": ({}, ["1d", "-i", "300 1", "-k", "1 1", "--dtype", "uint8"]),
    "a pool of what uint8 does not hold": ({}, ["pool1d", "-i", "300 1", "-k", "2", "--dtype", "uint8"]),
    "a kernel laid out for TensorFlow": ({}, ["2d", "-i", "@arange:4,4,3", "-k", "@ones:2,2,3,8", "--layout", "nhwc"]),
    "an option of pooling": ({}, ["2d", "-i", "[[1]]", "-k", "[[1]]", "--kind", "max"]),
    "an option of convolution": ({}, ["pool2d", "-i", "[[1]]", "-k", "1", "--grad", "input"]),
    "a command as PyTorch calls it": ({}, ["conv_transpose2d"]),
    "a problem of pooling": ({"p.yaml": "input: [[1]]\nkernel-size: 1\n"}, ["2d", "p.yaml"]),
    "a problem of convolution": ({"p.yaml": "input: [[1]]\nkernel: [[1]]\n"}, ["pool2d", "p.yaml"]),
    "an element as csv": flags("--at", "0,0", "-f", "csv"),
    "a folder there is not": flags("-o", "nowhere/y.json"),
    # transposed convolution and gradients
    "the gradient of a transposed one of TensorFlow": ({}, ["1d", "-t", "-i", "[1]", "-k", "[[[1]]]", "--kernel-layout", "hwoi", "--output-padding", "0", "--grad", "input"]),
    "the gradient of a transposed one of TFLite": ({}, ["1d", "-t", "-i", "[1]", "-k", "[[[1]]]", "--kernel-layout", "ohwi", "--grad", "input"]),
    "output padding of the stride": ({}, ["2d", "-t", "-i", "[[1]]", "-k", "@ones:3,3", "-s", "2", "--output-padding", "2"]),
    "output padding 10^12": ({}, ["2d", "-t", "-i", "[[1]]", "-k", "@ones:3,3", "--output-padding", "1" + "0" * 12]),
    "output padding without transposed": flags("--output-padding", "1"),
    "output size without transposed": flags("--output-size", "4"),
    "an output size out of reach": ({}, ["1d", "-t", "-i", "1 2", "-k", "1 2 3", "-s", "2", "--output-size", "8"]),
    "output size and output padding": ({}, ["1d", "-t", "-i", "1 2", "-k", "1 2 3", "-s", "2", "--output-size", "6", "--output-padding", "1"]),
    "output padding with same": ({}, ["1d", "-t", "-i", "1 2", "-k", "1 2 3", "-s", "2", "-p", "same", "--output-padding", "1"]),
    "a crop of everything": ({}, ["1d", "-t", "-i", "1 2", "-k", "1 2 3", "-p", "2"]),
    "a crop of 10^12": ({}, ["1d", "-t", "-i", "1 2", "-k", "1 2 3", "-p", "1" + "0" * 12]),
    "transposed causal": ({}, ["1d", "-t", "-i", "1 2", "-k", "1 2 3", "-p", "causal"]),
    "transposed reflect": ({}, ["1d", "-t", "-i", "1 2", "-k", "1 2 3", "-p", "1", "--padding-mode", "reflect"]),
    "transposed with a padding value": ({}, ["1d", "-t", "-i", "1 2", "-k", "1 2 3", "-p", "1", "--pad-value", "3"]),
    "transposed 1x1": ({}, ["1x1", "-t", "-i", "@arange:2,2,2", "-k", "1 2"]),
    "a transposed stride of 10^12": ({}, ["1d", "-t", "-i", "1 2", "-k", "1 2 3", "-s", "1" + "0" * 12]),
    "a transposed kernel of the wrong channels": ({}, ["2d", "-t", "-i", "@arange:2,4,4", "-k", "@ones:3,2,2,2"]),
    "a gradient of a transposed convolution": ({}, ["1d", "-t", "-i", "1 2", "-k", "1 2 3", "--grad", "all"]),
    "dy without grad": ({}, ["1d", "-i", "1 2 3", "-k", "1 2", "--dy", "1 1"]),
    "dy of a transposed convolution": ({}, ["1d", "-t", "-i", "1 2 3", "-k", "1 2", "--dy", "1 1"]),
    "dy of the wrong shape": ({}, ["1d", "-i", "1 2 3", "-k", "1 2", "--grad", "input", "--dy", "1 1 1"]),
    "a gradient there is not": ({}, ["1d", "-i", "1 2 3", "-k", "1 2", "--grad", "weights"]),
    "all gradients as csv": ({}, ["1d", "-i", "1 2 3", "-k", "1 2", "--grad", "all", "-f", "csv"]),
    "all gradients as plain": ({}, ["1d", "-i", "1 2 3", "-k", "1 2", "--grad", "all", "-f", "plain"]),
    "an element of all gradients": ({}, ["1d", "-i", "1 2 3", "-k", "1 2", "--grad", "all", "--at", "0"]),
    "transposed in a problem file": ({"p.yaml": "input: [1]\nkernel: [1]\ntransposed: maybe\n"}, ["1d", "p.yaml"]),
    "output padding in a problem file": ({"p.yaml": "input: [1]\nkernel: [1]\ntransposed: true\noutput-padding: 1\n"}, ["1d", "p.yaml"]),
    "grad in a problem file": ({"p.yaml": "input: [1]\nkernel: [1]\ngrad: weights\n"}, ["1d", "p.yaml"]),
    # pooling
    "a window wholly in padding": ({}, ["pool2d", "-i", "@arange:4,4", "-k", "2", "-p", "2"]),
    "a window before any input": ({}, ["pool1d", "-i", "1 2 3", "-k", "2", "-p", "5"]),
    "a window before any input in a problem file": ({"p.yaml": "input: [1, 2, 3]\nkernel-size: 2\npadding: 5\n"}, ["pool1d", "p.yaml"]),
    "exact powers of thousands of digits": ({}, ["pool1d", "-i", "1e-4000 1e-4000 3", "-k", "2", "-s", "1", "--kind", "lp", "--power", "1000"]),
    "a window that steps over the input": ({}, ["pool1d", "-i", "1 2", "-k", "2", "-d", "5", "-p", "3", "-s", "1"]),
    "a window larger than the input": ({}, ["pool2d", "-i", "@arange:4,4", "-k", "5"]),
    "no window": ({}, ["pool2d", "-i", "@arange:4,4"]),
    "no input to pool": ({}, ["pool2d", "-k", "2"]),
    "a kernel for a pooling": ({}, ["pool2d", "-i", "@arange:4,4", "--kernel", "2"]),
    "global with a window": ({}, ["pool2d", "-i", "@arange:4,4", "--global", "-k", "2"]),
    "global with padding": ({}, ["pool2d", "-i", "@arange:4,4", "--global", "-p", "1"]),
    "a divisor of the largest": ({}, ["pool2d", "-i", "@arange:4,4", "-k", "2", "--divisor", "3"]),
    "a power of an average": ({}, ["pool2d", "-i", "@arange:4,4", "-k", "2", "--kind", "avg", "--power", "2"]),
    "padding that counts for the largest": ({}, ["pool2d", "-i", "@arange:4,4", "-k", "2", "--no-count-include-pad"]),
    "kind average": ({}, ["pool2d", "-i", "@arange:4,4", "-k", "2", "--kind", "average"]),
    **{f"power {value}": ({}, ["pool1d", "-i", "1 2", "-k", "2", "--kind", "lp", "--power", value]) for value in ("0", "2.5", "inf", "1" + "0" * 12)},
    **{f"divisor {value}": ({}, ["pool1d", "-i", "1 2", "-k", "2", "--kind", "avg", "--divisor", value]) for value in ("0", "1/2")},
    **{f"window {value}": ({}, ["pool1d", "-i", "1 2", "-k", value]) for value in ("0", "1.5", "1,2", "1" + "0" * 12, "@ones:2")},
    "a window of 10^12 explained": ({}, ["pool1d", "-i", "1 2", "-k", "1" + "0" * 12, "-p", "half", "-e"]),
    "work of 10^12 on padding": ({}, ["pool1d", "-i", "1 2", "-k", "1" + "0" * 12, "-p", "full", "-s", "1"]),
    "a volume for a pooled image": ({}, ["pool2d", "-i", "@arange:2,2,2,2,2", "-k", "2"]),
    "an average that int8 does not hold": ({}, ["pool1d", "-i", "1 2", "-k", "2", "--kind", "avg", "--dtype", "int8"]),
    "a root that int8 does not hold": ({}, ["pool1d", "-i", "1 2", "-k", "2", "--kind", "lp", "--dtype", "int8"]),
    "kind in a problem file": ({"p.yaml": "input: [1]\nkernel-size: 1\nkind: mean\n"}, ["pool1d", "p.yaml"]),
    "global 1 in a problem file": ({"p.yaml": "input: [1]\nglobal: 1\n"}, ["pool1d", "p.yaml"]),
    "a power in a problem file of another kind": ({"p.yaml": "input: [1]\nkernel-size: 1\npower: 2\n"}, ["pool1d", "p.yaml"]),
    "a kernel in a problem file of pooling": ({"p.yaml": "input: [1]\nkernel: [1]\n"}, ["pool1d", "p.yaml"]),
    # the command line
    "a command there is not": ({}, ["2e"]),
    "an option there is not": ({}, ["2d", "--inptu", "x"]),
    "an option without its value": ({}, ["2d", "--input"]),
    "an argument too many": ({"p.yaml": "input: [[1]]"}, ["2d", "p.yaml", "q.yaml"]),
    **{f"threads {value}": flags("--threads", value) for value in ("0", "257", "1.5")},
    **{f"memory {value}": flags("--memory", value) for value in ("0", "512MB", "1.5G", "lots")},
    "memory for no block": (
        {"x.npy": lambda: saved(np.ones((50, 50), "f4"))},
        ["2d", "-i", "x.npy", "-k", "@ones:40,40", "--memory", "2K", "-o", "y.npy"],
    ),
    "a plan of one element": flags("--explain-plan", "--at", "0,0"),
    "a plan in the workbench": flags("--explain-plan", "--interactive"),
    "a plan of pooling": ({}, ["pool2d", "-i", "@arange:4,4", "-k", "2", "--explain-plan"]),
    "threads of pooling": ({}, ["pool2d", "-i", "@arange:4,4", "-k", "2", "--threads", "2"]),
    # what must stay inert
    "markup and escapes in a name": ({}, ["2d", "-i", "no\x1b[31m[red]\u202e.yaml", "-k", "[[1]]"]),
    "markup and escapes in a key": on("x.yaml", '"[red]\\e[31m\\u202e": [[1]]\n'),
    "markup and escapes in a cell": on("x.yaml", '[[1, "\\e]8;;http://x\\a[/red]"]]'),
    "escapes in a cell of rows": on("x.txt", "1 2\n3 \x1b[31m4\n"),
    "escapes in an option": flags("-s", "\x1b[31m"),
    "escapes in an unknown option": ({}, ["2d", "--\x1b[31m"]),
}  # fmt: skip


def assert_refused(run: object, label: str, config: pytest.Config) -> None:
    code, out, err, peak = run.code, run.out, run.err, run.peak  # type: ignore[attr-defined]
    assert (out, code in (2, 3, 4, 5)) == (b"", True), err
    assert err.startswith("convcalc: error: ")
    assert err.replace("\n", "").isprintable()
    assert len(err.splitlines()) <= MAX_LINES
    assert len(err.encode()) <= MAX_BYTES
    assert [line[2:10].strip() for line in err.splitlines() if line.startswith("  fix ")] == ["fix"]
    assert peak < MEMORY
    name = "".join(c if (c.isalnum() and c.isascii()) or c in "-_." else "_" for c in label.replace("٣", "arabic"))
    check(GOLDENS / f"{name}.txt", f"exit {code}\n{err}".encode(), config)


@pytest.mark.parametrize("label", ROWS)
def test_bad_input_gets_one_clear_error(label: str, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    files, arguments = ROWS[label]
    for name, content in files.items():
        content = content() if callable(content) else content
        (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    before = sorted(p.name for p in tmp_path.iterdir())
    run = measured(*arguments, cwd=tmp_path)
    assert_refused(run, label, pytestconfig)
    assert sorted(p.name for p in tmp_path.iterdir()) == before


def lock(path: Path) -> None:
    path.write_text("[[1]]")
    path.chmod(0)


SPECIAL: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "an unreadable file": (lambda folder: lock(folder / "x.yaml"), ["2d", "-i", "x.yaml", "-k", "[[1]]"]),
    "a fifo that nobody writes to": (lambda folder: os.mkfifo(folder / "pipe"), ["2d", "-i", "pipe", "-k", "[[1]]"]),
    "an endless device": (lambda folder: None, ["2d", "-i", "/dev/zero", "-k", "[[1]]"]),
}


@pytest.mark.parametrize("label", SPECIAL)
def test_sources_that_are_no_files(label: str, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    if label == "an unreadable file" and os.geteuid() == 0:
        pytest.skip("root reads every file")
    make, arguments = SPECIAL[label]
    make(tmp_path)
    assert_refused(measured(*arguments, cwd=tmp_path), label, pytestconfig)


def test_an_endless_stdin_is_stopped_by_the_limit(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    with subprocess.Popen(["yes", "1 2 3"], stdout=subprocess.PIPE) as endless:
        assert endless.stdout is not None
        run = measured("2d", "-i", "-", "-k", "[[1]]", cwd=tmp_path, stdin=endless.stdout.fileno())
        endless.kill()
    assert_refused(run, "an endless stdin", pytestconfig)


def test_a_name_that_is_no_text_stays_inert(tmp_path: Path) -> None:
    run = measured("2d", "-i", b"no\xff\x1b.yaml", "-k", "[[1]]", cwd=tmp_path)
    assert run.code == 3
    assert "\\udcff\\x1b" in run.err


def test_every_message_belongs_to_a_row() -> None:
    assert len(list(GOLDENS.glob("*.txt"))) == len(ROWS) + len(SPECIAL)
