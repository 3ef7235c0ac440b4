"""Shapes in words: `224`, `224x224`, `3x224x224`, `3@224x224`, `8x3@224x224`."""

import re
from collections.abc import Sequence

from convcli.errors import UsageError, quoted
from convcli.layers import Layer, Shape, resolved
from convcli.reading.settings import parse_integer

_SIZES = r"[1-9][0-9]{0,17}(?:x[1-9][0-9]{0,17})*"
_SHAPE = rf"(?:({_SIZES})@)?({_SIZES})"
MOST_AXES = 16


def is_shape(text: str) -> bool:
    """Whether a text is meant as a shape, and not as a layer or the name of a file.

    >>> is_shape("3x224x224"), is_shape("3, 224, 224"), is_shape("net.yaml"), is_shape("3d.yaml")
    (True, True, False, False)
    """
    return re.fullmatch(r"[\s(\[]*[+-]?[0-9][0-9.,xX×@*\s)\]-]*", text) is not None


def parse_shape(text: str, layers: Sequence[Layer], channels: str | None = None) -> Shape:
    """The shape that a text says, in light of the layers that it goes into; or of `channels`.

    >>> str(parse_shape("224x224", [], channels="3")), parse_shape("8x3@7", [])
    ('3@224x224', Shape(sizes=(7,), channels=3, batch=8))

    Raises UsageError for what is no shape, and where it can be read in several ways.
    """
    match = re.fullmatch(_SHAPE, text.strip())
    before = match[1].split("x") if match and match[1] else []
    if match is None or len(before) > 2 or match[2].count("x") >= MOST_AXES:
        raise _no_shape(text)
    numbers = tuple(map(int, match[2].split("x")))
    if channels is not None:
        if before:
            raise _channels_twice(text, channels)
        count = parse_integer("channels", channels)
        if count < 1:
            raise UsageError(
                "the input has no channels",
                given=f"channels {count}",
                expected="at least 1",
                fix="write how many, such as 3, or leave it out",
                setting="channels",
            )
        return Shape(sizes=numbers, channels=count)
    if before:
        return Shape(sizes=numbers, channels=int(before[-1]), batch=int(before[0]) if len(before) == 2 else None)
    return resolved(numbers, layers, text.strip())


def parse_sizes(name: str, text: str, rank: int | None) -> tuple[int, ...]:
    """Sizes alone, as in `--want 112x112`; one for all axes where the rank is known.

    >>> parse_sizes("want", "112", 2), parse_sizes("want", "112x56", None)
    ((112, 112), (112, 56))
    """
    if re.fullmatch(_SIZES, text.strip()) is None or text.count("x") >= MOST_AXES:
        raise UsageError(
            f"{name} is not a size",
            given=f"{name} {quoted(text)}",
            expected="a size of at least 1, or one for each axis, such as 112x112",
            fix=_as_shape(text) or "write 112 or 112x112",
            setting=name,
        )
    sizes = tuple(map(int, text.strip().split("x")))
    if rank is not None and len(sizes) == 1:
        return sizes * rank
    if rank is not None and len(sizes) != rank:
        raise UsageError(
            f"{name} has the wrong number of sizes",
            given=f"{name} {quoted(text)}: {len(sizes)} of them",
            expected=f"one size, or {rank}" if rank > 1 else "one size",
            fix="write " + "x".join(map(str, (sizes * rank)[:rank])),
            setting=name,
        )
    return sizes


def _no_shape(text: str) -> UsageError:
    return UsageError(
        "the input is not a shape",
        given=f"input {quoted(text)}",
        expected="sizes joined by x, each at least 1; channels before an @: 224, 224x224, 3@224x224",
        fix=_as_shape(text) or "write a shape such as 3@224x224",
        setting="input",
    )


def _as_shape(text: str) -> str | None:
    """What was probably meant by (3, 224, 224), 3,224,224 or 3X224X224."""
    numbers = re.findall(r"[0-9]+", text)
    plain = re.fullmatch(r"[\s(\[]*[0-9]+(?:[\s,xX×*]+[0-9]+)*[\s)\],]*", text)
    fits = plain and len(numbers) <= MOST_AXES and all(re.fullmatch(_SIZES, number) for number in numbers)
    return f"write {'x'.join(numbers)}" if fits else None


def _channels_twice(text: str, channels: str) -> UsageError:
    return UsageError(
        "the input's channels are said twice",
        given=f"input {text.strip()}; channels {quoted(channels)}",
        expected="them once",
        fix="leave one out",
        setting="channels",
    )
