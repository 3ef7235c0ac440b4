"""The shape that goes from layer to layer, and which number of a written shape is what."""

from collections.abc import Sequence
from dataclasses import dataclass

from convcli.errors import UsageError, plural
from convcli.layers.layer import Layer


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Spatial sizes, with channels and a batch where there are such axes.

    >>> shape = Shape(sizes=(224, 224), channels=3)
    >>> str(shape), shape.numbers, shape.elements
    ('3@224x224', (3, 224, 224), 150528)
    """

    sizes: tuple[int, ...]
    channels: int | None = None
    batch: int | None = None

    def __str__(self) -> str:
        before = "x".join(str(number) for number in (self.batch, self.channels) if number is not None)
        return (before and before + "@") + "x".join(map(str, self.sizes))

    @property
    def rank(self) -> int:
        """The number of spatial axes."""
        return len(self.sizes)

    @property
    def numbers(self) -> tuple[int, ...]:
        """(batch, channels, *sizes), without the axes that it has not."""
        return (*(number for number in (self.batch, self.channels) if number is not None), *self.sizes)

    @property
    def elements(self) -> int:
        """How many numbers a tensor of this shape has."""
        count = 1
        for number in self.numbers:
            count *= number
        return count


def resolved(numbers: Sequence[int], layers: Sequence[Layer], given: str) -> Shape:
    """Which of the numbers of an input are channels, told by the layers; UsageError where they do not tell.

    One or two numbers are sizes. A setting with an entry for each axis says how many are; what is before is the
    channels, and before those the batch. Of three numbers the first is the channels if a layer has output channels.
    All else is asked. `given` is the text that the numbers were read from.

    >>> from convcli.layers.layer import Kind
    >>> layer = Layer(kind=Kind.CONV, channels=64, kernel=7)
    >>> str(resolved((3, 224, 224), [layer], "3x224x224"))
    '3@224x224'
    """
    needs_channels = any(layer.names_channels for layer in layers)
    rank = next((layer.rank for layer in layers if layer.rank is not None), None)
    count = len(numbers)
    if rank is None:
        rank = count if count < 3 else 2 if count == 3 and needs_channels else None
    if rank is None:
        raise _ambiguous(numbers, given)
    if not rank <= count <= rank + 2:
        raise _other_rank(rank, numbers, given)
    batch, channels = (None, None, *numbers[: count - rank])[-2:]
    if needs_channels and channels is None:
        raise _no_channels(next(layer for layer in layers if layer.names_channels), numbers, given)
    return Shape(sizes=tuple(numbers[count - rank :]), channels=channels, batch=batch)


def _ambiguous(numbers: Sequence[int], given: str) -> UsageError:
    """Three numbers or more, of which the first may be channels or a size."""
    image, volume = (Shape(sizes=tuple(numbers[-rank:])) for rank in (2, 3))
    lead = numbers[:-2]
    channels = f"{plural(lead[-1], 'channel')} of {image}"
    first = Shape(sizes=image.sizes, channels=lead[-1], batch=lead[0] if len(lead) == 2 else None)
    second = Shape(sizes=volume.sizes, channels=lead[0] if len(lead) == 2 else 1)
    return UsageError(
        "the input can be read in several ways",
        given=f"input {given}",
        expected="batch and channels before an @, and sizes after it",
        fix=f"write {first} for {channels}, or {second} for a volume of {volume}"
        if len(lead) < 3
        else f"write {Shape(sizes=volume.sizes, channels=lead[-2], batch=lead[-3])}",
        setting="input",
    )


def _other_rank(rank: int, numbers: Sequence[int], given: str) -> UsageError:
    return UsageError(
        "a layer has settings for another number of axes than the input has",
        given=f"input {given}: {plural(len(numbers), 'number')}; a setting with {rank} entries",
        expected=f"{rank} sizes, and channels before them where there are any",
        fix=f"write {'x'.join(map(str, (*numbers, *[numbers[-1]] * rank)[:rank]))}, or one number for all axes",
        setting="input",
    )


def _no_channels(layer: Layer, numbers: Sequence[int], given: str) -> UsageError:
    sizes = Shape(sizes=tuple(numbers))
    other = (
        f", or {numbers[0]}@{numbers[1]} for {plural(numbers[0], 'channel')} of one axis" if len(numbers) == 2 else ""
    )
    return UsageError(
        f"the layer {layer} needs channels, and the input names none",
        given=f"input {given}",
        expected="channels before an @, and sizes after it",
        fix=f"write 3@{sizes} for 3 channels of {sizes}{other}",
        setting="input",
    )
