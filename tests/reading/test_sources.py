"""What a source denotes, and what is behind it."""

import io
import os
import threading
from pathlib import Path
from typing import BinaryIO

import pytest

from convcli.errors import ConvError, InputError
from convcli.limits import Limits
from convcli.reading import read_tensor, streams
from convcli.reading.source import File, Inline, Name, Stdin, denoted
from tests.reading.helpers import piped, read

DENOTED: dict[str, object] = {
    "-": Stdin(),
    " - ": Stdin(),
    "-1 2; 3 4": Inline("-1 2; 3 4"),
    "-.5 1": Inline("-.5 1"),
    "[[1,2],[3,4]]": Inline("[[1,2],[3,4]]"),
    "  [1]": Inline("  [1]"),
    "5": Inline("5"),
    "1/3": Inline("1/3"),
    "nan 1": Inline("nan 1"),
    "1_000": Inline("1_000"),
    "array([1, 2])": Inline("array([1, 2])"),
    "np.array([1])": Inline("np.array([1])"),
    "torch.tensor([1])": Inline("torch.tensor([1])"),
    '{"data": [1]}': Inline('{"data": [1]}'),
    "@sobel-x": Name("sobel-x"),
    "x.yaml": File("x.yaml"),
    "x.npz:weights": File("x.npz", "weights"),
    "x.YAML:a.b": File("x.YAML", "a.b"),
    "2024.csv": File("2024.csv"),
    "3x3/w.txt": File("3x3/w.txt"),
    "1.yaml:w": File("1.yaml", "w"),
    "infinity": File("infinity"),
    "./5": File("./5"),
    "-x": File("-x"),
    "arrays.bin": File("arrays.bin"),
    "a:b": File("a:b"),
}


@pytest.mark.parametrize(("source", "what"), DENOTED.items(), ids=DENOTED)
def test_what_a_source_denotes(source: str, what: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert denoted(source, "input") == what


def test_a_file_that_is_there_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("5", "1 2", "x.yaml:w", "x.yaml"):
        Path(name).write_text("w: [7]\n")
        assert denoted(name, "input") == File(name)
    assert read("x.yaml:w:", role="kernel") if Path("x.yaml:w:").exists() else True
    assert denoted("[5]", "input") == Inline("[5]"), "no file system is asked about a list"
    assert denoted("1 2\0", "input") == Inline("1 2\0")
    assert denoted("1 " * 5000, "input") == Inline("1 " * 5000)


def test_keys_lead_into_mappings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.yaml").write_text("a: {b: [1, 2], c.d: [3]}\nc.d: [4]\ndata: {data: [5]}\n")
    assert read("x.yaml:a.b").numbers() == [1, 2]
    assert read("x.yaml:c.d").numbers() == [4]
    assert read("x.yaml").numbers() == [5]
    for key, message in {
        "b": "x.yaml has no key `b`\n  given     the keys a, c.d, data\n  expected  one of these\n  fix       name one of these",
        "daata": "x.yaml has no key `daata`\n  given     the keys a, c.d, data\n  expected  one of these\n  fix       did you mean data?",
        "a.b.c": "x.yaml has no key `a.b.c`\n  given     no keys there\n  expected  numbers\n  fix       name one of these",
    }.items():
        with pytest.raises(InputError) as caught:
            read(f"x.yaml:{key}")
        assert str(caught.value) == message
    Path("r.csv").write_text("1,2\n")
    with pytest.raises(InputError) as caught:
        read("r.csv:a")
    assert str(caught.value) == (
        "r.csv has no keys\n  given     the key `a`\n  expected  a key only for a mapping or a .npz file\n  fix       write r.csv"
    )


def test_rows_take_the_rank_that_is_wanted() -> None:
    assert read("1 2 3", vector=True).shape == (3,)
    assert read("1 2 3").shape == (1, 3)
    assert read("1 2 3", "bias").shape == (3,)
    assert read("[1, 2, 3]").shape == (3,)
    assert read("5", "bias").shape == ()
    assert read("5\n6", vector=True).shape == (2, 1)


def test_a_number_alone_is_a_row_of_one_in_a_stream_of_rows() -> None:
    """So that a result of one number, printed as `plain` or CSV, is read back."""
    assert piped("5\n").shape == (1, 1)
    assert piped("5\n", vector=True).shape == (1,)
    assert piped("5\n", "bias").shape == ()


CONTENT = {
    "JSON without a name": ('{"data": [[1, 2]]}', [1, 2]),
    "YAML without a name": ("input:\n  - [1, 2]\n", [1, 2]),
    "YAML in braces": ("{input: [1, 2]}", [1, 2]),
    "YAML in braces with a quoted key": ('{"input": [1, 2], other: 3}', [1, 2]),
    "YAML with a document start": ("%YAML 1.2\n---\n- 1\n- 2\n...\n", [1, 2]),
    "a list with comments": ("[1, # one\n 2]", [1, 2]),
    "a list with a comma at its end": ("input: [1, 2,]", [1, 2]),
    "rows with comments": ("# one\n1 2 # two\n# three\n3 4\n", [1, 2, 3, 4]),
    "rows in a block of YAML": ("kernel: 1\ninput: |\n  1 2\n  3 4\nother: 2\n", [1, 2, 3, 4]),
    "rows in YAML as they stand": ("input:\n  1 2\n  3 4\n", [1, 2, 3, 4]),
    "rows in quotes": ("input: '1 2; 3 4'\n", [1, 2, 3, 4]),
    "rows in quotes with an escape": ('input: "1 2\\n3 4"\n', [1, 2, 3, 4]),
    "a list in quotes": ('{"input": "[[1, 2], [3, 4]]"}', [1, 2, 3, 4]),
    "a print in quotes": ("input: 'array([1, 2])'\n", [1, 2]),
    "a name in quotes": ('input: "@arange:2"\n', [0, 1]),
    "a key that is not ASCII": ("é: [1]\ninput: [2]\n'ü': 1\n\"\\xfc\": 2\n", None),
    "keys that are not ASCII": ("é: [1]\ninput: [2]\n'ü': 1\n", [2]),
    "a merge of commas and rows": ("1, 2;3, 4", [1, 2, 3, 4]),
    "JSON with an escape in a key": ('{"\\u0064ata": [1]}', [1]),
    "a mapping of JSON in a mapping": ('{"a": {"b": []}, "data": [[1], [2]], "c": [{}, [], "x", true]}', [1, 2]),
}


@pytest.mark.parametrize(("text", "numbers"), CONTENT.values(), ids=CONTENT)
def test_content_without_a_name(text: str, numbers: list[int] | None) -> None:
    if numbers is None:
        with pytest.raises(InputError, match="the key `ü` is there twice"):
            piped(text)
    else:
        assert piped(text).numbers() == numbers


def test_names_bind_where_they_must(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("x.yaml", "x.txt", "x.csv", "x", "x.json"):
        Path(name).write_bytes(b"\xef\xbb\xbf1, 2\n3, 4\n")
        assert read(name).shape == (2, 2), name
    Path("x.csv").write_text("- 1\n")
    with pytest.raises(InputError, match="a cell of the input is not a number"):
        read("x.csv")
    for name in ("x.npy", "x.npz"):
        Path(name).write_text("[1, 2]")
        with pytest.raises(InputError) as caught:
            read(name)
        assert str(caught.value) == (
            f"{name} is not a .{name[2:]} file\n  given     a file that begins as no array does\n"
            f"  expected  a file written by numpy.save{'z' * name.endswith('z')}\n"
            "  fix       write it again, or name it after what it is"
        )


UNREADABLE = {
    "missing": (
        "x.yml",
        "there is no file for the input\n  given     `x.yml`\n  expected  a file, - for standard input, numbers such as '1 2; 3 4', "
        "or a name such as @sobel-x\n  fix       did you mean `x.yaml`?",
    ),
    "missing, and nothing near": (
        "nowhere/quite/else.bin",
        "there is no file for the input\n  given     `nowhere/quite/else.bin`\n  expected  a file, - for standard input, numbers such as "
        "'1 2; 3 4', or a name such as @sobel-x\n  fix       check the path",
    ),
    "a folder": (
        ".",
        ". is a folder\n  given     a folder\n  expected  a file of numbers\n  fix       name a file in it",
    ),
    "a name with NUL": (
        "a\0b",
        "a\\x00b cannot be read\n  given     embedded null byte\n  expected  a file that you may read\n"
        "  fix       check the path and its permissions",
    ),
    "a loop of links": (
        "loop",
        "loop cannot be read\n  given     Too many levels of symbolic links\n  expected  a file that you may read\n"
        "  fix       check the path and its permissions",
    ),
    "a name too long for any file system": (
        "x" * 300,
        f"there is no file for the input\n  given     `{'x' * 200}…`\n  expected  a file, - for standard input, numbers such as "
        "'1 2; 3 4', or a name such as @sobel-x\n  fix       check the path",
    ),
}


@pytest.mark.parametrize(("source", "message"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_opened(source: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.yaml").touch()
    Path("loop").symlink_to("loop")
    with pytest.raises(InputError) as caught:
        read(source)
    assert str(caught.value) == message


class Failing(io.RawIOBase):
    """A stream or file that fails when it is read."""

    def read(self, size: int = -1) -> bytes:
        raise OSError(5, "Input/output error")

    def fileno(self) -> int:
        return 0


def test_a_read_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    broken: BinaryIO = Failing()  # type: ignore[assignment]
    message = (
        "{} cannot be read\n  given     Input/output error\n  expected  a file that you may read\n"
        "  fix       check the path and its permissions"
    )
    with pytest.raises(InputError) as caught:
        read_tensor("-", "input", Limits(), broken, rank=2)
    assert str(caught.value) == message.format("standard input")
    monkeypatch.setattr(streams, "is_regular", lambda file: False)
    with pytest.raises(InputError) as caught:
        streams.read_file(broken, "x.yaml", Limits())
    assert str(caught.value) == message.format("x.yaml")


def too_much(name: str, given: str, fix: str) -> str:
    return (
        f"{name} is larger than convcalc takes on unasked\n  given     {given} bytes of text\n  expected  at most 100\n"
        f"  fix       raise the limit with --limit text={fix}"
    )


def test_texts_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    limits = Limits(text=100)
    Path("x.yaml").write_text("1 " * 51)
    for source, message in {
        "x.yaml": too_much("x.yaml", "102", "102"),
        "/dev/zero": too_much("/dev/zero", "over 100", "1000"),
        "-": too_much("standard input", "over 100", "1000"),
        "1 " * 51: too_much("the inline input", "102", "102"),
    }.items():
        with pytest.raises(ConvError) as caught:
            read(source, stdin=b"1 " * 51, limits=limits)
        assert str(caught.value) == message


def test_numbers_are_bounded() -> None:
    with pytest.raises(InputError) as caught:
        read("1 2 3 4", limits=Limits(cells=3))
    assert str(caught.value) == (
        "the input is larger than convcalc takes on unasked\n  given     over 3 numbers in one tensor\n  expected  at most 3\n"
        "  fix       raise the limit with --limit cells=30"
    )


def test_depth_is_bounded() -> None:
    for text in ("[[[1]]]", "- - - 1\n", '{"a": {"b": {"c": 1}}}', "1\n\n2\n"):
        with pytest.raises(InputError, match="raise the limit with --limit depth=20"):
            piped(text, limits=Limits(depth=2))


def writer(path: Path, *parts: bytes, then: threading.Event | None = None) -> threading.Thread:
    """Write to a pipe, and close it when told to."""

    def run() -> None:
        with path.open("wb", buffering=0) as pipe:
            for part in parts:
                pipe.write(part)
            if then:
                then.wait(10)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_pipes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "PATIENCE", 0.2)
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    with pytest.raises(InputError) as caught:
        read("pipe")
    assert str(caught.value) == (
        "the pipe pipe gives nothing to read\n  given     no writer for 0.2 seconds\n  expected  numbers, and then the end\n"
        "  fix       start what writes to it first, or wait for it with: cat pipe | convcalc ... with - as the source"
    )
    monkeypatch.setattr(streams, "PATIENCE", 10)
    thread = writer(Path("pipe"), b"1 2\n", b"3 4\n")
    assert read("pipe").shape == (2, 2)
    thread.join()
    monkeypatch.setattr(streams, "PATIENCE", 0.2)
    done = threading.Event()
    thread = writer(Path("pipe"), b"1 2\n", then=done)
    with pytest.raises(InputError) as caught:
        read("pipe")
    assert caught.value.given in ("a writer that is silent for 0.2 seconds", "no writer for 0.2 seconds")
    done.set()
    thread.join()


def test_a_process_substitution_may_take_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "PATIENCE", 0.05)
    reading, writing = os.pipe()

    def write_at_last() -> None:
        os.write(writing, b"1 2")
        os.close(writing)

    timer = threading.Timer(0.3, write_at_last)
    timer.start()
    try:
        assert read(f"/dev/fd/{reading}").numbers() == [1, 2]
    finally:
        timer.join()
        os.close(reading)
