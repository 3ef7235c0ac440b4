"""A pooling as JSON: its settings in the field's terms, and what each window came to."""

import json
import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from convcli.engine import run
from convcli.numbers import Tensor
from convcli.problem import Pooling, pooling
from convcli.render.mapping import to_mapping
from convcli.settings import PoolKind, PoolSettings
from convcli.trace import PoolTrace, trace_of

MAX, AVERAGE, LP = PoolKind


def mapping(problem: Pooling, *, steps: bool = True, fractions: bool = False) -> Any:
    trace = trace_of(problem)
    assert isinstance(trace, PoolTrace)
    return json.loads(
        to_mapping("json", problem, run(problem).output, trace if steps else None, fractions=fractions).content
    )


def case(x: object, rank: int = 1, layout: str = "nchw", **chosen: Any) -> Pooling:
    return pooling(Tensor.of(x), rank=rank, settings=PoolSettings(**chosen), layout=layout)


def test_the_whole_mapping() -> None:
    assert mapping(case([5, 1, 2], kernel_size=2, padding=[(1, 0)], ceil=True, stride=3)) == {
        "schema": "convcalc/1",
        "op": "max_pool1d",
        "params": {
            "kernel_size": [2], "stride": [3], "padding": [[1, 0]], "dilation": [1], "ceil_mode": True,
            "global": False, "layout": "nchw", "dtype": "exact",
        },
        "input": {"shape": [3]},
        "output": {"shape": [2], "data": [5, 2]},
        "steps": [
            {
                "at": [0],
                "terms": [
                    {"channel": 0, "patch": [-np.inf, 5], "padding": [True, False], "overhang": [False, False], "winner": [0]}
                ],
                "value": 5,
            },
            {
                "at": [1],
                "terms": [
                    {"channel": 0, "patch": [2, -np.inf], "padding": [False, True], "overhang": [False, True], "winner": [2]}
                ],
                "value": 2,
            },
        ],
    }  # fmt: skip


PARAMS = {
    "an average": (case([1, 2], kind=AVERAGE, kernel_size=2), {"count_include_pad": True, "divisor_override": None}),
    "a divisor": (case([1, 2], kind=AVERAGE, kernel_size=2, divisor=3), {"divisor_override": 3}),
    "padding not counted": (case([1, 2], kind=AVERAGE, count_include_pad=False), {"count_include_pad": False}),
    "a norm": (case([1, 2], kind=LP, kernel_size=2, power=3), {"norm_type": 3}),
    "global": (case([1, 2]), {"global": True, "kernel_size": [2]}),
    "channels last": (case([[1, 2]], kernel_size=1, layout="nhwc"), {"layout": "nhwc"}),
}


@pytest.mark.parametrize(("problem", "expected"), PARAMS.values(), ids=PARAMS)
def test_params(problem: Pooling, expected: dict[str, object]) -> None:
    found = mapping(problem, steps=False)["params"]
    assert {name: found[name] for name in expected} == expected


def test_terms_of_an_average_and_of_a_norm() -> None:
    (step,) = mapping(case([[1, 2], [3, 5]], 2, kind=AVERAGE), fractions=True)["steps"]
    assert step["terms"] == [
        {"channel": 0, "patch": [[1, 2], [3, 5]], "padding": [[False] * 2] * 2, "sum": 11, "divisor": 4}
    ]
    assert Fraction(step["value"]) == Fraction(11, 4)
    (step,) = mapping(case([[3, -4]], 2, kind=LP))["steps"]
    assert step["terms"][0]["powers"] == [[9, 16]]
    assert (step["terms"][0]["sum"], step["value"]) == (25, 5)


def test_a_winner_is_named_by_its_index_in_the_input() -> None:
    steps = mapping(case(np.arange(8).reshape(2, 2, 2), 2, layout="nhwc"))["steps"]
    assert [(step["at"], step["terms"][0]["channel"], step["terms"][0]["winner"]) for step in steps] == [
        ([0, 0, 0], 0, [1, 1, 0]),
        ([0, 0, 1], 1, [1, 1, 1]),
    ]


def test_where_the_engine_rounds_its_value_is_beside_the_exact_one() -> None:
    x = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7])
    (step,) = mapping(case(x, kind=LP, power=3))["steps"]
    assert step.get("engine", step["value"]) == run(case(x, kind=LP, power=3)).output.at((0, 0, 0))


def test_a_step_beside_irrational_roots_has_the_double_that_the_output_has() -> None:
    found = mapping(case([Fraction(5, 12), 0, 1, 1, 3, 4], kind=LP, kernel_size=2), fractions=True)
    assert found["output"]["data"] == [5 / 12, math.sqrt(2), 5]
    assert [step["value"] for step in found["steps"]] == [5 / 12, math.sqrt(2), 5]
    assert found["steps"][0]["terms"][0]["sum"] == "25/144"
