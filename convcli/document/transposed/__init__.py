"""How a transposed convolution is told: stamps that add up, what is cropped, and what meets in each element."""

from convcli.document.element import left_out, pinned
from convcli.document.telling import Telling
from convcli.document.transposed.header import header, output_size, summary
from convcli.document.transposed.whole import whole

TELLINGS = {
    "Transposed": Telling(
        header=header, sizes=output_size, whole=whole, element=pinned, left_out=left_out, summary=summary
    ),
}
