"""A problem as a Python script: its tensors, the same operation in a framework, and the numbers that must come out."""

import textwrap
from importlib import import_module

from convcli.document import Style, Writer
from convcli.document.explain import telling_of
from convcli.numbers.tensor import Tensor
from convcli.problem import BiasGradient, KernelGradient, Problem
from convcli.render.code.comparison import bounded, compared
from convcli.render.code.framework import Framework
from convcli.render.code.literals import WIDTH, array, refuse_many
from convcli.render.code.operands import Operand, operands, restored
from convcli.render.code.proof import proof

HOMES = {
    "pytorch": "convcli.render.code.in_pytorch",
    "tensorflow": "convcli.render.code.in_tensorflow",
    "jax": "convcli.render.code.in_jax",
    "numpy": "convcli.render.code.in_numpy",
}
"""The module that writes for each framework."""

FRAMEWORKS = tuple(HOMES)


def script(framework: str, problem: Problem, output: Tensor) -> str:
    """A script that computes `problem` in a framework, and asserts that it gives `output` (N, O, *o).

    Raises FitError for what the framework cannot say, or does not compute as convcalc does.
    """
    home: Framework = import_module(HOMES[framework]).FRAMEWORK
    shapes = problem.given | {"output": problem.spec.output_shape}
    refuse_many({f"of the {role}": shape for role, shape in shapes.items()})
    written = operands(problem, last=home.channels_last, differentiated=home.differentiates)
    settled = proof(problem, [operand.tensor for operand in written], output, integers=home.integers)
    name, narrow = problem.symbol, settled.dtype != settled.sums
    code, setup = "\n".join(home.code(problem, settled.sums)), home.setup.get(settled.sums, "")
    imports = [line for use, line in home.imports.items() if use in setup + code]
    parts = [
        _head(problem, home),
        ["import numpy as np", *imports],
        [setup],
        [f"{operand.name} = {array(operand.given, settled.dtype)}" for operand in written],
        [line for operand in written for line in operand.arranged()],
        bounded(problem, settled),
        _widened(written) if narrow else [],
        [code],
        [f"expected = {array(problem.view.present(output), settled.dtype)}"],
        [
            *_restored(problem, last=home.channels_last),
            *([f"{name} = {name}.astype(np.float16)"] if narrow else []),
            *compared(problem, settled, name),
            f'print("ok: {name} of {problem.op}, shape", {name}.shape)',
        ],
    ]
    return "\n\n".join(filter(None, ("\n".join(part) for part in parts))) + "\n"


def _head(problem: Problem, home: Framework) -> list[str]:
    lines = [_plain(line) for line in textwrap.wrap(_told(problem), WIDTH, break_on_hyphens=False)]
    needs = "NumPy" if home.package == "numpy" else f"NumPy and {home.package}"
    return [f"# {line}" for line in (*lines, f"Written by convcalc; needs {needs}.")]


def summary(problem: Problem) -> str:
    """The operation and its settings in one line."""
    return _plain(_told(problem))


def _told(problem: Problem) -> str:
    return "".join(span.text for span in telling_of(problem).summary(Writer(problem, Style())))


def _plain(text: str) -> str:
    """Text that has been folded, or will not be."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def _widened(written: list[Operand]) -> list[str]:
    note = "  # float16 is summed in float32"
    return [f"{operand.name} = {operand.name}.astype(np.float32){note}" for operand in written]


def _restored(problem: Problem, *, last: bool) -> list[str]:
    """Code that brings the result to the axes that convcalc shows."""
    if isinstance(problem, BiasGradient):
        return []
    rank = problem.spec.rank
    places = tuple(range(2, 2 + rank))
    order = (*places, 1, 0) if isinstance(problem, KernelGradient) else (0, *places, 1)
    order = order if last else tuple(range(rank + 2))
    return restored(problem.symbol, problem.spec.output_shape, problem.view.order, order)
