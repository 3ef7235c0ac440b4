"""Floor 3: tensors and the spec they agree with, in one layout."""

from convcli.lazy import loader
from convcli.problem.base import Problem
from convcli.problem.bilinear import Bilinear
from convcli.problem.convolution import Convolution, convolution

__getattr__ = loader(
    __name__,
    {
        **dict.fromkeys(
            ("BiasGradient", "Gradients", "InputGradient", "KernelGradient", "gradients"), "convcli.problem.gradient"
        ),
        **dict.fromkeys(("Pooling", "pooling"), "convcli.problem.pool"),
        **dict.fromkeys(("Transposed", "transposed"), "convcli.problem.transpose"),
    },
)

__all__ = [
    "BiasGradient", "Bilinear", "Convolution", "Gradients", "InputGradient", "KernelGradient", "Pooling", "Problem",
    "Transposed", "convolution", "gradients", "pooling", "transposed",
]  # fmt: skip

TYPE_CHECKING = False  # typing's, which type checkers know by this name
if TYPE_CHECKING:
    from convcli.problem.gradient import BiasGradient, Gradients, InputGradient, KernelGradient, gradients
    from convcli.problem.pool import Pooling, pooling
    from convcli.problem.transpose import Transposed, transposed
