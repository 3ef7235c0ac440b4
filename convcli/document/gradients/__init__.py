"""How gradients are told: each as the convolution that it is, each element down to its products, and checked."""

from convcli.document.element import left_out, pinned
from convcli.document.gradients import bias, inputs, kernel
from convcli.document.gradients.whole import whole
from convcli.document.telling import Telling

TELLINGS = {
    "InputGradient": Telling(
        header=inputs.header, sizes=inputs.output_size, whole=whole, element=pinned, left_out=left_out,
        summary=inputs.summary,
    ),
    "KernelGradient": Telling(
        header=kernel.header, sizes=kernel.output_size, whole=whole, element=pinned, left_out=left_out,
        summary=kernel.summary,
    ),
    "BiasGradient": Telling(
        header=bias.header, sizes=bias.output_size, whole=bias.whole, element=bias.element, left_out=bias.left_out,
        summary=bias.summary,
    ),
}  # fmt: skip
