"""-o FILE: the name holds the whole old content or the whole new one, and a failed run leaves no trace."""

import os
import random
import stat
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest

from convcli.cli import writing
from convcli.errors import OutputError
from tests.cli.running import CONVCALC, convcalc, environment

JOB = ("1d", "-i", "1 2 3", "-k", "1 1")


def test_the_ending_implies_the_format(tmp_path: Path) -> None:
    starts = {
        "txt": b"3 5\n",
        "csv": b"3,5\n",
        "json": b"{",
        "yaml": b"schema",
        "yml": b"schema",
        "npy": b"\x93NUMPY",
        "svg": b"<svg",
    }
    for ending, start in starts.items():
        run = convcalc(*JOB, "-o", str(tmp_path / f"y.{ending}"))
        assert (run.code, run.out, run.err) == (0, b"", "")
        assert (tmp_path / f"y.{ending}").read_bytes().startswith(start)
    assert np.load(tmp_path / "y.npy").tolist() == [3, 5]
    assert sorted(path.suffix for path in tmp_path.iterdir()) == sorted(f".{ending}" for ending in starts)


def test_a_format_wins_over_the_ending_and_a_dash_is_stdout(tmp_path: Path) -> None:
    assert convcalc(*JOB, "-o", str(tmp_path / "y.json"), "-f", "csv").code == 0
    assert (tmp_path / "y.json").read_bytes() == b"3,5\n"
    assert convcalc(*JOB, "-o", "-", "-f", "csv").out == b"3,5\n"


def test_numbers_in_a_file_and_the_explanation_on_screen(tmp_path: Path) -> None:
    run = convcalc(*JOB, "-e", "-o", str(tmp_path / "y.npy"))
    assert "y[0] = 1·1 + 2·1 = 3" in run.text
    assert np.load(tmp_path / "y.npy").tolist() == [3, 5]


def test_a_file_keeps_its_mode_and_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    assert convcalc(*JOB, "-o", str(link)).code == 0
    assert link.is_symlink()
    assert (real.read_text(), stat.S_IMODE(real.stat().st_mode)) == ("3 5\n", 0o640)


def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path: Path) -> None:
    subprocess.run(
        ["sh", "-c", f"umask 027; exec {' '.join(CONVCALC)} 1d -i '1 2' -k '1 1' -o {tmp_path}/y.txt"],
        env=environment(),
        check=True,
    )
    assert stat.S_IMODE((tmp_path / "y.txt").stat().st_mode) == 0o640


def test_a_fifo_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    fifo = tmp_path / "pipe.txt"
    os.mkfifo(fifo)
    reader = subprocess.Popen(["cat", str(fifo)], stdout=subprocess.PIPE)
    assert convcalc(*JOB, "-o", str(fifo)).code == 0
    assert reader.communicate(timeout=30)[0] == b"3 5\n"
    assert stat.S_ISFIFO(fifo.stat().st_mode)


#                      output                 what is said
REFUSALS = {
    "a missing folder": ("missing/y.txt",     "cannot write `{}`: No such file or directory\n  given     `{}`\n  expected  a place that takes the whole result\n  fix       make the folder first, or write elsewhere"),
    "a directory":      ("folder.txt",        "the output is a directory\n  given     `{}`\n  expected  the name of a file\n  fix       add a file name, such as y.yaml"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "text"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()
    path = str(tmp_path / name)
    run = convcalc(*JOB, "-o", path)
    assert (run.code, run.out, run.err) == (5, b"", f"convcalc: error: {text}\n".replace("{}", path))
    assert [p.name for p in tmp_path.iterdir()] == ["folder.txt"]


def test_a_name_with_a_nul_is_refused() -> None:
    with pytest.raises(OutputError, match="cannot write `a\\\\x00b`: Invalid argument"):
        writing.write_file("a\0b", b"")


def test_a_failed_run_leaves_an_old_file_as_it_was(tmp_path: Path) -> None:
    old = tmp_path / "y.txt"
    old.write_text("old")
    assert convcalc("1d", "-i", "1 2", "-k", "1 yes", "-o", str(old)).code == 3
    assert convcalc("1d", "-i", "1 2", "-k", "1 2 3", "-o", str(old)).code == 4
    assert (old.read_text(), os.listdir(tmp_path)) == ("old", ["y.txt"])


@pytest.mark.parametrize("call", ["write", "fsync", "fchmod", "replace"])
@pytest.mark.parametrize(
    "fault", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=["full", "interrupted"]
)
def test_a_fault_at_any_call_leaves_the_old_file_and_nothing_beside_it(
    call: str, fault: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "y.txt"
    old.write_text("old")

    def fail(*arguments: object) -> None:
        raise fault

    monkeypatch.setattr(writing.os, call, fail)  # type: ignore[attr-defined]
    with pytest.raises((OutputError, KeyboardInterrupt)):
        writing.write_file(str(old), b"new")
    monkeypatch.undo()
    assert (old.read_text(), os.listdir(tmp_path)) == ("old", ["y.txt"])


def test_a_folder_that_cannot_be_synced_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fsync
    calls = iter([real])

    def fsync(handle: int) -> None:
        next(calls)(handle)

    def once(handle: int) -> None:
        try:
            fsync(handle)
        except StopIteration:
            raise OSError(22, "Invalid argument") from None

    monkeypatch.setattr(writing.os, "fsync", once)  # type: ignore[attr-defined]
    writing.write_file(str(tmp_path / "y.txt"), b"new")
    assert (tmp_path / "y.txt").read_bytes() == b"new"


def test_a_killed_run_leaves_the_old_file_or_the_new(tmp_path: Path) -> None:
    """Killed at random moments of writing 8 MB: never a part."""
    target = tmp_path / "y.bin"
    old, new = b"o" * 2**23, b"n" * 2**23
    code = "import sys; from convcli.cli.writing import write_file\nsys.stdout.write('.'); sys.stdout.flush()\nwhile True: write_file(sys.argv[1], b'n' * 2**23)"
    seen = set()
    for moment in range(25):
        target.write_bytes(old)
        process = subprocess.Popen([CONVCALC[0], "-c", code, str(target)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.read(1)
        if moment == 0:  # once at least the new content must be seen to arrive
            while target.read_bytes() != new:
                time.sleep(0.01)
        time.sleep(random.Random(moment).random() * 0.05)
        process.kill()
        process.communicate()
        content = target.read_bytes()
        assert content in (old, new)
        seen.add(content[:1])
    assert b"n" in seen
