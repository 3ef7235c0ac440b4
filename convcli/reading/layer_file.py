"""A stack of layers in a YAML or JSON file: `input`, `channels` if need be, and `layers`, in words or as mappings."""

from dataclasses import dataclass, replace
from typing import BinaryIO

from convcli.errors import InputError, UsageError, quoted
from convcli.layers import Layer, Shape
from convcli.limits import Limits
from convcli.numbers import Tensor
from convcli.reading.content import content
from convcli.reading.formats import Wanted, parsed
from convcli.reading.layer_text import parse_layer
from convcli.reading.layers import layer_of
from convcli.reading.shapes import parse_shape
from convcli.reading.text import Text
from convcli.reading.tree import Mapping, Node, Scalar, Sequence
from convcli.reading.wording import did_you_mean

KEYS = ("input", "channels", "layers")
MOST_LAYERS = 1000


@dataclass(frozen=True, slots=True)
class Said:
    """A setting of the file, in the words of the command line, and where it stands."""

    text: str
    place: str


@dataclass(frozen=True, slots=True)
class LayerFile:
    """What a file of layers says; each layer knows its place."""

    layers: tuple[Layer, ...]
    input: Said | None = None
    channels: Said | None = None

    def shape(self, channels: str | None = None) -> Shape | None:
        """The input that it says, if any; `channels` win over its own. Raises InputError, which names the place."""
        if self.input is None:
            return None
        if channels is not None:
            return parse_shape(self.input.text, self.layers, channels)
        try:
            return parse_shape(self.input.text, self.layers, self.channels.text if self.channels else None)
        except UsageError as error:
            at = self.channels if self.channels and error.setting == "channels" else self.input
            raise _of_file(error, at.place) from None


def read_layers(source: str, limits: Limits, stdin: BinaryIO) -> LayerFile:
    """The layers that a source holds. Raises InputError, which names the place of the mistake."""
    found = content(source, "layers", limits, stdin, rank=1)
    root = None if isinstance(found, Tensor) else parsed(found, Wanted("layers", limits, 1))
    if isinstance(found, Tensor) or not isinstance(root, Mapping) or found.key is not None:
        raise InputError(
            "this is no file of layers",
            given=quoted(source),
            expected="a mapping with the key layers, and input",
            fix="write input: 3x224x224 and layers: with a list below it",
        )
    text = found.text
    for key, scalar in root.keys.items():
        if key not in KEYS:
            raise text.error(
                f"the key {quoted(key)} means nothing here",
                scalar.start,
                scalar.end,
                expected=", ".join(KEYS),
                fix=did_you_mean(key.lower(), KEYS) or "remove it",
            )
    node = root.values.get("layers")
    if not isinstance(node, Sequence) or not 0 < len(node.items) <= MOST_LAYERS:
        at = root if node is None else node
        raise text.error(
            "there is no list of layers",
            at.start,
            at.start + 1,
            expected=f"the key layers, with a list of 1 to {MOST_LAYERS} layers",
            fix="write layers: and below it lines such as - conv 64 k7 s2 p3",
        )
    said = {key: _said(text, key, root.values[key], "x") for key in ("input", "channels") if key in root.values}
    layers = tuple(_layer(text, item, number) for number, item in enumerate(node.items, 1))
    return LayerFile(layers, said.get("input"), said.get("channels"))


def _layer(text: Text, node: Node, number: int) -> Layer:
    place = text.place(node.start)
    try:
        if isinstance(node, Scalar) and node.style in ("plain", "quoted"):
            return replace(parse_layer(node.text), place=place)
        if isinstance(node, Mapping):
            values = {key: _said(text, key, value, ",", empty=True).text or None for key, value in node.values.items()}
            return replace(layer_of(values), place=place)
    except UsageError as error:
        if isinstance(node, Mapping):
            error.given = "{" + ", ".join(f"{key}: {values[key] or ''}".strip() for key in values) + "}"
        raise _of_file(error, place) from None
    raise text.error(
        f"layer {number} is neither words nor a mapping",
        node.start,
        node.start + 1,
        expected="a layer such as conv 64 k7 s2 p3, or {conv: 64, kernel: 7, stride: 2, padding: 3}",
        fix="write it so",
    )


def _said(text: Text, name: str, node: Node, between: str, *, empty: bool = False) -> Said:
    """A value in the spelling of the command line: `[3, 224]` is 3x224, and `[[1, 2], [0, 1]]` is 1:2,0:1."""
    place = text.place(node.start)
    if isinstance(node, Scalar) and node.style in ("plain", "quoted"):
        word = node.text.strip()
        if word not in ("", "null", "~"):
            return Said(word, place)
        if empty:
            return Said("", place)
    if isinstance(node, Sequence) and node.items:
        entries = [_entry(item) for item in node.items]
        if None not in entries:
            return Said(between.join(filter(None, entries)), place)
    raise text.error(
        f"{name} is set to something that is no setting",
        node.start,
        max(node.end, node.start + 1),
        expected="a number, a list of numbers, or a word",
        fix=f"write {name} as on the command line",
    )


def _entry(node: Node) -> str | None:
    """A number of a list, or a pair of them; None for anything else."""
    if isinstance(node, Scalar):
        return node.text.strip() or None
    if isinstance(node, Sequence) and len(node.items) == 2:
        sides = [_entry(item) for item in node.items if isinstance(item, Scalar)]
        return ":".join(filter(None, sides)) if len(sides) == 2 and all(sides) else None
    return None


def _of_file(error: UsageError, place: str) -> InputError:
    return InputError(error.problem, given=error.given, expected=error.expected, fix=error.fix, place=place)
