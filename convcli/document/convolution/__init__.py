"""How a convolution is told: patches, products, per-channel sums, the stacked output."""

from convcli.document.convolution.header import header, output_size, summary
from convcli.document.convolution.whole import whole
from convcli.document.element import left_out, pinned
from convcli.document.telling import Telling

TELLINGS = {
    "Convolution": Telling(
        header=header, sizes=output_size, whole=whole, element=pinned, left_out=left_out, summary=summary
    ),
}
