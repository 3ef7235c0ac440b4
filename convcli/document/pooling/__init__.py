"""How a pooling is told: window by window, which element won, or sum and divisor, or the powers and their root."""

from convcli.document.pooling.header import header, output_size, rule, summary
from convcli.document.pooling.whole import element, left_out, whole
from convcli.document.telling import Telling

TELLINGS = {
    "Pooling": Telling(
        header=header, sizes=output_size, whole=whole, element=element, left_out=left_out, summary=summary, rule=rule,
        exactly="exact result",
    )
}  # fmt: skip
