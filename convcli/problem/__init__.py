"""Floor 3: tensors and the spec they agree with, in one layout."""

from convcli.problem.base import Problem
from convcli.problem.bilinear import Bilinear
from convcli.problem.convolution import Convolution, convolution
from convcli.problem.gradients import BiasGradient, Gradients, InputGradient, KernelGradient, gradients
from convcli.problem.pooling import Pooling, pooling
from convcli.problem.transposed import Transposed, transposed

__all__ = [
    "BiasGradient", "Bilinear", "Convolution", "Gradients", "InputGradient", "KernelGradient", "Pooling", "Problem",
    "Transposed", "convolution", "gradients", "pooling", "transposed",
]  # fmt: skip
