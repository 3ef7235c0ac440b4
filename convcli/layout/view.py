"""How the user laid something out, so that results are given back the same way."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from convcli.errors import FitError
from convcli.numbers.tensor import Tensor

Index = tuple[int, ...]

_SPACE = {1: ("x",), 2: ("y", "x"), 3: ("z", "y", "x")}


@dataclass(frozen=True, slots=True)
class View:
    """Which axes of a canonical tensor are shown, and in what order; those left out have length 1.

    >>> View.of_data(rank=2, batch=False, channels=True, channels_last=True).axes
    'y,x,o'
    """

    names: tuple[str, ...]
    """A letter for each canonical axis."""
    order: tuple[int, ...]
    """The canonical axes that are shown."""
    channels_last: bool = False

    @classmethod
    @lru_cache
    def of_data(cls, *, rank: int, batch: bool, channels: bool, channels_last: bool = False) -> "View":
        """A view of data (N, C, *n): with or without batch and channel axes, channels first or last."""
        space = tuple(range(2, 2 + rank))
        inner = ((*space, 1) if channels_last else (1, *space)) if channels else space
        return cls(("n", "o", *_SPACE[rank]), (0, *inner) if batch else inner, channels_last)

    @classmethod
    def of_kernel(cls, *, rank: int, order: tuple[int, ...]) -> "View":
        """A view of a kernel (O, C/G, *k)."""
        return cls(("o", "c", *_SPACE[rank]), order)

    @property
    def batch(self) -> bool:
        """Whether the first canonical axis is shown."""
        return 0 in self.order

    @property
    def channels(self) -> bool:
        """Whether the second canonical axis is shown."""
        return 1 in self.order

    @property
    def layout(self) -> str:
        """`nchw` or `nhwc`, at any rank."""
        return "nhwc" if self.channels_last else "nchw"

    @property
    def axes(self) -> str:
        """The names of the axes shown, as `--at` takes them."""
        return ",".join(self.names[axis] for axis in self.order)

    def with_channels(self) -> "View":
        """The same view with its channel axis shown."""
        return self.of_data(rank=len(self.names) - 2, batch=self.batch, channels=True, channels_last=self.channels_last)

    def called(self, *names: str) -> "View":
        """The same view with other letters for the leading axes."""
        return replace(self, names=(*names, *self.names[len(names) :]))

    def present(self, tensor: Tensor) -> Tensor:
        """A canonical tensor as it is shown."""
        hidden = tuple(axis for axis in range(len(self.names)) if axis not in self.order)
        return tensor.with_values(tensor.values.transpose(*hidden, *self.order)[(0,) * len(hidden)])

    def restore(self, tensor: Tensor, canonical_shape: Index) -> Tensor:
        """What `present` was given, of this shape, from what it gave."""
        order = [self.order.index(axis) for axis in sorted(self.order)]
        return tensor.with_values(tensor.values.transpose(order).reshape(canonical_shape))

    def shape(self, canonical: Index) -> Index:
        """A canonical shape, or an index, as it is shown."""
        return tuple(canonical[axis] for axis in self.order)

    def canonical(self, index: Index) -> Index:
        """An index as shown, as a canonical one."""
        at = [0] * len(self.names)
        for axis, i in zip(self.order, index, strict=True):
            at[axis] = i
        return tuple(at)

    def element(self, index: Index, canonical_shape: Index, *, given: str, write: str, first: int = 0) -> Index:
        """The canonical index of one element, counted from `first` as shown.

        Raises FitError, which says `given` and begins its fix with `write`, for one that there is not.
        """
        shape = self.shape(canonical_shape)
        counted = tuple(i - first for i in index)
        if len(index) != len(shape) or not all(0 <= i < n for i, n in zip(counted, shape, strict=True)):
            last = _joined(n - 1 + first for n in shape)
            raise FitError(
                "there is no such output element",
                given=f"{given}; the output has shape {shape_text(shape)}",
                expected=f"{self.axes}, each counted from {first}",
                fix=f"{write} an index from {_joined(first for _ in shape)} to {last}",
            )
        return self.canonical(counted)


def _joined(index: Iterable[int]) -> str:
    return ",".join(map(str, index))


def shape_text(shape: tuple[object, ...]) -> str:
    """A shape as Python writes it.

    >>> shape_text((3,)), shape_text((3, 4))
    ('(3,)', '(3, 4)')
    """
    return "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"
