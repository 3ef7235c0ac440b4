"""Floor 2: normalised operations, whose every setting is per axis and whose geometry is possible."""

from convcli.lazy import loader
from convcli.spec.base import AXIS_NAMES, Spec, axis_name, times
from convcli.spec.bilinear import BilinearSpec, Orientation, Summand
from convcli.spec.convolution import ConvSpec, conv_spec

__getattr__ = loader(
    __name__,
    {
        **dict.fromkeys(("KernelGradientSpec", "input_gradient", "kernel_gradient"), "convcli.spec.gradients"),
        **dict.fromkeys(("PoolSpec", "pool_spec"), "convcli.spec.pooling"),
        **dict.fromkeys(("TransposedSpec", "transposed_spec"), "convcli.spec.transposed"),
    },
)

__all__ = [
    "AXIS_NAMES", "BilinearSpec", "ConvSpec", "KernelGradientSpec", "Orientation", "PoolSpec", "Spec", "Summand",
    "TransposedSpec", "axis_name", "conv_spec", "input_gradient", "kernel_gradient", "pool_spec", "times",
    "transposed_spec",
]  # fmt: skip

TYPE_CHECKING = False  # typing's, which type checkers know by this name
if TYPE_CHECKING:
    from convcli.spec.gradients import KernelGradientSpec, input_gradient, kernel_gradient
    from convcli.spec.pooling import PoolSpec, pool_spec
    from convcli.spec.transposed import TransposedSpec, transposed_spec
