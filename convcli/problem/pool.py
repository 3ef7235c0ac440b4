"""Pooling: x (N, C, *n), each channel by itself."""

from dataclasses import dataclass

from convcli.errors import FitError
from convcli.layout import Index, batched_input
from convcli.numbers.arithmetic import Overflow, choose
from convcli.numbers.show import integer_text
from convcli.numbers.tensor import Tensor
from convcli.problem.base import Problem, refuse_empty
from convcli.settings import PoolSettings
from convcli.spec import PoolSpec, pool_spec


@dataclass(frozen=True, kw_only=True, eq=False)
class Pooling(Problem):
    """A pooling ready to be computed."""

    spec: PoolSpec

    @property
    def op(self) -> str:
        """max_pool1d, avg_pool2d, lp_pool3d, ..."""
        return f"{self.spec.kind.value}_pool{self.spec.rank}d"

    def no_root(self, number: int, at: Index) -> FitError:
        """The error of an output element that is the irrational root of an integer, in an integer type."""
        power = self.spec.power
        root = {2: "square", 3: "cube"}.get(power, f"{power}th")
        return FitError(
            f"the output has a number that is not an integer, and {self.arithmetic.name} holds integers only",
            given=f"the {root} root of {integer_text(number)} at {','.join(map(str, self.view.shape(at)))}",
            expected="sums that are powers of integers",
            fix="leave out --dtype, for roots rounded once to float64",
        )


def pooling(
    x: Tensor,
    *,
    rank: int,
    settings: PoolSettings | None = None,
    layout: str = "nchw",
    dtype: str = "auto",
    overflow: Overflow = Overflow.ERROR,
) -> Pooling:
    """Bring an input and settings together.

    x: (*n), (C, *n) or (N, C, *n), or with channels last; the output has the same axes. Without settings, global max
    pooling. Raises FitError where they do not agree.

    >>> p = pooling(Tensor.of([[1, 2, 3, 4]]), rank=1, settings=PoolSettings(kernel_size=2))
    >>> str(p.spec), p.op, p.view.channels
    ('max 2: 1@4 -> 1@2', 'max_pool1d', True)
    """
    given = {"input": x.shape}
    refuse_empty(given)
    inputs, view = batched_input(x, rank, layout, "pooling")
    batch, channels, *sizes = inputs.shape
    return Pooling(
        source=inputs,
        spec=pool_spec(sizes=sizes, channels=channels, settings=settings or PoolSettings(), batch=batch),
        view=view,
        input_view=view,
        arithmetic=choose(dtype, overflow, [x]),
        given=given,
    )
