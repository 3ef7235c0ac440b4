"""Floor 8, the Python API: named and ordered as in torch.nn.functional, exact where its operands are.

Arrays in, array out. Float arrays keep their type (of several, the widest); integers give int64, or Python integers
in an object array where 64 bits do not hold a result; Fraction and Decimal objects give Fractions.
"""

from convcli.api.convolution import conv1d, conv2d, conv3d
from convcli.api.explanation import Explanation, explain

__all__ = ["Explanation", "conv1d", "conv2d", "conv3d", "explain"]
