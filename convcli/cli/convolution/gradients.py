"""Gradients from problem to answer."""

from convcli.cli.answer import Form
from convcli.cli.convolution.flags import Flags
from convcli.cli.operation import operate
from convcli.cli.world import World
from convcli.problem import Gradients


def differentiate(gradients: Gradients, of: str, flags: Flags, form: Form, world: World) -> None:
    """Answer with the gradient `of` the input, the kernel or the bias, or with all three."""
    operate({"input": gradients.input, "kernel": gradients.kernel, "bias": gradients.bias}[of], flags, form, world)
