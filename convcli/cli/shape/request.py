"""Which layers, on which input, are asked about: in words, in a file, or one layer by options."""

import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise, takewhile

from convcli.cli.shape.flags import POOLS, Flags
from convcli.cli.world import World
from convcli.errors import UsageError, plural, quoted, safe
from convcli.layers import Bounds, Layer, Shape
from convcli.limits import Limits
from convcli.reading.layer_file import LayerFile, read_layers
from convcli.reading.layer_text import is_inside, is_kind, parse_layer
from convcli.reading.layers import layer_of
from convcli.reading.settings import parse_choice
from convcli.reading.shapes import is_shape, parse_shape

SETTINGS = ("kernel", "stride", "padding", "dilation", "groups", "output_padding", "ceil", "bias")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Layers, and the input if there is one: in the words of the command line, or of the file."""

    layers: tuple[Layer, ...]
    input: str | None = None
    channels: str | None = None
    file: LayerFile | None = None

    def shape(self) -> Shape | None:
        """The input's shape. Raises UsageError, or InputError where the file says it, for what is none."""
        if self.input is not None:
            return parse_shape(self.input, self.layers, self.channels)
        return None if self.file is None else self.file.shape(self.channels)


def requested(flags: Flags, limits: Limits, world: World) -> Asked:
    """What the arguments and options ask about."""
    words = list(flags.words or ())
    text = flags.input
    if words and is_shape(words[0]):
        if text is not None:
            raise _twice(text, words[0])
        text = words.pop(0)
    if words and is_shape(words[0]):
        raise _apart([text, *words], wanted=bool(flags.want or flags.inputs_for))
    if words and text is None:
        _refuse_joined(words[0])
    single = _single(flags, alone=not words)
    if words and single is None and _is_file(words[0]):
        file = read_layers(words[0], limits, world.stdin)
        if len(words) > 1:
            raise _beside_file(words)
        return Asked(layers=file.layers, input=text, channels=flags.channels, file=file)
    if words and single is not None:
        raise _two_ways(words, single)
    layers = tuple(_layer(word, number, len(words)) for number, word in enumerate(words, 1))
    layers = layers if single is None else (single,)
    if not layers:
        raise _nothing(text)
    if flags.channels is not None and text is None:
        raise _missing_input("--channels says the channels of no input")
    return Asked(layers=layers, input=text, channels=flags.channels)


def requested_bounds(texts: Sequence[str] | None) -> Bounds:
    """The bounds with those that `--up-to NAME=N` sets.

    >>> requested_bounds(["kernel=31"]).kernel
    31
    """
    names = [field.name for field in fields(Bounds)]
    given = {}
    for text in texts or ():
        name, _, count = text.partition("=")
        if name not in names or not (count.isascii() and count.isdigit() and len(count) <= 6):
            raise UsageError(
                "a bound is not understood",
                given=f"--up-to {quoted(text)}",
                expected=f"NAME=N, where NAME is one of {', '.join(names)}",
                fix=f"write --up-to {name if name in names else 'kernel'}=31",
            )
        given[name] = int(count)
    return Bounds(**given)


def _single(flags: Flags, *, alone: bool) -> Layer | None:
    """The one layer that the options describe, if any of them was given; a wanted size `alone` leaves all free."""
    given = {name: getattr(flags, name) for name in SETTINGS if getattr(flags, name) is not None}
    if not (given or flags.pool or flags.transposed or flags.out or (alone and flags.want)):
        return None
    if flags.pool and flags.transposed:
        raise UsageError(
            "a layer is of two kinds",
            given=f"--transposed --pool {quoted(flags.pool)}",
            expected="one of them",
            fix="leave one out",
        )
    kind = parse_choice("pool", flags.pool, POOLS) if flags.pool else "transposed" if flags.transposed else "conv"
    if flags.pool and flags.out is not None:
        raise UsageError(
            "a pool has as many output channels as input channels",
            given=f"--out {quoted(flags.out)} --pool {kind}",
            expected="no --out with --pool",
            fix="leave out --out",
        )
    return layer_of({kind: flags.out} | given)


def _layer(word: str, number: int, count: int) -> Layer:
    try:
        return parse_layer(word)
    except UsageError as error:
        if count > 1:
            error.problem = f"layer {number}: {error.problem}"
            if number > 1 and is_inside(word):
                error.fix = "put each layer in quotes, as in 'conv 64 k3'"
        raise


def _refuse_joined(word: str) -> None:
    """Refuse an input with layers behind it in one argument."""
    first, *rest = word.split()[:200] or [""]
    starts = [i for i, part in enumerate(rest) if is_kind(part) and not (i and rest[i - 1].lower() == "global")]
    if is_shape(first) and starts[:1] == [0]:
        layers = [" ".join(rest[start:end]) for start, end in pairwise([*starts, len(rest)])]
        raise UsageError(
            "the input and a layer are in one argument",
            given=quoted(word),
            expected="the input, and each layer, in an argument of its own",
            fix=f"write {safe(first)} " + " ".join(safe(shlex.quote(layer)) for layer in layers),
        )


def _is_file(word: str) -> bool:
    """Whether a word names a file of layers: - or a name that ends as one, or that is there."""
    endings = (".yaml", ".yml", ".json", ".txt")
    return word == "-" or word.lower().endswith(endings) or (" " not in word and os.path.isfile(word))  # noqa: PTH113


def _twice(first: str, second: str) -> UsageError:
    return UsageError(
        "the input is given twice",
        given=f"--input {quoted(first)} and {quoted(second)}",
        expected="it once",
        fix="leave one out",
    )


def _apart(words: Sequence[str | None], *, wanted: bool) -> UsageError:
    shapes = [word.strip() for word in takewhile(lambda word: word and is_shape(word), words) if word]
    plain = not wanted and all(word.isdigit() for word in shapes)
    return UsageError(
        "a shape is in several arguments",
        given=" and ".join(map(quoted, shapes)),
        expected="each shape in one argument, its sizes joined by x",
        fix=f"write {'x'.join(map(safe, shapes))}" if plain else "write it in one argument, such as 224x224",
    )


def _beside_file(words: Sequence[str]) -> UsageError:
    return UsageError(
        "layers stand beside a file of layers",
        given=f"{quoted(words[0])} and {plural(len(words) - 1, 'more word')}",
        expected="a file, or layers",
        fix="write the layers into the file, or leave it out",
    )


def _two_ways(words: Sequence[str], single: Layer) -> UsageError:
    return UsageError(
        "layers in words and options of one layer are both there",
        given=f"{quoted(words[0])}, and options for {single}",
        expected="words, or options",
        fix=f"write the options as words: '{single}'",
    )


def _nothing(text: str | None) -> UsageError:
    return UsageError(
        "there is no layer",
        given="no layer and no option of one" if text is None else f"the input {quoted(text)} alone",
        expected="an input, and layers in words, in a file, or one by options",
        fix="write for example: convcalc shape 3x224x224 'conv 64 k7 s2 p3' 'max k2', or convcalc shape 224 -k 3",
    )


def _missing_input(problem: str) -> UsageError:
    return UsageError(
        problem,
        given="layers without an input",
        expected="the input's shape before the layers",
        fix="write it first, as in convcalc shape 3x224x224 ...",
    )


def missing_input() -> UsageError:
    """The error of layers that have no input to be applied to."""
    return _missing_input("the input is missing")
