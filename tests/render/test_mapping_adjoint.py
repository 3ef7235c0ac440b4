"""Transposed convolutions and gradients as mappings of schema convcalc/1."""

import json
from typing import Any

import yaml

from convcli.engine import run
from convcli.numbers.tensor import Tensor
from convcli.problem import Gradients, convolution, gradients, transposed
from convcli.render import gradients_to_mapping, to_mapping
from convcli.settings import Settings
from convcli.trace import SumTrace


def of(content: str) -> Any:
    return json.loads(content)


def test_a_transposed_convolution_has_an_output_padding_and_no_padding_mode() -> None:
    case = transposed(
        Tensor.of([[1]]),
        Tensor.of([[1, 2, 3], [4, 5, 6], [7, 8, 9]]),
        rank=2,
        settings=Settings(stride=2, padding=1, output_padding=1),
    )
    found = of(to_mapping("json", case, run(case).output, SumTrace(case)).content)
    assert found["op"] == "conv_transpose2d"
    assert found["params"] == {
        "stride": [2, 2], "padding": [[1, 1], [1, 1]], "output_padding": [1, 1], "dilation": [1, 1], "groups": 1,
        "flip": False, "layout": "nchw", "dtype": "exact",
    }  # fmt: skip
    assert found["output"] == {"shape": [2, 2], "data": [[5, 6], [8, 9]]}
    assert found["steps"][1] == {
        "at": [0, 1],
        "terms": [{"channel": 0, "patch": [[1]], "padding": [[False]], "kernel": [[6]], "products": [[6]], "sum": 6}],
        "bias": 0,
        "value": 6,
    }


def test_an_element_that_nothing_meets_in_has_empty_terms() -> None:
    case = transposed(Tensor.of([1, 2]), Tensor.of([3]), rank=1, settings=Settings(stride=2))
    for form, load in (("json", json.loads), ("yaml", yaml.safe_load)):
        found = load(to_mapping(form, case, None, [SumTrace(case).step((0, 0, 1))]).content)
        assert found["steps"][0]["terms"][0] == {
            "channel": 0, "patch": [], "padding": [], "kernel": [], "products": [], "sum": 0,
        }  # fmt: skip


def example() -> Gradients:
    forward = convolution(Tensor.of([1, 2, 3, 4]), Tensor.of([1, 0, -1]), rank=1, settings=Settings(padding=[(1, 0)]))
    return gradients(forward, Tensor.of([10, 1, 5]))


def test_one_gradient_says_what_it_is_the_gradient_of() -> None:
    found = of(to_mapping("json", example().kernel, run(example().kernel).output).content)
    assert found["op"] == "conv1d.kernel_gradient"
    assert found["params"]["padding"] == [[1, 0]]
    assert (found["input"], found["kernel"], found["dy"]) == ({"shape": [4]}, {"shape": [3]}, {"shape": [3]})
    assert found["output"] == {"shape": [3], "data": [11, 27, 43]}


def test_all_gradients_in_one_mapping() -> None:
    case = example()
    problems = {"input": case.input, "kernel": case.kernel, "bias": case.bias}
    outputs = {name: run(problem).output for name, problem in problems.items()}
    steps = {name: iter(SumTrace(problem)) for name, problem in problems.items()}
    for form, load in (("json", json.loads), ("yaml", yaml.safe_load)):
        plain = load(gradients_to_mapping(form, case, outputs).content)
        assert plain["op"] == "conv1d.gradients"
        assert {name: part["data"] for name, part in plain["gradients"].items()} == {
            name: run(problem).presented.values.tolist() for name, problem in problems.items()
        }
        assert "steps" not in plain["gradients"]["input"]
    explained = of(gradients_to_mapping("json", case, outputs, steps).content)
    assert [step["value"] for step in explained["gradients"]["kernel"]["steps"]] == plain["gradients"]["kernel"]["data"]
