"""What a script of one framework is made of, beside the tensors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from convcli.problem import Problem


@dataclass(frozen=True, kw_only=True)
class Framework:
    """A framework by what its scripts need and how it lays tensors out."""

    package: str
    imports: Mapping[str, str]
    """Imports by what the code says where it needs them."""
    code: Callable[[Problem, str], list[str]]
    """From a problem, and the type that it is computed in: lines from operands as arrays to the result as an array."""
    channels_last: bool = False
    """Whether data are (N, *n, C) and kernels (*k, I, O), rather than (N, C, *n) and (O, I, *k)."""
    integers: bool = False
    """Whether whole numbers are computed in int64."""
    differentiates: bool = True
    """Whether gradients are found by differentiating the convolution, rather than written out."""
    setup: Mapping[str, str] = field(default_factory=dict)
    """What to say first, by the type that is computed in."""
