"""The tensors of a problem by their names in scripts, and how each is brought from the user's layout to another."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import SupportsInt

from convcli.layout import Index, View
from convcli.numbers.tensor import Tensor
from convcli.problem import BiasGradient, Bilinear, InputGradient, KernelGradient, Problem, Transposed
from convcli.spec import AXIS_NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Operand:
    """A tensor under its name: canonical, (N, C, *n) or (O, C/G, *k), and which of its axes the user gave, in order."""

    name: str
    tensor: Tensor
    shown: Index
    order: Index
    """The canonical axes in the order in which the framework has them."""
    axes: tuple[str, ...] = ()
    """What the canonical axes are called."""

    @property
    def given(self) -> Tensor:
        """The tensor as it is written out."""
        hidden = tuple(axis for axis in range(len(self.tensor.shape)) if axis not in self.shown)
        return self.tensor.with_values(self.tensor.values.transpose(*hidden, *self.shown)[(0,) * len(hidden)])

    def arranged(self) -> list[str]:
        """Code that brings what was written out to the framework's order; none if it is in it."""
        line = f"{self.name} = {self.name}" + turned(self.shown, self.order)
        if len(self.shown) < len(self.order):
            line += f".reshape({listed(self.tensor.shape[axis] for axis in self.order)})"
        if line == f"{self.name} = {self.name}":
            return []
        return [f"{line}  # ({', '.join(self.axes[axis] for axis in self.order)})"]


def restored(name: str, shape: Index, shown: Index, order: Index) -> list[str]:
    """Code that brings a canonical result of a shape from the framework's order to the axes shown; none if it is."""
    line = f"{name} = {name}"
    kept = tuple(axis for axis in order if axis in shown)
    if len(kept) < len(order):
        line += f".reshape({listed(shape[axis] for axis in kept)})"
    line += turned(kept, shown)
    return [] if line == f"{name} = {name}" else [f"{line}  # as the user has it laid out"]


def turned(old: Index, new: Index) -> str:
    """The call that brings axes from one order to another, leaving out those that are not there.

    >>> turned((0, 2, 3, 1), (0, 1, 2, 3)), turned((2, 3), (0, 1, 2, 3))
    ('.transpose(0, 3, 1, 2)', '')
    """
    wanted = [old.index(axis) for axis in new if axis in old]
    return "" if wanted == sorted(wanted) else f".transpose({listed(wanted)})"


def listed(numbers: Iterable[SupportsInt]) -> str:
    """Integers as arguments.

    >>> listed((1, 2))
    '1, 2'
    """
    return ", ".join(str(int(n)) for n in numbers)


def operands(problem: Problem, *, last: bool, differentiated: bool) -> list[Operand]:
    """The operands of a problem, for a framework with channels first or last.

    Of a gradient those of the convolution too if it is found by differentiating that, else those that it is a sum of.
    """
    make = _Maker(problem.spec.rank, last)
    if isinstance(problem, InputGradient | KernelGradient):
        forward, found = problem.forward, []
        is_input, is_bias = isinstance(problem, InputGradient), isinstance(problem, BiasGradient)
        if differentiated or not (is_input or is_bias):
            found.append(make.data("x", "C", forward.x, forward.input_view))
        if differentiated or is_input:
            found.append(make.kernel("O", "C", forward))
        if differentiated and is_bias:
            found.append(make.bias(forward.bias or Tensor.exact([0] * forward.spec.channels_out)))
        return [*found, make.data("dy", "O", problem.x if is_input else problem.w, forward.view)]
    found = [make.data("x", "C", problem.x, problem.input_view)]
    if isinstance(problem, Bilinear):
        found.append(make.kernel(*(("C", "O") if isinstance(problem, Transposed) else ("O", "C")), problem))
        found += [make.bias(problem.bias)] if problem.bias is not None else []
    return found


@dataclass(frozen=True, slots=True)
class _Maker:
    """Operands of one rank, for channels first or last."""

    rank: int
    last: bool

    @property
    def _places(self) -> Index:
        return tuple(range(2, 2 + self.rank))

    def data(self, name: str, channels: str, tensor: Tensor, view: View) -> Operand:
        order = (0, *self._places, 1) if self.last else (0, 1, *self._places)
        return Operand(
            name=name, tensor=tensor, shown=view.order, order=order, axes=("N", channels, *AXIS_NAMES[self.rank])
        )

    def kernel(self, first: str, second: str, problem: Bilinear) -> Operand:
        order = (*self._places, 1, 0) if self.last else (0, 1, *self._places)
        axes = (first, second if problem.spec.groups == 1 else f"{second} / groups", *AXIS_NAMES[self.rank])
        return Operand(name="w", tensor=problem.w, shown=_shown(problem), order=order, axes=axes)

    def bias(self, tensor: Tensor) -> Operand:
        return Operand(name="b", tensor=tensor, shown=(0,), order=(0,))


def _shown(problem: Bilinear) -> Index:
    """The kernel's axes without leading ones of length 1 that it was given without."""
    shape, given = problem.w.shape, problem.given["kernel"]
    hidden = len(shape) - len(given)
    for left_out in ((0, 1)[:hidden], (1, 0)[:hidden]):
        kept = tuple(axis for axis in range(len(shape)) if axis not in left_out)
        if tuple(shape[axis] for axis in kept) == given and all(shape[axis] == 1 for axis in left_out):
            return kept
    return tuple(range(len(shape)))
