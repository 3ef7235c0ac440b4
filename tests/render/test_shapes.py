"""Layers without data for machines: JSON and YAML agree, and plain text is read back."""

import json

import yaml

from convcli.layers import Bounds, Stack, inputs_for, settings_for, stack
from convcli.reading.layer_text import parse_layer
from convcli.reading.shapes import parse_shape
from convcli.render.shapes import (
    inputs_to_mapping,
    inputs_to_plain,
    settings_to_mapping,
    settings_to_plain,
    stack_to_mapping,
    stack_to_plain,
)


def net(shape: str, *words: str) -> Stack:
    layers = [parse_layer(word) for word in words]
    return stack(layers, parse_shape(shape, layers))


def test_a_stack() -> None:
    made = net("3x9x9", "conv 4 k3 s2 p1:0 g1", "max k2 ceil", "transposed 2 k3 s2 p1 op1")
    text = stack_to_mapping("json", made, "float16")
    mapping = json.loads(text)
    assert yaml.safe_load(stack_to_mapping("yaml", made, "float16")) == mapping
    first, second, third = mapping.pop("layers")
    assert mapping == {
        "schema": "convcalc/1",
        "op": "shape",
        "dtype": "float16",
        "input": {"shape": [3, 9, 9]},
        "output": {"shape": [2, 4, 4]},
        "parameters": 112 + 74,
        "macs": 4 * 27 * 16 + 2 * 36 * 4,
        "macs_without_padding": 4 * 3 * 11 * 11 + 2 * 4 * 5 * 5,
        "bytes": {"input": 486, "output": 64, "parameters": 372, "activations": 710, "at_once": 614},
    }
    assert first == {
        "layer": "conv 4 k3 s2 p1:0 g1",
        "op": "conv",
        "params": {
            "kernel": [3, 3],
            "stride": [2, 2],
            "padding": [[1, 0], [1, 0]],
            "dilation": [1, 1],
            "groups": 1,
            "bias": True,
        },
        "input": {"shape": [3, 9, 9]},
        "output": {"shape": [4, 4, 4]},
        "unread": [1, 1],
        "overhang": [0, 0],
        "parameters": 112,
        "macs": 1728,
        "macs_without_padding": 1452,
        "bytes": {"output": 128, "parameters": 224},
        "receptive_field": {"size": [3, 3], "exact": True, "jump": [2, 2], "first_centre": [0, 0]},
    }
    assert (second["op"], second["params"].keys() & {"groups", "bias"}) == ("max", set())
    assert third["params"]["output_padding"] == [1, 1]
    assert "unread" not in third
    assert third["receptive_field"]["first_centre"] == [1, 1]
    assert net("3x9x9", "conv 4 k3") != made


def test_a_jump_that_is_no_integer_is_text() -> None:
    mapping = json.loads(stack_to_mapping("json", net("9", "transposed k3 s2 d3"), "int8"))
    assert mapping["layers"][0]["receptive_field"] == {
        "size": [4],
        "exact": False,
        "jump": ["1/2"],
        "first_centre": ["-3/2"],
    }


def test_wanted_settings() -> None:
    layer, bounds = parse_layer("conv k3"), Bounds()
    found = settings_for(layer, (9, 9), (5, 5), bounds)
    mapping = json.loads(settings_to_mapping("json", (9, 9), (5, 5), found, 2))
    assert mapping == yaml.safe_load(settings_to_mapping("yaml", (9, 9), (5, 5), found, 2))
    assert mapping == {
        "schema": "convcalc/1",
        "op": "shape.want",
        "input": {"sizes": [9, 9]},
        "want": {"sizes": [5, 5]},
        "tried": 264,
        "count": 10,
        "layers": ["conv k3 d2", "conv k3 s2 p1"],
        "along": None,
    }
    assert settings_to_plain(found, 2) == "conv k3 d2\nconv k3 s2 p1\n"
    lines = settings_to_plain(found, None).splitlines()
    assert [str(parse_layer(line)) for line in lines] == [str(layer) for layer in found.common]


def test_wanted_settings_along_each_axis() -> None:
    found = settings_for(parse_layer("conv k3"), (224, 224), (112, 56), Bounds())
    mapping = json.loads(settings_to_mapping("json", (224, 224), (112, 56), found, 1))
    assert (mapping["count"], mapping["layers"]) == (0, [])
    assert mapping["along"] == [["conv k3 s2 p1"], ["conv k3 s4"]]
    assert settings_to_plain(found, 1) == "conv k3 s2 p1\n\nconv k3 s4\n"


def test_inputs() -> None:
    layers = [parse_layer("conv k3 s2"), parse_layer("global avg")]
    found = inputs_for(layers, (1,)) + inputs_for(layers[:1], (4,))
    mapping = json.loads(inputs_to_mapping("json", layers, (1, 4), found))
    assert mapping == yaml.safe_load(inputs_to_mapping("yaml", layers, (1, 4), found))
    assert mapping == {
        "schema": "convcalc/1",
        "op": "shape.inputs",
        "layers": ["conv k3 s2", "global avg"],
        "want": {"sizes": [1, 4]},
        "inputs": [{"first": 3, "last": None, "gaps": False}, {"first": 9, "last": 10, "gaps": False}],
    }
    assert inputs_to_plain(found) == "3 inf\n9 10\n"


def test_a_shape_in_plain_text_is_read_back() -> None:
    for made in (net("8x3@9x9", "conv 4 k3"), net("9x9", "max k2"), net("9", "conv k2")):
        assert parse_shape(stack_to_plain(made), []) == made.output
