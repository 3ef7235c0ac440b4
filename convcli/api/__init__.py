"""Floor 8, the Python API: named and ordered as in torch.nn.functional, exact where its operands are.

Arrays in, array out. Float arrays keep their type (of several, the widest); integers give int64, or Python integers
in an object array where 64 bits do not hold a result; Fraction and Decimal objects give Fractions.
"""

from convcli.api.convolution import conv1d, conv2d, conv3d
from convcli.api.explanation import Explanation, explain
from convcli.api.gradients import ConvGrad, conv_grad
from convcli.api.pooling import (
    avg_pool1d,
    avg_pool2d,
    avg_pool3d,
    explain_pool,
    global_avg_pool,
    global_max_pool,
    lp_pool1d,
    lp_pool2d,
    lp_pool3d,
    max_pool1d,
    max_pool2d,
    max_pool3d,
)
from convcli.api.shapes import output_shape, receptive_field
from convcli.api.transposed import conv_transpose1d, conv_transpose2d, conv_transpose3d

__all__ = [
    "ConvGrad", "Explanation", "avg_pool1d", "avg_pool2d", "avg_pool3d", "conv1d", "conv2d", "conv3d", "conv_grad",
    "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "explain", "explain_pool", "global_avg_pool",
    "global_max_pool", "lp_pool1d", "lp_pool2d", "lp_pool3d", "max_pool1d", "max_pool2d", "max_pool3d", "output_shape",
    "receptive_field",
]  # fmt: skip
