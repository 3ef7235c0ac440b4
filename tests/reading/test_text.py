"""Places, excerpts and carets; and what is not text."""

import pytest

from convcli.errors import InputError
from convcli.reading.text import Text, decoded

EXCERPTS = {
    "a short line": (b"[1, x]", 4, 5, "[1, x]\n    ^"),
    "the end of a text": (b"[1, 2", 5, 6, "[1, 2\n     ^"),
    "one line of several": (b"a\nb c\nd", 4, 5, "b c\n  ^"),
    "more than a line": (b"ab\ncd", 1, 5, "ab\n ^"),
    "a long line, cut before and after": (
        b"1, " * 40 + b"x" + b", 1" * 40,
        120,
        121,
        "…" + "1, " * 10 + "x" + ", 1" * 9 + ",…\n" + " " * 31 + "^",
    ),
    "a tab counts as one column": (b"\t\tx", 2, 3, "  x\n  ^"),
    "an escape is as wide as it is shown": ("\u202eab".encode(), 3, 4, "\\u202eab\n      ^"),
    "wide characters": ("表x".encode(), 3, 4, "表x\n  ^"),
    "a combining mark takes no column": ("e\u0301x".encode(), 3, 4, "e\u0301x\n ^"),
    "cut inside a character": ("é".encode() * 40 + b"yx", 81, 82, "…" + "é" * 14 + "yx\n" + " " * 16 + "^"),
}


@pytest.mark.parametrize(("data", "start", "end", "excerpt"), EXCERPTS.values(), ids=EXCERPTS)
def test_excerpts(data: bytes, start: int, end: int, excerpt: str) -> None:
    assert Text("x", data).excerpt(start, end) == excerpt


def test_columns_count_characters_and_lines_count_from_one() -> None:
    text = Text("x.yaml", "é: 1\nü: [2]\n".encode())
    assert text.place(10) == "x.yaml, line 2, column 4"
    assert Text("the inline input", "é1".encode(), inline=True).place(2) == "the inline input, column 2"
    assert Text("x.yaml, line 7, column 9", b"abc", placed=True).place(2) == "x.yaml, line 7, column 9"


NOT_TEXT = {
    "UTF-16": ("1 2".encode("utf-16"), "it is UTF-16", "save it as UTF-8, with iconv -f UTF-16 -t UTF-8"),
    "UTF-16, big end first": (b"\xfe\xff\x001", "it is UTF-16", "save it as UTF-8, with iconv -f UTF-16 -t UTF-8"),
    "UTF-32": ("1 2".encode("utf-32"), "it is UTF-32", "save it as UTF-8, with iconv -f UTF-32 -t UTF-8"),
    "Latin-1": (b"1 \xe9", "byte 0xe9 at offset 2", "save it as UTF-8"),
    "NUL": (
        b"1 2\0",
        "control character 0x00 at offset 3",
        "check that it is the file you mean; binary arrays are read from .npy and .npz",
    ),
    "ESC, far in": (
        b"1 " * 50_000 + b"\x1b[0m",
        "control character 0x1b at offset 100,000",
        "check that it is the file you mean; binary arrays are read from .npy and .npz",
    ),
}


@pytest.mark.parametrize(("data", "given", "fix"), NOT_TEXT.values(), ids=NOT_TEXT)
def test_what_is_not_text(data: bytes, given: str, fix: str) -> None:
    with pytest.raises(InputError) as caught:
        decoded("x.yaml", data)
    assert str(caught.value) == (
        f"x.yaml is not text\n  given     {given}\n  expected  UTF-8 text, or a .npy or .npz array\n  fix       {fix}"
    )


def test_a_byte_order_mark_is_skipped() -> None:
    assert decoded("x", b"\xef\xbb\xbf[1]").data == b"[1]"
