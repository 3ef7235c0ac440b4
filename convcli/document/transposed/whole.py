"""A transposed convolution worked out in both readings: scatter, with what is cropped, and gather."""

from convcli.document.elements import elements, known
from convcli.document.elide import Plane
from convcli.document.model import Block
from convcli.document.results import stacked
from convcli.document.style import Writer
from convcli.document.transposed.scatter import scatter
from convcli.numbers.tensor import Tensor
from convcli.problem import Transposed
from convcli.trace import Step, SumTrace

GATHER = "Gather: each output element sums the products that meet in it"


def whole(
    trace: SumTrace[Transposed], output: Tensor | None, writer: Writer[Transposed]
) -> tuple[list[Block], list[Step]]:
    """Stamps, their sum, what is cropped; then the same from the side of the output; then the output."""

    def name(plane: Plane) -> str:
        item = f"Batch item {writer.count(plane.batch)}, o" if trace.problem.spec.batch > 1 else "O"
        return f"{item}utput channel {writer.count(plane.channel)}"

    worked, steps, chosen = elements(trace, writer, GATHER, name)
    number = known(trace, output, steps)
    blocks = [*scatter(trace, writer), *worked, *stacked(number, writer, partly=chosen.steps_left > 0)]
    return blocks, steps
