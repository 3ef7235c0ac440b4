"""The problem file of a page: read back, it is the same problem."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convcli.engine import run
from convcli.limits import Limits
from convcli.numbers import Overflow, Tensor
from convcli.numbers.show import texts
from convcli.problem import Bilinear, Gradients, Problem, convolution, pooling
from convcli.reading import read_problem
from convcli.render.page.problem_text import problem_text
from convcli.request import operation
from convcli.settings import PoolKind, PoolSettings, Settings
from tests.document.cases import CASES
from tests.pools import pools
from tests.strategies import differentiated, problems, transposeds

T = Tensor.of


def nested(tensor: Tensor, order: list[int]) -> str:
    """A tensor as nested lists, the axes in this order, those left out having one place."""
    hidden = [axis for axis in range(tensor.values.ndim) if axis not in order]
    values = tensor.values.transpose(*hidden, *order)[(0,) * len(hidden)]
    cells = np.array(texts(tensor.with_values(values), fractions=True).cells, object).reshape(values.shape)
    return str(cells.tolist()).replace("'", "").replace("inf", ".inf").replace("nan", ".nan")


def read_back(problem: Problem, path: Path) -> Problem:
    """The problem that convcalc reads from the page's file."""
    told = problem_text(problem)
    name, command, file, explained = told["command"].split()
    assert (name, file, explained) == ("convcalc", "problem.yaml", "--explain")
    tensors = {"source": problem.source} | (
        {"other": problem.w, "bias": problem.bias} if isinstance(problem, Bilinear) else {}
    )
    lines = [*told["lines"], *(f"{key}: {nested(tensors[role], order)}" for role, key, order in told["tensors"])]  # type: ignore[arg-type]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    wanted = operation(command)
    found = read_problem(
        str(path), Limits(), io.BytesIO(), rank=wanted.ranks[command], roles=wanted.roles, known=tuple(wanted.parsers)
    )
    asked = wanted.asked(command, found.tensors, {name: setting.text for name, setting in found.settings.items()})
    posed = wanted.posed(asked, Limits())
    if isinstance(posed, Gradients):
        same: Problem = getattr(posed, {"dx": "input", "dw": "kernel", "db": "bias"}[problem.symbol])
        return same
    return posed


def same_results(problem: Problem, path: Path) -> None:
    one, other = run(problem), run(read_back(problem, path))
    assert other.presented.equals(one.presented)
    assert other.problem.view.shape(other.problem.spec.output_shape) == problem.view.shape(problem.spec.output_shape)


def everything() -> Any:
    gradients = differentiated()
    return (
        problems() | transposeds() | pools() | gradients.flatmap(lambda g: st.sampled_from([g.input, g.kernel, g.bias]))
    )


@given(problem=everything())
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_file_gives_the_results_of_the_page(problem: Problem, tmp_path_factory: pytest.TempPathFactory) -> None:
    same_results(problem, tmp_path_factory.getbasetemp() / "problem.yaml")


@pytest.mark.parametrize("name", [n for n in CASES if n not in ("many-channels-elided", "transposed-large")])
def test_known_problems_are_read_back(name: str, tmp_path: Path) -> None:
    same_results(CASES[name][0](), tmp_path / "problem.yaml")


@pytest.mark.parametrize(
    "problem",
    [
        pooling(T([3, 1, 4, 1]), rank=1, settings=PoolSettings()),
        pooling(T([3, 1, 4, 1]), rank=1, settings=PoolSettings(kind=PoolKind.AVERAGE, kernel_size=2, divisor=3)),
        pooling(T([3, 1, 4, 1]), rank=1, settings=PoolSettings(kind=PoolKind.LP, kernel_size=2, power=3)),
        convolution(T([1, 2, 3]), T([1, 1]), rank=1, settings=Settings(padding=1), pad_value=7),
        convolution(T([100, 100]), T([1, 1]), rank=1, dtype="int8", overflow=Overflow.SATURATE),
        convolution(T(np.array([1, 2], np.float16)), T([0.1]), rank=1),
    ],
    ids=["global", "divisor", "power", "padding value", "saturates", "float16"],
)
def test_settings_that_are_not_the_default_are_told(problem: Problem, tmp_path: Path) -> None:
    same_results(problem, tmp_path / "problem.yaml")
