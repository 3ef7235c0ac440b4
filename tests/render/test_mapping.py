"""JSON and YAML of schema convcalc/1: whole texts, and the same mapping and numbers when read back."""

import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings

from convcli.axis import PaddingMode
from convcli.engine import run
from convcli.numbers.grammar import parse
from convcli.numbers.tensor import Tensor
from convcli.problem import Convolution, convolution
from convcli.render import to_mapping
from convcli.settings import Settings
from convcli.trace import SumTrace
from tests.strategies import FRACTIONS, problems


def small(**changes: Any) -> Convolution:
    return convolution(Tensor.of([[1, 2], [3, 4]]), Tensor.of([[1, 1]]), rank=2, **changes)


JSON = """\
{
  "schema": "convcalc/1",
  "op": "conv2d",
  "params": {
    "stride": [1, 1],
    "padding": [[0, 0], [0, 0]],
    "padding_mode": "zeros",
    "dilation": [1, 1],
    "groups": 1,
    "flip": false,
    "layout": "nchw",
    "dtype": "exact"
  },
  "input": {"shape": [2, 2]},
  "kernel": {"shape": [1, 2]},
  "bias": null,
  "output": {
    "shape": [2, 1],
    "data":
      [[3],
       [7]]
  }
}
"""

STEPS_JSON = """\
{
  "schema": "convcalc/1",
  "op": "conv2d",
  "params": {
    "stride": [1, 2],
    "padding": [[0, 0], [1, 0]],
    "padding_mode": "zeros",
    "pad_value": "1/3",
    "dilation": [1, 1],
    "groups": 1,
    "flip": true,
    "layout": "nhwc",
    "dtype": "exact"
  },
  "input": {"shape": [1, 2, 1]},
  "kernel": {"shape": [1, 2]},
  "bias": {"shape": [1]},
  "output": {"shape": [1, 1, 1]},
  "steps": [
    {
      "at": [0, 0, 0],
      "terms": [
        {
          "channel": 0,
          "patch": [["1/3", 5]],
          "padding": [[true, false]],
          "kernel": [[2, 1]],
          "products": [["2/3", 5]],
          "sum": "17/3"
        }
      ],
      "bias": "1/2",
      "value": "37/6"
    }
  ]
}
"""

STEPS_YAML = """\
schema: convcalc/1
op: conv2d
params:
  stride: [1, 2]
  padding: [[0, 0], [1, 0]]
  padding_mode: zeros
  pad_value: 1/3
  dilation: [1, 1]
  groups: 1
  flip: true
  layout: nhwc
  dtype: exact
input:
  shape: [1, 2, 1]
kernel:
  shape: [1, 2]
bias:
  shape: [1]
output:
  shape: [1, 1, 1]
  data:
    [[[37/6]]]
steps:
- at: [0, 0, 0]
  terms:
  - channel: 0
    patch: [[1/3, 5]]
    padding: [[true, false]]
    kernel: [[2, 1]]
    products: [[2/3, 5]]
    sum: 17/3
  bias: 1/2
  value: 37/6
"""


def flipped() -> Convolution:
    return convolution(
        Tensor.of([[[5], [6]]]), Tensor.of([[1, 2]]), Tensor.exact([1], 2), rank=2, layout="nhwc",
        settings=Settings(stride=(1, 2), padding=[(0, 0), (1, 0)], flip=True), pad_value=Fraction(1, 3),
    )  # fmt: skip


def test_json() -> None:
    written = to_mapping("json", small(), run(small()).output)
    assert (written.content, written.rounded) == (JSON, 0)


def test_json_of_one_element_with_everything_said() -> None:
    asked = flipped()
    assert to_mapping("json", asked, None, [SumTrace(asked).step((0, 0, 0, 0))], fractions=True).content == STEPS_JSON


def test_yaml_with_everything_said() -> None:
    asked = flipped()
    assert to_mapping("yaml", asked, run(asked).output, SumTrace(asked), fractions=True).content == STEPS_YAML


def test_all_rounded_numbers_are_counted() -> None:
    asked = flipped()
    #  the padding value; 1/3, 2/3, 17/3, 37/6 in the step; 37/6 in the output
    assert to_mapping("json", asked, run(asked).output, SumTrace(asked)).rounded == 6
    assert to_mapping("yaml", asked, None, []).rounded == 1


def test_no_steps_asked_for_and_none_given_differ() -> None:
    assert "steps" not in json.loads(to_mapping("json", small(), None).content)
    assert json.loads(to_mapping("json", small(), None, []).content)["steps"] == []
    assert yaml.safe_load(to_mapping("yaml", small(), None, []).content)["steps"] == []


def test_numbers_that_yaml_readers_disagree_on() -> None:
    values = [1e-7, 1e22, -1.5e300, 0.1, 3.0, -0.0, np.nan, np.inf, -np.inf]
    asked = convolution(Tensor.of(np.array(values)), Tensor.of([1.0]), rank=1)
    text = to_mapping("yaml", asked, Tensor.of(np.array(values)[None, None])).content
    assert "    [1.0e-07, 1.0e+22, -1.5e+300, 0.1, 3.0, -0.0, .nan, .inf, -.inf]\n" in text
    np.testing.assert_array_equal(yaml.safe_load(text)["output"]["data"], values)  # PyYAML reads YAML 1.1
    text = to_mapping("json", asked, Tensor.of(np.array(values)[None, None])).content
    assert "[1e-07, 1e+22, -1.5e+300, 0.1, 3.0, -0.0, NaN, Infinity, -Infinity]" in text
    np.testing.assert_array_equal(json.loads(text)["output"]["data"], values)


def test_floats_of_a_step_are_of_their_own_type() -> None:
    asked = convolution(Tensor.of(np.array([0.1, 0.2], np.float32)), Tensor.of(np.array([3], np.float32)), rank=1)
    term = json.loads(to_mapping("json", asked, None, [SumTrace(asked).step((0, 0, 0))]).content)["steps"][0]["terms"][
        0
    ]
    assert (term["patch"], term["kernel"], term["products"]) == ([0.1], [3.0], [0.30000000447034836])


def test_a_step_says_where_the_engine_differs() -> None:
    x = Tensor.of(np.array([1e8, 1, -1e8, -1e8], np.float32))
    asked = convolution(x, Tensor.of(np.ones(3, np.float32)), rank=1)
    output = Tensor(np.array([[[0.0, -2e8]]], np.float32))
    by_json = json.loads(to_mapping("json", asked, output, SumTrace(asked)).content)["steps"]
    by_yaml = yaml.safe_load(to_mapping("yaml", asked, output, SumTrace(asked)).content)["steps"]
    assert by_json == by_yaml
    assert [(step["value"], step.get("engine")) for step in by_json] == [(1.0, 0.0), (-2e8, None)]
    assert list(by_json[0]) == ["at", "terms", "bias", "value", "engine"]
    assert "engine" not in to_mapping("json", asked, None, SumTrace(asked)).content


def test_nan_in_both_is_no_difference() -> None:
    asked = convolution(Tensor.of([np.nan, 1.0]), Tensor.of([1.0]), rank=1)
    assert "engine" not in to_mapping("json", asked, run(asked).output, SumTrace(asked)).content


def numbers(node: Any) -> Any:
    """Numbers of a parsed text as exact ones."""
    if isinstance(node, list):
        return [numbers(item) for item in node]
    return parse(node) if isinstance(node, str) else node


@settings(max_examples=50)
@given(problems(FRACTIONS))
def test_both_formats_hold_the_result_and_each_other(asked: Convolution) -> None:
    result = run(asked)
    steps = [SumTrace(asked).step((0, 0, *(0,) * asked.spec.rank))]
    by_json = json.loads(to_mapping("json", asked, result.output, steps, fractions=True).content)
    by_yaml = yaml.safe_load(to_mapping("yaml", asked, result.output, steps, fractions=True).content)
    assert by_json == by_yaml
    assert list(by_json) == ["schema", "op", "params", "input", "kernel", "bias", "output", "steps"]
    assert numbers(by_json["output"]["data"]) == nested(result.presented)
    assert by_json["output"]["shape"] == list(result.presented.shape)
    term = steps[0].terms[0]
    shown = by_json["steps"][0]["terms"][0]
    assert numbers(shown["patch"]) == term.patch.tolist()
    assert numbers(shown["kernel"]) == term.kernel.tolist()
    assert numbers(shown["products"]) == term.products.tolist()
    assert shown["padding"] == term.padding.tolist()
    assert numbers(by_json["steps"][0]["value"]) == steps[0].value


@settings(max_examples=50)
@given(problems(FRACTIONS))
def test_floats_of_both_formats_agree(asked: Convolution) -> None:
    result = run(asked)
    first, second = to_mapping("json", asked, result.output), to_mapping("yaml", asked, result.output)
    assert json.loads(first.content) == yaml.safe_load(second.content)
    assert first.rounded == second.rounded


def nested(tensor: Tensor) -> Any:
    array = np.empty(tensor.size, object)
    array[:] = tensor.numbers()
    return array.reshape(tensor.shape).tolist()


@pytest.mark.parametrize("mode", PaddingMode)
def test_settings_are_named_as_on_the_command_line(mode: PaddingMode) -> None:
    asked = small(settings=Settings(padding=(0, 1), padding_mode=mode), dtype="int16")
    params = json.loads(to_mapping("json", asked, None).content)["params"]
    assert params == {
        "stride": [1, 1], "padding": [[0, 0], [1, 1]], "padding_mode": mode.value, "dilation": [1, 1], "groups": 1,
        "flip": False, "layout": "nchw", "dtype": "int16",
    }  # fmt: skip
