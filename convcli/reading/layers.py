"""A layer as a mapping from names to values, {conv: 64, kernel: 7, stride: 2}: of a file, of Python, of its words."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from convcli.errors import UsageError, quoted
from convcli.layers import Kind, Layer
from convcli.reading.layer_words import kind_meant
from convcli.reading.settings import parse_flag, parse_integer, parse_integers, parse_padding
from convcli.reading.wording import did_you_mean

KINDS = {
    "conv": Kind.CONV, "transposed": Kind.TRANSPOSED, "conv-transpose": Kind.TRANSPOSED, "deconv": Kind.TRANSPOSED,
    "max": Kind.MAX, "max-pool": Kind.MAX, "maxpool": Kind.MAX,
    "avg": Kind.AVG, "avg-pool": Kind.AVG, "avgpool": Kind.AVG,
    "lp": Kind.LP, "lp-pool": Kind.LP, "lppool": Kind.LP,
}  # fmt: skip
"""What each kind of layer is called, here and elsewhere."""

POOLS = ("max", "avg", "lp")
LETTERS = {
    "k": "kernel", "s": "stride", "p": "padding", "d": "dilation", "g": "groups", "op": "output-padding",
    "kernel-size": "kernel", "ceil-mode": "ceil",
}  # fmt: skip
"""Short names of settings, and the names that they have elsewhere."""

_WINDOW = ("kernel", "stride", "padding", "dilation")
SETTINGS = {
    Kind.CONV: (*_WINDOW, "groups", "bias"),
    Kind.TRANSPOSED: (*_WINDOW, "groups", "bias", "output-padding"),
    Kind.MAX: (*_WINDOW, "ceil"),
    Kind.AVG: (*_WINDOW, "ceil"),
    Kind.LP: (*_WINDOW, "ceil"),
}
"""The settings of each kind."""

KNOWN = tuple(dict.fromkeys(name for names in SETTINGS.values() for name in names))
_SAID = {"output-padding": "output padding", "ceil": "ceil mode"}


def layer_of(given: Mapping[str, Any]) -> Layer:
    """The layer that a mapping says: its kind with the output channels (of a pool: the kernel), and its settings.

    >>> str(layer_of({"max": 3, "stride": (2, 1), "padding": [(0, 1), (1, 0)], "ceil": True}))
    'max k3 s2x1 p0:1,1:0 ceil'

    Raises UsageError, whose `setting` is the key that is wrong.
    """
    entries: dict[str, str | None] = {}
    typed = {}
    for key, value in given.items():
        name = str(key).strip().replace("_", "-")
        name = LETTERS.get(name, name)
        if name in entries:
            raise twice(name)
        entries[name], typed[name] = _text(value), str(key)
    kinds = [name for name in entries if name in KINDS or name == "global"]
    if len(kinds) != 1:
        raise _no_kind(list(typed.values()), [typed[kind] for kind in kinds])
    first = entries.pop(kinds[0])
    if kinds[0] == "global":
        return _global(first, entries)
    kind = KINDS[kinds[0]]
    for name in entries:
        if name not in SETTINGS[kind]:
            raise _not_of(kind, name)
    if first is not None and kind.pools:
        if "kernel" in entries:
            raise twice("kernel")
        entries["kernel"] = first
    channels = None if first is None or kind.pools else _channels(first)
    settings = {name.replace("-", "_"): _parsed(name, value or "") for name, value in entries.items()}
    return Layer(kind=kind, channels=channels, **settings)


def _parsed(name: str, text: str) -> Any:
    try:
        return PARSERS[name](name, text)
    except UsageError as error:
        error.setting = name
        raise


def _per_axis(name: str, text: str) -> int | tuple[int, ...]:
    """One integer, or one per axis with x or a comma between them."""
    return parse_integers(name, re.sub(r"(?<=[0-9])[x×](?=[0-9])", ",", text))


PARSERS: dict[str, Callable[[str, str], Any]] = {
    "kernel": _per_axis,
    "stride": _per_axis,
    "padding": lambda name, text: parse_padding(re.sub(r"(?<=[0-9])[x×](?=[0-9])", ",", text)),
    "dilation": _per_axis,
    "channels": parse_integer,
    "groups": parse_integer,
    "output-padding": _per_axis,
    "ceil": parse_flag,
    "bias": parse_flag,
}


def _channels(text: str) -> int:
    count = int(_parsed("channels", text))
    if count < 1:
        raise UsageError(
            "there are no output channels",
            given=f"channels = {count}",
            expected="at least 1",
            fix="write how many kernels there are, such as conv 64",
            setting="channels",
        )
    return count


def _global(pool: str | None, entries: Mapping[str, str | None]) -> Layer:
    if entries:
        raise UsageError(
            "global pooling has no settings: its window is the whole input",
            given=", ".join(entries),
            expected=f"global {', global '.join(POOLS)}",
            fix=f"write global {pool or 'avg'}",
            setting=next(iter(entries)),
        )
    kind = KINDS.get((pool or "").lower())
    if kind is None or not kind.pools:
        raise UsageError(
            "a global pool does not say which pool it is",
            given=f"global {pool or ''}".strip(),
            expected=f"global {', global '.join(POOLS)}",
            fix="write global avg",
            setting="channels" if pool else "global",
        )
    return Layer(kind=kind, whole=True)


def _text(value: Any) -> str | None:
    """A value of a mapping as it is written on the command line: (2, 1) is 2,1 and [(1, 2)] is 1:2."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Sequence):
        return ",".join(":".join(map(str, entry)) if isinstance(entry, Sequence) else str(entry) for entry in value)
    return str(value)


def _no_kind(names: list[str], kinds: list[str]) -> UsageError:
    if not names:
        return UsageError(
            "a layer is empty",
            given="no words",
            expected="a layer, such as conv 64 k3",
            fix="write it, or leave it out",
        )
    word = kinds[1] if kinds else names[0]
    return UsageError(
        "a layer is of two kinds" if kinds else f"there is no kind of layer called {quoted(word)}",
        given=", ".join(names),
        expected="one of conv, transposed, max, avg, lp, global",
        fix="write a layer for each"
        if kinds
        else kind_meant(word)
        or did_you_mean(word.lower().rstrip("123d"), [*KINDS, "global"])
        or "begin with the kind, as in conv 64 k3",
        setting=word,
    )


def _not_of(kind: Kind, name: str) -> UsageError:
    known, called = SETTINGS[kind], kind.called if kind.pools else f"a {kind.called}"
    if name in KNOWN:
        problem, fix = f"{called} has no {_SAID.get(name, name)}", "remove it"
        if name == "output-padding":
            fix = "remove it, or write transposed"
    else:
        problem = f"{called} has no setting called {quoted(name)}"
        fix = did_you_mean(name, [*known, *LETTERS]) or "remove it"
    return UsageError(problem, given=name, expected=", ".join(known), fix=fix, setting=name)


def twice(name: str) -> UsageError:
    """The error of a setting that is there a second time."""
    return UsageError(
        f"{name.replace('-', ' ')} is set twice", given=name, expected="it once", fix="remove one of them"
    )
