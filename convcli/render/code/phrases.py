"""Small pieces of Python that all frameworks share: calls, slices, windows. Numbers only, and names of our own."""

from collections.abc import Iterable, Sequence

from convcli.axis import Axis, Pads
from convcli.engine.pooling import divisors
from convcli.numbers.tensor import Tensor
from convcli.problem import Pooling
from convcli.render.code.literals import array
from convcli.render.code.operands import listed

TAPS = "ijk"

_WIDTH = 96


def each(numbers: Sequence[int]) -> str:
    """A setting of every axis: one number if they are the same.

    >>> each((2, 2)), each((2, 1))
    ('2', '(2, 1)')
    """
    return str(int(numbers[0])) if len(set(numbers)) == 1 else tuple_of(numbers)


def tuple_of(numbers: Iterable[int]) -> str:
    """Integers as a tuple.

    >>> tuple_of([3]), tuple_of([3, 4])
    ('(3,)', '(3, 4)')
    """
    inside = listed(numbers)
    return f"({inside}{'' if ',' in inside else ','})"


def call(function: str, *arguments: str | None, **settings: str | None) -> str:
    """A call, without what is None; with its arguments on a line each if they are too long for one.

    >>> call("f", "x", None, stride="2", groups=None)
    'f(x, stride=2)'
    """
    given = [argument for argument in arguments if argument is not None]
    given += [f"{name}={value}" for name, value in settings.items() if value is not None]
    line = f"{function}({', '.join(given)})"
    return line if len(line) <= _WIDTH else "\n".join([f"{function}(", *(f"    {part}," for part in given), ")"])


def unless(default: int, numbers: Sequence[int]) -> str | None:
    """A setting of every axis, or None if it is the default everywhere.

    >>> unless(1, (1, 1)), unless(1, (2, 2))
    (None, '2')
    """
    return None if set(numbers) == {default} else each(numbers)


def pairs(pads: Iterable[Pads], *, last: bool = False) -> str:
    """Padding of all axes of a tensor, (before, after) each.

    >>> pairs([(1, 2)]), pairs([(1, 2)], last=True)
    ('[(0, 0), (0, 0), (1, 2)]', '[(0, 0), (1, 2), (0, 0)]')
    """
    space = [(int(before), int(after)) for before, after in pads]
    return str([(0, 0), *space, (0, 0)] if last else [(0, 0), (0, 0), *space])


def read(axes: Sequence[Axis]) -> tuple[Pads, ...]:
    """Padding of which every element is read, as far as there is any: what ceil mode adds, too.

    >>> unread = Axis(size=5, kernel=2, stride=2, pad_before=1, pad_after=1)
    >>> read([unread, Axis(size=4, kernel=2, stride=3, ceil=True)])
    ((1, 0), (0, 1))
    """
    return tuple((axis.pad_before, max(0, axis.pad_after + axis.overhang - axis.unread)) for axis in axes)


def indented(lines: Iterable[str]) -> list[str]:
    """Lines as the body of a block."""
    return [f"    {line}" for text in lines for line in text.split("\n")]


def slices(texts: Iterable[str], *, last: bool = False) -> str:
    """An index into a tensor, one slice for each axis in space.

    >>> slices(["1:", "::2"]), slices(["1:"], last=True)
    ('[:, :, 1:, ::2]', '[:, 1:]')
    """
    return f"[:, {'' if last else ':, '}{', '.join(texts)}]"


def taps(dilations: Sequence[int], reaches: Sequence[int], strides: Sequence[int]) -> list[str]:
    """For each axis, the slice that tap i, j, k visits, `reaches` long in all.

    >>> taps([1, 2], [3, 3], [1, 2])
    ['i : i + 3', '2 * j : 2 * j + 3 : 2']
    """
    found = []
    for tap, dilation, reach, stride in zip(TAPS, dilations, reaches, strides, strict=False):
        start = tap if dilation == 1 else f"{dilation} * {tap}"
        found.append(f"{start} : {start} + {reach}" + (f" : {stride}" if stride > 1 else ""))
    return found


def visited(axes: Sequence[Axis]) -> list[str]:
    """For each axis, the slice of the padded input that tap i, j, k visits."""
    reaches = [(axis.output - 1) * axis.stride + 1 for axis in axes]
    return taps([axis.dilation for axis in axes], reaches, [axis.stride for axis in axes])


def every(strides: Sequence[int], *, last: bool = False) -> str:
    """An index that takes every element by its stride; nothing where all are taken.

    >>> every((2, 1)), every((1, 1))
    ('[:, :, ::2]', '')
    """
    texts = [f"::{stride}" if stride > 1 else ":" for stride in strides]
    while texts and texts[-1] == ":":
        texts.pop()
    return slices(texts, last=last) if texts else ""


def over_taps(kernels: Sequence[int]) -> str:
    """What a loop over all taps of a kernel runs over.

    >>> over_taps((3, 2))
    'for i, j in np.ndindex(3, 2)'
    """
    letters = TAPS[: len(kernels)]
    return f"for {', '.join(letters)}{',' if len(letters) == 1 else ''} in np.ndindex({listed(kernels)})"


def dividing(problem: Pooling, *, last: bool = False) -> tuple[list[str], str]:
    """Code for what the sums of windows are divided by: lines to stand before, and the expression."""
    counts = divisors(problem.spec)
    if (counts == counts.flat[0]).all():
        return [], str(int(counts.flat[0]))
    return [f"count = {array(Tensor.exact(counts), 'float64')}"], "count[..., None]" if last else "count"
