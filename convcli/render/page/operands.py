"""The tensors of a problem as the page shows them: what each is called, and which of its axes are told."""

from dataclasses import dataclass

from convcli.document import Role
from convcli.layout import Index
from convcli.numbers.tensor import Tensor
from convcli.problem import Bilinear, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Operand:
    """A tensor in the layout of the computation, and how people know it."""

    tensor: Tensor
    role: Role
    name: str
    """What it is: input, kernel, dy."""
    symbol: str
    """What an element of it is called: x in x[0,1]."""
    shape: Index
    """Its shape as it was given."""
    order: Index
    """The axes that an index names."""
    called: tuple[str, str]
    """What one place along the first two axes is."""
    drawn: bool = True
    """Whether it is shown: the ones that the gradient of a bias sums with are not."""


def operands(problem: Problem, output: Tensor) -> dict[str, Operand]:
    """The source, what it meets, the bias and the output, so far as the problem has them."""
    made = {"source": _source(problem)}
    if isinstance(problem, Bilinear):
        made["other"] = _other(problem)
        if problem.bias is not None:
            made["bias"] = Operand(
                tensor=problem.bias, role=Role.BIAS, name="bias", symbol="b", shape=problem.bias.shape, order=(0,),
                called=("channel", ""),
            )  # fmt: skip
    view = problem.view
    made["output"] = Operand(
        tensor=output,
        role=Role.OUTPUT,
        name="output" if problem.symbol == "y" else problem.symbol,
        symbol=problem.symbol,
        shape=view.shape(problem.spec.output_shape),
        order=view.order,
        called=problem.axes_called,
    )
    return made


def _source(problem: Problem) -> Operand:
    from convcli.problem import BiasGradient, InputGradient

    is_dy = isinstance(problem, InputGradient)
    name = "dy" if is_dy else "input"
    return Operand(
        tensor=problem.x,
        role=Role.INPUT,
        name=name,
        symbol="dy" if is_dy else "x",
        shape=problem.given[name],
        order=problem.input_view.order,
        called=("item", "channel"),
        drawn=not isinstance(problem, BiasGradient),
    )


def _other(problem: Bilinear) -> Operand:
    from convcli.problem import InputGradient, KernelGradient, Transposed

    if isinstance(problem, KernelGradient):
        view = problem.forward.view
        return Operand(
            tensor=problem.w, role=Role.KERNEL, name="dy", symbol="dy", shape=problem.given["dy"], order=view.order,
            called=("item", "channel"),
        )  # fmt: skip
    first_in = isinstance(problem, Transposed) and not isinstance(problem, InputGradient)
    axes = range(problem.w.values.ndim)
    channels = problem.forward.view.channels if isinstance(problem, InputGradient) else problem.view.channels
    return Operand(
        tensor=problem.w,
        role=Role.KERNEL,
        name="kernel",
        symbol="w",
        shape=problem.given["kernel"],
        order=tuple(axes) if channels else tuple(axes)[2:],
        called=("input channel", "output channel") if first_in else ("output channel", "input channel"),
    )
