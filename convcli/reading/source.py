"""What a source denotes: a file, standard input, inline text, or a name.

Told from the first character, so that no file system is asked about an inline list; where a text could be both,
an existing file wins.
"""

import os
import re
from typing import NamedTuple

from convcli.errors import InputError, quoted

IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".pbm", ".pgm", ".ppm", ".pnm")
"""Extensions of images."""

EXTENSIONS = rf"(?:\.(?:yaml|yml|json|csv|txt|npy|npz)|{'|'.join(map(re.escape, IMAGES))})"
"""The extensions that make a path of a text, as a regular expression."""

_KEYED = rf"(?is)(.+?{EXTENSIONS}):(.+)"
_PATHLIKE = rf"(?is)[^\s,;]*(?:{EXTENSIONS}(?::.*)?$|/(?![0-9]))"  # `1/3` is no path
_PRINT = r"(?:Parameter containing:\s*)?(?:[A-Za-z]{1,8}\.)?(?:array|Array|tensor|Tensor)\("
_NUMBERISH = r"[+\-\u2212]?(?:\.?\d|\.?(?:inf|nan|NaN|Infinity)(?![A-Za-z]))"
_LONGEST_NAME = 4096


class File(NamedTuple):
    """A file by its path, and the key of what is wanted in it."""

    path: str
    key: str | None = None


class Stdin(NamedTuple):
    """Standard input."""


class Inline(NamedTuple):
    """Numbers written in place of a source."""

    text: str


class Name(NamedTuple):
    """A tensor by its name, without the `@`."""

    text: str


def denoted(source: str, role: str) -> File | Stdin | Inline | Name:
    """What `source` denotes.

    >>> denoted("-", "input"), denoted("-1 2; 3 4", "input")
    (Stdin(), Inline(text='-1 2; 3 4'))
    >>> denoted("x.npz:weights", "kernel")
    File(path='x.npz', key='weights')
    """
    text = source.strip()
    if not text:
        raise InputError(
            f"the {role} is empty", given="''", expected="a file, -, numbers or a @name", fix=f"name the {role}"
        )
    if text == "-":
        return Stdin()
    if text[0] == "@":
        return Name(text[1:])
    if text[0] == "(" and text[-1] == ")" and not _is_path(source):
        raise InputError(
            f"the {role} is in parentheses",
            given=quoted(text),
            expected="brackets, or rows without any",
            fix=f"write {quoted(text.replace('(', '[').replace(')', ']'))}",
        )
    if text[0] == "[" or ("(" in text and re.match(_PRINT, text)):
        return Inline(source)
    if _is_path(source):
        return File(source)
    if text[0] == "{" or (re.match(_NUMBERISH, text) and not re.match(_PATHLIKE, text)):
        return Inline(source)
    keyed = re.fullmatch(_KEYED, source)
    return File(keyed[1], keyed[2]) if keyed else File(source)


def _is_path(source: str) -> bool:
    return len(source) <= _LONGEST_NAME and "\0" not in source and os.path.lexists(source)


def no_such_file(path: str, role: str) -> InputError:
    """The error for a path that leads nowhere, with near names of the same folder."""
    near = _near(path)
    return InputError(
        f"there is no file for the {role}",
        given=quoted(path, 200),
        expected="a file, - for standard input, numbers such as '1 2; 3 4', or a name such as @sobel-x",
        fix=f"did you mean {quoted(near, 200)}?" if near else "check the path",
    )


def _near(path: str) -> str | None:
    import difflib
    from itertools import islice

    folder, name = os.path.split(path)
    try:
        with os.scandir(folder or ".") as entries:
            names = [entry.name for entry in islice(entries, 1000)]
    except (OSError, ValueError):
        return None
    near = difflib.get_close_matches(name, names, 1)
    return os.path.join(folder, near[0]) if near else None  # noqa: PTH118 - pathlib would cost each start
