"""A text with a name: where in it a mistake is, and how it is pointed at.

Offsets count bytes of UTF-8 from the start of the text; places count lines and columns from 1, as editors do.
"""

import re
from dataclasses import dataclass

from convcli.errors import InputError, safe

_SCALAR_TYPE = rb"np\.[a-z]+[0-9]*\(([^()\[\s]*+)\)"  # [np.float64(1.5), ...], as NumPy 2 prints a list of its scalars
_WIDTH = 60
_BEFORE = 30
_CHUNK = 1 << 16
_WIDE_MARKS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*")


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """Text from outside, known to be UTF-8 without control characters."""

    name: str
    data: bytes
    inline: bool = False  # written on the command line, where a single line needs no number
    placed: bool = False  # the name says the place: it is a part of a text, and has no lines of its own

    def place(self, offset: int) -> str:
        """Where `offset` is, in words.

        >>> Text("x.yaml", b"input:\\n  [1, x]").place(13)
        'x.yaml, line 2, column 7'
        """
        if self.placed:
            return self.name
        line_start = self.data.rfind(b"\n", 0, offset) + 1
        column = len(self.data[line_start:offset].decode(errors="replace")) + 1
        line = self.data.count(b"\n", 0, offset) + 1
        lines = b"\n" in self.data or not self.inline
        return f"{self.name}, line {line}, column {column}" if lines else f"{self.name}, column {column}"

    def excerpt(self, start: int, end: int) -> str:
        """The line around `start:end`, cut to fit, with carets under that part of it.

        >>> print(Text("x", b"[[1, 2, 3], [4, yes]]").excerpt(16, 19))
        [[1, 2, 3], [4, yes]]
                        ^^^
        """
        line_start = self.data.rfind(b"\n", 0, start) + 1
        line_end = self.data.find(b"\n", start)
        line_end = len(self.data) if line_end < 0 else line_end
        low = self._boundary(max(line_start, start - _BEFORE))
        high = self._boundary(min(line_end, max(low + _WIDTH, start + _BEFORE)))
        end = max(start, min(end, high))
        before, marked, after = (_shown(self.data[a:b]) for a, b in ((low, start), (start, end), (end, high)))
        before = "…" + before if low > line_start else before
        after = after.rstrip() + ("…" if high < line_end else "")
        return f"{before}{marked}{after}\n{' ' * _columns(before)}{'^' * max(1, _columns(marked))}"

    def error(self, problem: str, start: int, end: int, *, expected: str, fix: str) -> InputError:
        """The error that `start:end` is wrong."""
        given = self.excerpt(start, end)
        return InputError(problem, given=given, expected=expected, fix=fix, place=self.place(start))

    def _boundary(self, offset: int) -> int:
        """The next offset, from this one on, where a character begins."""
        while offset < len(self.data) and self.data[offset] & 0xC0 == 0x80:
            offset += 1
        return offset


def decoded(name: str, data: bytes, *, inline: bool = False) -> Text:
    """Bytes from outside as a Text, without a byte order mark; InputError if they are not text.

    The types of NumPy's scalars become blanks, so that every offset stays where it was.
    """
    if data.startswith(_IMAGES):
        raise _not_text(name, "an image", "save its pixels with numpy.save")
    for mark, encoding in _WIDE_MARKS:
        if data.startswith(mark):
            raise _not_text(name, f"it is {encoding}", f"save it as UTF-8, with iconv -f {encoding} -t UTF-8")
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    if not data.isascii():
        try:
            data.decode()
        except UnicodeDecodeError as error:
            given = f"byte 0x{data[error.start]:02x} at offset {error.start:,}"
            raise _not_text(name, given, "save it as UTF-8") from None
    if (at := end_of_run(data, 0, _TEXT)) < len(data):
        given = f"control character 0x{data[at]:02x} at offset {at:,}"
        raise _not_text(name, given, "check that it is the file you mean; binary arrays are read from .npy and .npz")
    if b"np." in data:
        data = re.sub(_SCALAR_TYPE, lambda match: match[1].rjust(len(match[0])), data)
    return Text(name, data, inline)


def only(characters: bytes) -> bytes:
    """A table for `end_of_run`, of the bytes that a run is made of."""
    return bytes(byte not in characters for byte in range(256))


def end_of_run(data: bytes, start: int, table: bytes) -> int:
    """The offset of the first byte from `start` on that is not of the run; the end if all are.

    >>> end_of_run(b"112x", 0, only(b"0123456789"))
    3
    """
    for low in range(start, len(data), _CHUNK):
        if (at := data[low : low + _CHUNK].translate(table).find(b"\x01")) >= 0:
            return low + at
    return len(data)


_TEXT = only(b"\t\n\r" + bytes(byte for byte in range(32, 256) if byte != 127))


def _not_text(name: str, given: str, fix: str) -> InputError:
    return InputError(f"{name} is not text", given=given, expected="UTF-8 text, or a .npy or .npz array", fix=fix)


def _shown(data: bytes) -> str:
    """A part of a line as it is echoed: one column per tab, and nothing that moves the cursor."""
    return safe(data.decode(errors="replace").replace("\t", " ").rstrip("\r"))


def _columns(text: str) -> int:
    """How many columns of a terminal `text` takes."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)
