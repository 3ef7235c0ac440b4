"""Random settings and whole-number operands for the tests against other libraries, and a count of what was compared."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A convolution, or a transposed one, without its padding."""

    x: NDArray[Any]
    w: NDArray[Any]
    bias: NDArray[Any]
    strides: Ints
    dilations: Ints
    groups: int

    @property
    def rank(self) -> int:
        return len(self.strides)

    @property
    def sizes(self) -> Ints:
        return self.x.shape[2:]

    @property
    def kernels(self) -> Ints:
        return self.w.shape[2:]

    @property
    def spans(self) -> Ints:
        return tuple((k - 1) * d + 1 for k, d in zip(self.kernels, self.dilations, strict=True))

    @property
    def full(self) -> NDArray[Any]:
        """What the stamps of a transposed convolution cover along each axis."""
        return (np.array(self.sizes) - 1) * self.strides + self.spans

    @property
    def whole(self) -> "Case":
        """The same with operands of integers."""
        return replace(self, x=self.x.astype(int), w=self.w.astype(int), bias=self.bias.astype(int))

    @property
    def operands(self) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        return self.x, self.w, self.bias

    @property
    def settings(self) -> dict[str, Any]:
        return {"stride": self.strides, "dilation": self.dilations, "groups": self.groups}


def draw_ints(
    rng: np.random.Generator, low: int, high: int | Sequence[int] | NDArray[Any], count: int | None = None
) -> Ints:
    """Integers from low to high, both included."""
    return tuple(int(n) for n in rng.integers(low, np.asarray(high) + 1, count))


def draw_case(rng: np.random.Generator, dtype: str, *, transposed: bool = False, dilated: bool = True) -> Case:
    """A convolution that fits without padding, of any rank; or a transposed one, for which any size does."""
    (rank,) = draw_ints(rng, 1, 3, 1)
    groups, per_in, per_out, batch = draw_ints(rng, 1, 3, 4)
    kernels, strides = draw_ints(rng, 1, 4, rank), draw_ints(rng, 1, 4, rank)
    dilations = draw_ints(rng, 1, 3, rank) if dilated else (1,) * rank
    least = np.ones(rank, int) if transposed else (np.array(kernels) - 1) * dilations + 1
    leading = (groups * per_in, per_out) if transposed else (groups * per_out, per_in)
    return Case(
        x=rng.integers(-9, 10, (batch, groups * per_in, *(least + rng.integers(0, 5, rank)))).astype(dtype),
        w=rng.integers(-9, 10, (*leading, *kernels)).astype(dtype),
        bias=rng.integers(-9, 10, groups * per_out).astype(dtype),
        strides=strides,
        dilations=dilations,
        groups=groups,
    )


def same_total(size: int, span: int, stride: int) -> int:
    """The padding that makes the output ceil(size / stride) long; less than nothing where windows leave a rest unread."""
    return (-(-size // stride) - 1) * stride + span - size


@dataclass
class Tally:
    """Compares with ==, and knows how much of it was not 0 == 0."""

    settings: int = 0
    empty: int = 0
    cells: int = 0
    nonzero: int = 0
    seen: set[Any] = field(default_factory=set)

    def same(self, expected: NDArray[Any], *found: Any, of: object = None) -> None:
        """Compare results of one setting, each with the expected one; `of` says what kind of setting it was."""
        for result in found:
            assert result.shape == expected.shape
            np.testing.assert_array_equal(result, expected)
        self.settings += 1
        self.empty += not expected.any()
        self.cells += expected.size
        self.nonzero += int(np.count_nonzero(expected))
        self.seen.add(of)

    def busy(self, settings: int, share: float = 0.6) -> None:
        """So many settings were compared, nearly all had something in them, and so did this share of all cells."""
        assert self.settings >= settings
        assert self.empty <= self.settings // 10
        assert self.nonzero >= share * self.cells
