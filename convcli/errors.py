"""Floor 0: the one kind of error a user meets, in four parts: problem, given, expected, fix.

Whatever is echoed from outside (file names, cells, keys, options) passes through `safe`, so that no
control or direction character of it reaches a terminal. Exit codes belong to kinds of error, not to places.
"""

from typing import ClassVar

MAX_LINES = 12
MAX_BYTES = 4096
_PART_WIDTH = 600
_TRUSTED_BREAKS = "\n"


class ConvError(ValueError):
    """A convolution that cannot be computed as asked, explained in four parts.

    >>> print(FitError("the kernel is too large", given="kernel 5, input 4", expected="at most 4", fix="pad by 1"))
    the kernel is too large
      given     kernel 5, input 4
      expected  at most 4
      fix       pad by 1
    """

    exit_code: ClassVar[int] = 4

    def __init__(self, problem: str, *, given: str, expected: str, fix: str, place: str | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.given = given
        self.expected = expected
        self.fix = fix
        self.place = place

    def __reduce__(self) -> tuple[object, ...]:
        """How to make it again in another process, its arguments being keywords."""
        state = {"given": self.given, "expected": self.expected, "fix": self.fix, "place": self.place}
        return _rebuilt, (type(self), self.problem, state)

    def located(self, place: str) -> "ConvError":
        """The same error, naming the place in the text where it was found (an inner place wins)."""
        self.place = self.place or place
        return self

    def __str__(self) -> str:
        parts = [("in", self.place), ("given", self.given), ("expected", self.expected), ("fix", self.fix)]
        lines = [safe(self.problem, keep=_TRUSTED_BREAKS)]
        for name, part in parts:
            if part is not None:
                first, *rest = safe(part, keep=_TRUSTED_BREAKS).split("\n")
                lines.append(f"  {name:<8}  {first}")
                lines += [f"            {line}" for line in rest]
        return _bounded(lines)


def _rebuilt(kind: type[ConvError], problem: str, state: dict[str, str]) -> ConvError:
    error = kind.__new__(kind, problem)
    ConvError.__init__(error, problem, given=state["given"], expected=state["expected"], fix=state["fix"])
    error.place = state["place"]
    return error


class UsageError(ConvError):
    """A command line or setting that no input could make valid: stride 0, an unknown option.

    `setting` names the setting at fault, where one is: in a problem file it is the file that is malformed.
    """

    exit_code = 2
    setting: str | None = None

    def __init__(self, problem: str, *, given: str, expected: str, fix: str, setting: str | None = None) -> None:
        super().__init__(problem, given=given, expected=expected, fix=fix)
        self.setting = setting


class InputError(ConvError):
    """A source that cannot be read, or text that is not what it should be."""

    exit_code = 3


class FitError(ConvError):
    """Tensors and settings that are valid each, and do not fit together."""

    exit_code = 4


class OutputError(ConvError):
    """A result that cannot be written."""

    exit_code = 5


def safe(text: str, *, keep: str = "", limit: int = _PART_WIDTH) -> str:
    r"""Text from outside with its control, direction and surrogate characters escaped, cut at `limit`.

    >>> safe("a\x1b[31mb\u202ec")
    'a\\x1b[31mb\\u202ec'
    """
    if len(text) > limit:
        text = text[:limit] + "…"
    return "".join(c if c in keep or not _dangerous(c) else _escape(c) for c in text)


def quoted(text: str, limit: int = 60) -> str:
    """A short outside text in backquotes, for use inside a sentence.

    >>> quoted("1_000")
    '`1_000`'
    """
    return f"`{safe(text, limit=limit)}`"


def plural(count: int, noun: str) -> str:
    """A count and its noun.

    >>> plural(1, "row"), plural(3, "row")
    ('1 row', '3 rows')
    """
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _dangerous(c: str) -> bool:
    """Controls (C0, DEL, C1), line separators, direction marks, surrogates, private use and noncharacters."""
    return not c.isprintable()


def _escape(c: str) -> str:
    code = ord(c)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _bounded(lines: list[str]) -> str:
    """At most 12 lines and 4 KiB, whatever was echoed."""
    text = "\n".join(lines[:MAX_LINES])
    encoded = text.encode()
    return text if len(encoded) <= MAX_BYTES else encoded[: MAX_BYTES - 3].decode(errors="ignore") + "…"
