"""What reading costs before it reads: JSON and inline numbers wait for no YAML, and nothing here knows a terminal."""

import subprocess
import sys
from pathlib import Path

import pytest

READ = """
import io, sys
from convcli.limits import Limits
from convcli.reading import read_tensor
read_tensor({source!r}, "input", Limits(), io.BytesIO({stdin!r}), rank=2)
print(*sorted({{"yaml", "rich", "typer", "zipfile", "difflib", "unicodedata", "json"}} & set(sys.modules)))
"""


def loaded(source: str, stdin: bytes = b"") -> list[str]:
    code = READ.format(source=source, stdin=stdin)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.parametrize("source", ["[[1, 2], [3, 4]]", "1 2; 3 4", "@sobel-x", "array([1.5, 2])"])
def test_inline_numbers_and_names_load_nothing(source: str) -> None:
    assert loaded(source) == []


def test_streams_load_what_they_hold() -> None:
    assert loaded("-", b'{"data": [1, 2]}') == []
    assert loaded("-", b"1 2\n3 4\n") == []
    assert loaded("-", b"input: [1, 2]\n") == ["yaml"]


def test_files_load_what_they_hold(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"input": [[1, 2]]}')
    assert loaded(str(tmp_path / "x.json")) == []
    (tmp_path / "x.csv").write_text("1,2\n")
    assert loaded(str(tmp_path / "x.csv")) == []
