"""YAML as the events of a tree: of its parser's events, never of its loaders, and scalars as they are written.

Refused are anchors, aliases, merge keys, tags and documents past the first. Events come as they are asked for, and
the parser looks no more than a key's length ahead of them, so deep nesting is refused long before it costs anything.
"""

import re
from collections.abc import Iterator
from typing import Any

from convcli.errors import ConvError, InputError
from convcli.limits import Limits
from convcli.reading.carve import Carved, carve
from convcli.reading.text import Text
from convcli.reading.tree import Begin, End, Event, Node, Scalar, build

_ASCII = bytes(range(128)) + b"x" * 128
_WORD = re.compile(rb"[^\s,\]}#]+")
_LONGEST_WORD = 10_000  # of a plain scalar: longer ones are numbers, which are read where they stand
_STYLES = {"": "plain", "'": "quoted", '"': "quoted", "|": "block", ">": "folded"}


def yaml_tree(text: Text, what: str, limits: Limits) -> Node:
    """The tree that the one YAML document of `text` is."""
    carved = carve(text, what, limits)
    try:
        return build(text, _events(text, carved), limits)
    except _NotCarvable:
        pass
    except InputError:
        if not carved.lists:
            raise
    whole = Carved(text.data, {}, [])
    return build(text, _events(text, whole), limits)


class _NotCarvable(Exception):  # noqa: N818 - it is a turning, not an error
    """A carved list stands where there is no list; parse the whole text."""


def _events(text: Text, carved: Carved) -> Iterator[Event]:
    """The events, with offsets in the whole text."""
    import yaml

    # One byte, one character: then the parser's marks are offsets. What the bytes were is read from the text.
    data = carved.data if carved.data.isascii() else carved.data.translate(_ASCII)
    source = data.decode("ascii")
    seen = documents = at = 0
    try:
        for event in yaml.parse(source, Loader=getattr(yaml, "CLoader", yaml.Loader)):
            at, after = event.start_mark.index, event.end_mark.index  # type: ignore[union-attr]
            start, end = carved.original(at), carved.original(after)
            _refuse(text, event, start)
            if isinstance(event, yaml.ScalarEvent):
                if at in carved.lists and event.value == "0" and not event.style:
                    seen += 1
                    yield carved.lists[at]
                else:
                    yield _scalar(text, event, start, end)
            elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                yield Begin(isinstance(event, yaml.MappingStartEvent), start)
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                yield End(end)
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents == 2:
                    raise _refused(
                        text, start, "a second document", "one document", "keep one, or put each in a file of its own"
                    )
            elif isinstance(event, yaml.DocumentEndEvent) and seen < len(carved.lists):
                raise _NotCarvable
    except ConvError:
        raise
    except (yaml.YAMLError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise _broken(text, error, carved, at) from None


def _scalar(text: Text, event: Any, start: int, end: int) -> Scalar:
    raw = text.data[start : min(end, start + _LONGEST_WORD)]
    style = _STYLES[event.style or ""]
    if style == "plain":
        if raw == b"<<":
            raise _refused(text, start, "a merge key", "keys written out", "write the keys themselves in place of <<")
        return Scalar(raw.decode(errors="replace"), style, start, end)
    if style != "quoted":
        return Scalar("", style, start, end)
    value = event.value if text.data.isascii() else _restored(text, event.value, start, end)
    return Scalar(value, style, start, end)


def _restored(text: Text, value: str, start: int, end: int) -> str:
    """The text between quotes, where it was not what the parser was given."""
    raw = text.data[start + 1 : end - 1]
    return value if raw.isascii() else raw.decode(errors="replace")


def _refuse(text: Text, event: Any, start: int) -> None:
    """Refuse what would make a short text into a long one, or into something other than it says."""
    if type(event).__name__ == "AliasEvent":
        raise _refused(text, start, "an alias", "values written out", "write the value itself in place of the alias")
    if getattr(event, "anchor", None) is not None:
        raise _refused(text, start, "an anchor", "values without anchors", "remove the & and its name")
    if getattr(event, "tag", None) is not None:
        raise _refused(text, start, "a tag", "plain lists, numbers and words", "remove the ! and its name")


def _refused(text: Text, at: int, thing: str, expected: str, fix: str) -> InputError:
    return text.error(f"{text.name} has {thing}, which convcalc does not read", at, at + 1, expected=expected, fix=fix)


def _broken(text: Text, error: Exception, carved: Carved, at: int) -> InputError:
    mark = getattr(error, "problem_mark", None)
    where = carved.original(min(mark.index if mark else getattr(error, "position", at) or at, len(carved.data)))
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "a value cannot be read"
    where = min(where, len(text.data.rstrip()))
    found = text.data[where : where + 1]
    if found == b"@":
        word = _WORD.match(text.data, where)
        fix = f'put the name in quotes: "{word[0].decode(errors="replace") if word else "@"}"'
    elif found == b"\t":
        fix = "indent with blanks; YAML allows no tabs"
    else:
        fix = "check brackets, quotes and indentation here and on the line above"
    return text.error(f"{text.name} is not YAML: {reason}", where, where + 1, expected="YAML", fix=fix)
