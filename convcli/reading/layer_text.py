"""A layer in words, such as `conv 64 k7 s2 p3`.

First the kind, for a convolution with its output channels; then a letter and a value each, in any order: k kernel,
s stride, p padding, d dilation, g groups, op output padding. A rule's name is padding by that rule; `ceil` and
`nobias` stand alone.
"""

import re

from convcli.axis import RULES
from convcli.conventions import ALIASES
from convcli.errors import UsageError, quoted
from convcli.layers import Kind, Layer
from convcli.reading.layer_words import kind_meant, setting_meant
from convcli.reading.layers import KINDS, KNOWN, LETTERS, layer_of, twice
from convcli.reading.text import Text
from convcli.reading.wording import did_you_mean

_WORD = r"(?:(k|s|p|d|g|op)(?=[0-9+-])|([A-Za-z][A-Za-z_-]*)=)(.+)"


def parse_layer(text: str) -> Layer:
    """The layer that a text says.

    >>> parse_layer("conv 64 k7 s2 p3") == layer_of({"conv": 64, "kernel": 7, "stride": 2, "padding": 3})
    True
    >>> str(parse_layer("max-pool k=3x2 same-upper ceil")), str(parse_layer("global avg"))
    ('max k3x2 same ceil', 'global avg')

    Raises UsageError, which points at the word that is wrong.
    """
    entries: dict[str, str | None] = {}
    places: dict[str, tuple[int, int]] = {}
    source = Text("the layer", text.encode(errors="replace"), inline=True)
    words = [(match[0], *_bytes(text, match.start(), match.end())) for match in re.finditer(r"\S+", text)]
    place = (0, max(1, len(source.data)))
    try:
        for number, (word, start, end) in enumerate(words):
            place = start, end
            name, value = _entry(word, number, entries)
            if name in entries and entries[name] is not None:
                raise twice(name)
            if name in entries:  # the number after the kind
                places["kernel" if KINDS.get(name, Kind.CONV).pools else "channels"] = place
            places.setdefault(name, place)
            entries[name] = value
        place = (0, max(1, len(source.data)))
        return layer_of(entries)
    except UsageError as error:
        error.given = source.excerpt(*places.get(error.setting or "", place)) if words else "''"
        raise


def is_kind(word: str) -> bool:
    """Whether a word begins a layer."""
    return word.lower() in KINDS or word.lower() == "global"


def is_inside(word: str) -> bool:
    """Whether a word is one that stands inside a layer, and not at its beginning.

    >>> [word for word in ("64", "k3", "same", "max", "relu", "k3 s2") if is_inside(word)]
    ['64', 'k3', 'same']
    """
    try:
        return len(word.split()) == 1 and bool(_entry(word, 1, {"conv": None}))
    except UsageError:
        return False


def _entry(word: str, number: int, entries: dict[str, str | None]) -> tuple[str, str | None]:
    """What a word of a layer sets."""
    if number == 0:
        return word.lower(), None
    if number == 1 and (next(iter(entries)) == "global" or _first_number(word, next(iter(entries)))):
        return next(iter(entries)), word.lower()
    if word in ("ceil", "nobias", "no-bias"):
        return ("ceil", "true") if word == "ceil" else ("bias", "false")
    if word in RULES or word in ALIASES["padding"]:
        return "padding", word
    if match := re.fullmatch(_WORD, word):
        name = match[2] or match[1]
        return LETTERS.get(name.replace("_", "-"), name.replace("_", "-")), match[3]
    raise _unknown_word(word)


def _first_number(word: str, kind: str) -> bool:
    """Whether a word is the number after the kind: of 3x3 only a pool's, whose kernel it is."""
    pools = KINDS.get(kind, Kind.CONV).pools
    return re.fullmatch(r"[+-]?[0-9]\S*", word) is not None and (pools or setting_meant(word) is None)


def _bytes(text: str, start: int, end: int) -> tuple[int, int]:
    """Offsets in characters as offsets in bytes."""
    before = len(text[:start].encode(errors="replace"))
    return before, before + len(text[start:end].encode(errors="replace"))


def _unknown_word(word: str) -> UsageError:
    digits = re.fullmatch(r"([a-z]+)=?", word)
    if digits and digits[1] in LETTERS:
        fix = f"write its value with it, as in {digits[1]}3"
    elif is_kind(word):
        fix = "write each layer by itself"
    else:
        known = [*RULES, "ceil", "nobias", *(f"{name}=" for name in KNOWN)]
        near = did_you_mean(word.lower().replace("_", "-"), known)
        fix = setting_meant(word) or kind_meant(word) or near or "remove it"
    return UsageError(
        f"{quoted(word)} means nothing in a layer",
        given=word,
        expected="k, s, p, d, g or op with a value, the name of a padding rule, ceil or nobias",
        fix=fix,
    )
