"""What the engine asks of a way to compute a block of a convolution."""

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from numpy.typing import NDArray

from convcli.engine.blocks import Cut
from convcli.engine.region import Region
from convcli.engine.threads import Scratch
from convcli.spec import ConvSpec


class Method(Protocol):
    """A way to compute a convolution, block by block, on floats of one type. It adds up the products that the
    convolution has; an inf or nan reaches the sums that it belongs to, and no others."""

    name: ClassVar[str]
    says: ClassVar[str]
    """How it works, in a line."""
    tells_edges: ClassVar[bool]
    """Whether it has to know what of a region is the input itself."""
    shrinks: ClassVar[bool]
    """Whether a smaller block is less work."""

    def serves(self, spec: ConvSpec) -> bool:
        """Whether it can compute a convolution."""

    def cut(self, spec: ConvSpec) -> Cut:
        """How the output is cut for it."""

    def held(self, spec: ConvSpec, box: tuple[int, ...], groups: int, outs: int) -> int:
        """Numbers of scratch for a block of so many groups, outputs of each, and elements along each axis; and of what
        is made of all weights, if that is more than the weights."""

    def arranged(self, w: NDArray[Any], spec: ConvSpec, scratch: Scratch) -> Any:
        """Weights (G, O/G, C/G, *k), in reading order, as `block` takes them: (G, O/G, ...)."""

    def block(self, read: Region, w: Any, y: NDArray[Any], spec: ConvSpec, scratch: Scratch) -> None:
        """Compute y (g, o, *box) from what it reads and its part w (g, o, ...) of the arranged weights."""


@dataclass(frozen=True)
class Prepared:
    """What is made of kernels (G, O/G, ...), and the kernels, as they are or otherwise arranged (G, O/G, ...), for what
    takes over where this cannot serve."""

    values: NDArray[Any]
    w: NDArray[Any]

    def __getitem__(self, index: tuple[slice, ...]) -> "Prepared":
        return Prepared(self.values[index], self.w[index])
