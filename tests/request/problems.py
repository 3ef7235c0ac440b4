"""When two problems are the same: the same operation on the same operands, shown the same way."""

from convcli.numbers.tensor import Tensor
from convcli.problem import Bilinear, Problem


def same(one: Problem, other: Problem) -> bool:
    """Whether two problems agree in all that their outputs follow from."""
    said = [(type(p), p.spec, p.view, p.input_view, p.arithmetic, p.given) for p in (one, other)]
    pairs = zip(operands(one), operands(other), strict=True)
    return said[0] == said[1] and all(a.equals(b) for a, b in pairs)


def operands(problem: Problem) -> list[Tensor]:
    """The numbers of a problem, as its arithmetic takes them."""
    found = [problem.x]
    if isinstance(problem, Bilinear):
        found += [problem.w, problem.pad_value, *([] if problem.bias is None else [problem.bias])]
    return found
