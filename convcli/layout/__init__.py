"""Floor 2: which axis of a tensor is which, and how to give results back the same way.

Everything below the door is x (N, C, *n) and w (O, C/G, *k).
"""

from convcli.layout.data import LAYOUTS, batched_input
from convcli.layout.kernels import KERNEL_LAYOUTS, full_kernel, kernel_order
from convcli.layout.pointwise import refuse_larger_than_one, with_spatial_axes
from convcli.layout.view import Index, View, shape_text

__all__ = [
    "KERNEL_LAYOUTS", "LAYOUTS", "Index", "View", "batched_input", "full_kernel", "kernel_order",
    "refuse_larger_than_one", "shape_text", "with_spatial_axes",
]  # fmt: skip
