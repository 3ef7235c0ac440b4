"""From .npy to .npy: the same bytes as in memory, whatever the memory and the threads; and never a part of them."""

import errno
import mmap
import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli.cli.convolution.flags import Flags
from convcli.cli.effort import Effort
from convcli.cli.form import Form, requested_form
from convcli.cli.pages import Pages, mapped
from convcli.cli.streaming import streamed
from convcli.cli.world import World
from convcli.engine import products, run
from convcli.errors import FitError, OutputError
from convcli.numbers.tensor import Tensor, magnitude
from convcli.problem import Bilinear, convolution, transposed
from convcli.render.data import npy_header, to_npy
from convcli.settings import Settings
from tests.cli.running import CONVCALC, Run, convcalc, environment, measured
from tests.strategies import SMALL, problems

RANDOM = np.random.default_rng(5)


def form_of(path: Path, *limits: str) -> Form:
    return requested_form(Flags(output=str(path), limit=list(limits)), World.of_process())


def stream(problem: Bilinear, path: Path, effort: Effort | None = None) -> bytes:
    assert streamed(problem, None, form_of(path), effort or Effort(), World.of_process())
    return path.read_bytes()


def in_memory(problem: Bilinear) -> bytes:
    return b"".join(to_npy(run(problem).presented).content)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """x.npy and w.npy, which are convolved in some milliseconds, and what comes of them in memory, as old.npy."""
    np.save(tmp_path / "x.npy", RANDOM.standard_normal((3, 40, 40)).astype("f4"))
    np.save(tmp_path / "w.npy", RANDOM.standard_normal((8, 3, 3, 3)).astype("f4"))
    (tmp_path / "old.npy").write_bytes(convcalc(*JOB, "-f", "npy", cwd=tmp_path).out)
    yield tmp_path
    assert not list(tmp_path.glob(".*"))


JOB = ("2d", "-i", "x.npy", "-k", "w.npy")
STREAM = (*JOB, "--memory", "64M", "-o", "y.npy")


@given(problems(SMALL, dtype="exact"), st.sampled_from(["nchw", "nhwc"]), st.sampled_from([2**16, 2**20, 2**29]))
@settings(max_examples=60)
def test_a_stream_of_integers_is_what_comes_of_them_in_memory(
    tmp_path_factory: pytest.TempPathFactory, case: Any, layout: str, memory: int
) -> None:
    rank = case.spec.rank
    x = case.x.values.transpose(0, *range(2, 2 + rank), 1) if layout == "nhwc" else case.x.values
    bias = None if memory == 2**16 else Tensor.of(RANDOM.integers(-(2**40), 2**40, case.spec.channels_out))
    again = convolution(
        Tensor.of(x), case.w, bias, rank=rank, settings=_settings(case), layout=layout, pad_value=case.pad_value.at(())
    )
    path = tmp_path_factory.getbasetemp() / "y.npy"
    assert stream(again, path, Effort(threads=2, memory=memory)) == in_memory(again)


def _settings(case: Any) -> Settings:
    spec = case.spec
    return Settings(
        stride=[axis.stride for axis in spec.axes],
        dilation=[axis.dilation for axis in spec.axes],
        padding=list(spec.pads),
        groups=spec.groups,
        padding_mode=spec.mode,
        flip=spec.flipped,
    )


#                              input             kernel          settings                       layout  bias
FLOATS = {
    "channels":               ((16, 40, 40),     (8, 16, 3, 3),  {"padding": 1},                "nchw", True),
    "channels last":          ((40, 40, 16),     (8, 16, 3, 3),  {"padding": 1},                "nhwc", True),
    "a batch, channels last": ((2, 30, 30, 16),  (8, 8, 3, 3),   {"stride": 2, "groups": 2},    "nhwc", False),
    "depthwise":              ((16, 40, 40),     (16, 1, 5, 5),  {"padding": 2, "groups": 16},  "nchw", True),
    "one plane":              ((200, 200),       (11, 11),       {"padding": "same"},           "nchw", False),
    "a kernel by itself":     ((200, 200),       (1, 3, 3),      {},                            "nchw", True),
}  # fmt: skip


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize(("x", "w", "chosen", "layout", "biased"), FLOATS.values(), ids=FLOATS)
def test_a_stream_of_floats_is_what_comes_of_them_in_memory(
    x: tuple[int, ...],
    w: tuple[int, ...],
    chosen: dict[str, Any],
    layout: str,
    biased: bool,
    dtype: str,
    tmp_path: Path,
) -> None:
    first, second = (Tensor.of(RANDOM.standard_normal(shape).astype(dtype)) for shape in (x, w))
    bias = Tensor.of(RANDOM.standard_normal(w[0] if len(w) > 2 else 1).astype(dtype)) if biased else None
    case = convolution(first, second, bias, rank=2, settings=Settings(**chosen), layout=layout)
    assert stream(case, tmp_path / "y.npy") == in_memory(case)
    small = [stream(case, tmp_path / "y.npy", Effort(threads=n, memory=2**21)) for n in (1, 2, 3, 16)]
    assert len(set(small)) == 1


#                          input            kernel          settings                                             layout
TRANSPOSED = {
    "stride 2":          ((16, 40, 40),    (16, 8, 3, 3),  {"stride": 2, "padding": 1, "output_padding": 1},    "nchw"),
    "channels last":     ((40, 40, 16),    (16, 8, 4, 4),  {"stride": 2, "padding": 1},                         "nhwc"),
    "groups, a batch":   ((2, 8, 30, 30),  (8, 4, 5, 3),   {"stride": (1, 3), "dilation": 2, "groups": 2},      "nchw"),
    "gaps":              ((3, 60, 60),     (3, 4, 2, 2),   {"stride": 5},                                       "nchw"),
}  # fmt: skip


@pytest.mark.parametrize("dtype", ["float32", "float64", "int8"])
@pytest.mark.parametrize(("x", "w", "chosen", "layout"), TRANSPOSED.values(), ids=TRANSPOSED)
def test_a_transposed_stream_is_what_comes_of_it_in_memory(
    x: tuple[int, ...], w: tuple[int, ...], chosen: dict[str, Any], layout: str, dtype: str, tmp_path: Path
) -> None:
    first, second = (Tensor.of((9 * RANDOM.standard_normal(shape)).astype(dtype)) for shape in (x, w))
    biases = 99 * RANDOM.standard_normal(w[1] * chosen.get("groups", 1))
    bias = Tensor.of(biases.astype("int64" if dtype == "int8" else dtype))
    case = transposed(first, second, bias, rank=2, settings=Settings(**chosen), layout=layout)
    assert stream(case, tmp_path / "y.npy") == in_memory(case)
    small = [stream(case, tmp_path / "y.npy", Effort(threads=n, memory=2**21)) for n in (1, 2, 3)]
    assert len(set(small)) == 1
    assert np.count_nonzero(np.load(tmp_path / "y.npy")) >= run(case).output.size * 0.15  # no more where there are gaps


def test_the_gradient_of_an_input_by_the_command(folder: Path) -> None:
    np.save(folder / "dy.npy", RANDOM.standard_normal((8, 19, 19)).astype("f4"))
    gradient = (*JOB, "-s", "2", "--grad", "input", "--dy", "dy.npy")
    whole = convcalc(*gradient, "-f", "npy", cwd=folder).out
    # the limits, which bind what is computed in memory, say that this is not
    run = convcalc(*gradient, "--memory", "8M", "--limit", "output=9", "-o", "y.npy", cwd=folder)
    assert (run.code, run.err) == (0, "")
    assert (folder / "y.npy").read_bytes() == whole
    told = convcalc(*gradient, "--memory", "8M", "--explain-plan", "-o", "y.npy", cwd=folder).err
    assert "conv2d.input_gradient: 8@19x19" in told
    assert "1 phase stacked: " in told


def test_all_of_the_input_is_looked_at_once_for_its_largest_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = convolution(Tensor.of(np.ones((3, 20, 20), int)), Tensor.of(np.ones((2, 3, 3, 3), int)), rank=2)
    sizes: list[int] = []

    def counted(values: Any) -> int:
        sizes.append(values.size)
        return magnitude(values)

    monkeypatch.setattr(products, "magnitude", counted)
    stream(case, tmp_path / "y.npy")
    assert sizes.count(case.x.size) == 1


def test_the_header_is_that_of_numpy() -> None:
    for shape in ((3,), (1, 1), (2, 3, 4), (10**9,)):
        header = npy_header(shape, "float32")
        assert len(header) % 64 == 0
        assert npy_header((3,), "int64") == to_npy(Tensor.of([1, 2, 3])).content[0]


def test_by_the_command_too(folder: Path) -> None:
    whole = (folder / "old.npy").read_bytes()
    for options in (["--memory", "64M"], ["--memory", "8m", "--threads", "3"], ["--threads", "1"], []):
        run = convcalc(*JOB, *options, "-o", "y.npy", cwd=folder)
        assert (run.code, run.out, run.err) == (0, b"", "")
        assert (folder / "y.npy").read_bytes() == whole


def test_the_output_may_take_the_place_of_the_input(folder: Path) -> None:
    (folder / "link.npy").symlink_to("x.npy")
    (folder / "x.npy").chmod(0o640)
    assert convcalc(*STREAM[:-1], "link.npy", cwd=folder).code == 0
    assert (folder / "link.npy").is_symlink()
    assert (folder / "x.npy").read_bytes() == (folder / "old.npy").read_bytes()
    assert (folder / "x.npy").stat().st_mode & 0o777 == 0o640


#                          command                                                             what comes of it
NO_STREAM = {
    "another format":      (["2d", "-i", "@arange:3,3", "-k", "[[2]]", "-o", "y.json"],        None),
    "a bias's gradient":   (["1d", "-i", "1 2", "-k", "1 1", "--grad", "bias", "-o", "y.npy"], [1]),
    "a crop folded back":  (["1d", "-i", "1 2 3", "-k", "1 1", "-p", "1", "--padding-mode", "reflect", "--grad", "input",
                             "-o", "y.npy"],                                                   [2, 4, 2]),
    "a bias of fractions": (["1d", "-i", "1 2", "-k", "1 1", "-b", "1/2", "-o", "y.npy"],      [[3.5]]),
    "a bias too large":    (["1d", "-i", "1 2", "-k", "1 1", "-b", f"{2**63 - 4}", "-o", "y.npy"], [[2**63 - 1]]),
    "a bias beside limbs": (["1d", "-i", f"{2**40} 1", "-k", f"{2**20} 1", "-b", "1", "-o", "y.npy"], [[2**60 + 2]]),
    "fractions":           (["1d", "-i", "1/2 2", "-k", "[1]", "-o", "y.npy"],                 [0.5, 2]),
    "an integer type":     (["1d", "-i", "1 2", "-k", "1 1", "--dtype", "int8", "-o", "y.npy"], [3]),
    "perhaps too large":   (["1d", "-i", f"{2**62} 1", "-k", "1 4", "-o", "y.npy"],            [2**62 + 4]),
    "an explanation":      (["1d", "-i", "1 2", "-k", "1 1", "-e", "-o", "y.npy"],             [3]),
}  # fmt: skip


@pytest.mark.parametrize(("command", "output"), NO_STREAM.values(), ids=NO_STREAM)
def test_what_is_computed_in_memory_says_so_where_less_was_asked_for(
    command: list[str], output: object, tmp_path: Path
) -> None:
    run = convcalc(*command, "--memory", "64M", cwd=tmp_path)
    assert run.code == 0
    assert (
        run.err
        == "convcalc: note: --memory has no effect but on convolutions, transposed or not, whose numbers go to a .npy file"
        " and fit 64 bits\n"
    )
    if output is not None:
        saved = np.load(tmp_path / "y.npy").tolist()
        assert saved == output or [saved] == output


def test_a_stream_of_bytes_is_written_as_ever(folder: Path) -> None:
    assert convcalc(*STREAM[:-1], "/dev/stdout", "-f", "npy", cwd=folder).out == (folder / "old.npy").read_bytes()


def test_limits_bind_text_and_no_arrays(folder: Path) -> None:
    limits = ("--limit", "work=9", "--limit", "output=9", "--limit", "padded=9")
    assert convcalc(*STREAM, "-p", "1", *limits, cwd=folder).code == 0
    run = convcalc("2d", "-i", "@ones:9,9", "-k", "@ones:2,2", *STREAM[-4:], *limits, cwd=folder)
    assert (run.code, "--limit output=64" in run.err) == (4, True)
    run = convcalc(*JOB, "-f", "npy", *limits, cwd=folder)
    assert (run.code, "--limit output=11552" in run.err) == (4, True)


def test_memory_for_not_even_one_block_says_how_much_is_enough(folder: Path) -> None:
    run = convcalc(*JOB, "--memory", "2K", "-o", "y.npy", cwd=folder)
    assert run.code == 4
    fix = run.err.splitlines()[-1]
    assert fix.startswith("  fix       write --memory ")
    assert convcalc(*JOB, *fix.split()[2:], "-o", "y.npy", cwd=folder).code == 0
    assert (folder / "y.npy").read_bytes() == (folder / "old.npy").read_bytes()


# What fails


def in_process(folder: Path) -> None:
    tensors = [Tensor.of(np.load(folder / f"{name}.npy")) for name in "xw"]
    stream(convolution(*tensors, rank=2), folder / "y.npy")


@pytest.mark.parametrize(
    ("call", "old"),
    [(call, old) for call in ("posix_fallocate", "fsync", "replace") for old in (True, False)] + [("fchmod", True)],
)
@pytest.mark.parametrize("fault", [OSError(28, ""), KeyboardInterrupt()], ids=["full", "interrupted"])
def test_a_fault_at_any_call_leaves_what_was_there(
    call: str, fault: BaseException, old: bool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if old:
        (folder / "y.npy").write_text("old")

    def fail(*arguments: object) -> None:
        raise fault

    before = sorted(folder.iterdir())
    monkeypatch.setattr(os, call, fail)
    with pytest.raises((OutputError, KeyboardInterrupt)):
        in_process(folder)
    monkeypatch.undo()
    assert sorted(folder.iterdir()) == before
    assert not old or (folder / "y.npy").read_text() == "old"


@pytest.mark.parametrize("error", [FitError("no", given="", expected="", fix=""), ZeroDivisionError(), ValueError()])
def test_an_error_while_it_is_computed_is_that_error(
    error: Exception, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise error

    monkeypatch.setattr("convcli.cli.streaming.stream", fail)
    with pytest.raises(type(error)):
        in_process(folder)
    assert not (folder / "y.npy").exists()


@pytest.mark.parametrize("code", [errno.EOPNOTSUPP, errno.EINVAL])
def test_where_no_space_can_be_set_aside_it_is_written(
    code: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise OSError(code, "")

    monkeypatch.setattr(os, "posix_fallocate", fail)
    in_process(folder)
    assert (folder / "y.npy").read_bytes() == (folder / "old.npy").read_bytes()

    def full(*arguments: object) -> None:
        raise OSError(28, "")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OutputError, match="No space left on device"):
        in_process(folder)


def test_where_no_file_can_be_mapped_it_is_computed_in_memory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Unmapped(mmap.mmap):
        def __new__(cls, *arguments: object) -> "Unmapped":
            raise OSError(errno.ENODEV, "")

    monkeypatch.setattr(mmap, "mmap", Unmapped)
    tensors = [Tensor.of(np.load(folder / f"{name}.npy")) for name in "xw"]
    problem = convolution(*tensors, rank=2)
    assert not streamed(problem, None, form_of(folder / "y.npy"), Effort(), World.of_process())
    assert not (folder / "y.npy").exists()


def test_a_file_that_may_not_grow_so_large_is_exit_5(folder: Path) -> None:
    """The system's own limit, in blocks of 1024 bytes; a map of a file without room would end the process."""
    script = f"ulimit -f 20; exec {' '.join(CONVCALC)} {' '.join(STREAM)}"
    run = subprocess.run(["bash", "-c", script], cwd=folder, env=environment(), capture_output=True, text=True)
    assert run.returncode == 5
    assert run.stderr.startswith("convcalc: error: cannot write `y.npy`: File too large\n")
    assert not (folder / "y.npy").exists()


def test_a_disk_that_is_full_is_exit_5(folder: Path) -> None:
    disk = folder / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        (disk / "y.npy").write_text("old")
        run = convcalc(*STREAM[:-1], "disk/y.npy", cwd=folder)
        assert (run.code, run.out) == (5, b"")
        assert run.err == (
            "convcalc: error: cannot write `disk/y.npy`: No space left on device\n"
            "  given     `disk/y.npy`\n"
            "  expected  a place that takes the whole result\n"
            "  fix       free some space, or write elsewhere\n"
        )
        assert [(path.name, path.read_text()) for path in disk.iterdir()] == [("y.npy", "old")]
    finally:
        subprocess.run(["umount", disk], check=True)


def test_an_interrupt_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.ones((64, 300, 300), "f4"))
    np.save(tmp_path / "w.npy", np.ones((256, 64, 21, 21), "f4"))
    (tmp_path / "y.npy").write_text("old")
    command = [*CONVCALC, *JOB, "--memory", "512M", "-o", "y.npy"]
    process = subprocess.Popen(command, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 30
    while not list(tmp_path.glob(".y.npy.*.part")):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, b"", b"")
    assert sorted(os.listdir(tmp_path)) == ["w.npy", "x.npy", "y.npy"]
    assert (tmp_path / "y.npy").read_text() == "old"


def test_a_killed_run_leaves_the_old_file_or_the_new(tmp_path: Path) -> None:
    """Killed at random moments of computing 8 MB in many blocks: never a part."""
    target, code = tmp_path / "y.npy", KILLED.format(target=str(tmp_path / "y.npy"))
    process = subprocess.Popen([CONVCALC[0], "-c", code], stdout=subprocess.PIPE, env=environment())
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.readline()
    process.kill()
    process.communicate()
    new = target.read_bytes()
    old, seen = b"o" * len(new), set[bytes]()
    for moment in range(60):  # six, and then more until it has been killed both before the name was given and after
        if moment >= 6 and len(seen) == 2:
            break
        target.write_bytes(old)
        process = subprocess.Popen([CONVCALC[0], "-c", code], stdout=subprocess.PIPE, env=environment())
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(random.Random(moment).random() * 0.2)
        process.kill()
        process.communicate()
        content = target.read_bytes()
        assert content in (old, new)
        seen.add(content[:1])
    assert len(seen) == 2


KILLED = """
import sys
import numpy as np
from convcli.cli.convolution.flags import Flags
from convcli.cli.effort import Effort
from convcli.cli.form import requested_form
from convcli.cli.streaming import streamed
from convcli.cli.world import World
from convcli.numbers.tensor import Tensor
from convcli.problem import convolution
world = World.of_process()
form = requested_form(Flags(output={target!r}), world)
x = np.arange(8 * 260 * 260, dtype="f4").reshape(8, 260, 260)
problem = convolution(Tensor.of(x), Tensor.of(np.ones((32, 8, 3, 3), "f4")), rank=2)
while True:
    print("begins", flush=True)
    assert streamed(problem, None, form, Effort(threads=2, memory=2**22), world)
"""


# What is held


def sparse(path: Path, dtype: str, shape: tuple[int, ...], at: dict[tuple[int, ...], float]) -> None:
    """An array of zeros but for some numbers, which takes no room on the disk."""
    header = npy_header(shape, dtype)
    with path.open("wb") as file:
        file.write(header)
        file.truncate(len(header) + int(np.prod(shape)) * np.dtype(dtype).itemsize)
    values = np.load(path, mmap_mode="r+")
    for index, value in at.items():
        values[index] = value


def test_little_is_held_of_large_files(tmp_path: Path) -> None:
    """400 MB in and 100 MB out, by 64 MiB and what importing NumPy takes."""
    sparse(tmp_path / "x.npy", "float32", (16, 2500, 2500), {(3, 1000, 1000): 1, (15, 2499, 2499): 2})
    np.save(tmp_path / "w.npy", np.ones((16, 16, 3, 3), "f4"))
    command = ("2d", "-i", "x.npy", "-k", "w.npy", "-s", "2", "-p", "1", "-o", "y.npy")
    at_rest = measured("1d", "-i", "1 2", "-k", "1 1", cwd=tmp_path).peak
    run = measured(*command, "--memory", "64M", cwd=tmp_path)
    assert (run.code, run.err) == (0, "")
    assert run.peak < at_rest + 64 + 24
    y = np.load(tmp_path / "y.npy", mmap_mode="r")
    assert (y.shape, y.dtype.name, int(np.count_nonzero(y))) == ((16, 1250, 1250), "float32", 32)
    assert (float(y[5, 500, 500]), float(y[5, -1, -1])) == (1, 2)
    (tmp_path / "y.npy").unlink()


def test_little_is_held_of_a_large_transposed_convolution(tmp_path: Path) -> None:
    """72 MB in and 144 MB out."""
    sparse(tmp_path / "x.npy", "float32", (8, 1500, 1500), {(3, 1000, 1000): 1, (7, 1499, 1499): 2})
    np.save(tmp_path / "w.npy", np.ones((8, 4, 2, 2), "f4"))
    at_rest = measured("1d", "-i", "1 2", "-k", "1 1", cwd=tmp_path).peak
    run = measured("2d", "-i", "x.npy", "-k", "w.npy", "-t", "-s", "2", "-o", "y.npy", "--memory", "32M", cwd=tmp_path)
    assert (run.code, run.err) == (0, "")
    assert run.peak < at_rest + 32 + 24
    y = np.load(tmp_path / "y.npy", mmap_mode="r")
    assert (y.shape, y.dtype.name, int(np.count_nonzero(y))) == ((4, 3000, 3000), "float32", 32)
    assert (float(y[1, 2001, 2000]), float(y[3, -1, -1])) == (1, 2)
    (tmp_path / "y.npy").unlink()


def test_one_element_of_a_large_file_reads_its_patch(tmp_path: Path) -> None:
    sparse(tmp_path / "x.npy", "float32", (50_000, 50_000), {(40_000, 30_000): 3})
    start = time.monotonic()
    run: Run = measured("2d", "-i", "x.npy", "-k", "1 2; 3 4", "--at", "39999,30000", cwd=tmp_path)
    assert time.monotonic() - start < 10
    assert (run.code, run.peak < 100) == (0, True)
    assert "y[39999,30000] = 9" in run.text


def test_pages_are_given_back_when_they_are_many_and_keep_what_was_written(tmp_path: Path) -> None:
    size = 2**25
    y = np.memmap(tmp_path / "y", np.uint8, "w+", shape=size)
    found = mapped(y[10:].reshape(-1, 2).T)
    assert found is not None
    pages = Pages([found], size // 2)
    assert pages.at_rest is not None
    y[: size // 4] = 1
    pages.look()
    assert resident() > pages.at_rest + size // 5
    y[:] = 2
    pages.look()
    assert resident() < pages.at_rest + size // 5
    assert (y == 2).all()
    assert mapped(np.ones(3)) is None


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[2]) * os.sysconf("SC_PAGESIZE")


def test_without_word_of_the_system_pages_are_given_back_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []
    monkeypatch.setattr("convcli.cli.pages._of_files", lambda: None)
    pages = Pages([], 10**9)
    monkeypatch.setattr(pages, "give_back", lambda: given.append(1))
    pages.look()
    assert given == [1]
