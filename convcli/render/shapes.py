"""Layers without data as a mapping of schema convcalc/1, in JSON and in YAML, and as text that scripts read."""

from collections.abc import Sequence
from fractions import Fraction

from convcli.axis import Axis
from convcli.layers import BYTES, Field, Fitted, Found, Inputs, Kind, Layer, Shape, Stack
from convcli.render.nested import SCHEMA, WRITERS, Node


def stack_to_mapping(form: str, net: Stack, dtype: str) -> str:
    """Everything about a stack of layers, in the `form` of JSON or YAML; a jump that is no integer is text: 1/2."""
    size = BYTES[dtype]
    return WRITERS[form](
        {
            "schema": SCHEMA,
            "op": "shape",
            "dtype": dtype,
            "input": {"shape": list(net.input.numbers)},
            "layers": [_layer(fit, along, size) for fit, along in zip(net.layers, net.fields, strict=True)],
            "output": {"shape": list(net.output.numbers)},
            "parameters": net.parameters,
            "macs": net.macs,
            "macs_without_padding": net.macs_touching,
            "bytes": {
                "input": net.input.elements * size,
                "output": net.output.elements * size,
                "parameters": net.parameters * size,
                "activations": net.activations * size,
                "at_once": net.widest * size,
            },
        }
    )


def settings_to_mapping(form: str, sizes: Sequence[int], want: Sequence[int], found: Found, most: int | None) -> str:
    """The layers that make `want` of `sizes`, simplest first, at most so many."""
    along: list[Node] = [[str(layer) for layer in layers[:most]] for layers in found.along]
    return WRITERS[form](
        {
            "schema": SCHEMA,
            "op": "shape.want",
            "input": {"sizes": list(sizes)},
            "want": {"sizes": list(want)},
            "tried": found.tried,
            "count": len(found.common),
            "layers": [str(layer) for layer in found.common[:most]],
            "along": along if not found.common else None,
        }
    )


def inputs_to_mapping(form: str, layers: Sequence[Layer], want: Sequence[int], inputs: Sequence[Inputs]) -> str:
    """The interval of inputs along each axis; a last one that is null has no end, gaps say that not all between do."""
    return WRITERS[form](
        {
            "schema": SCHEMA,
            "op": "shape.inputs",
            "layers": [str(layer) for layer in layers],
            "want": {"sizes": list(want)},
            "inputs": [{"first": found.first, "last": found.last, "gaps": found.gaps} for found in inputs],
        }
    )


def stack_to_plain(net: Stack) -> str:
    """The shape that comes out, in the words of the command line."""
    return f"{net.output}\n"


def settings_to_plain(found: Found, most: int | None) -> str:
    """A layer a line, in the words of the command line; a blank line between axes that need layers of their own."""
    blocks = [found.common] if found.common else found.along
    return "\n".join("".join(f"{layer}\n" for layer in layers[:most]) for layers in blocks)


def inputs_to_plain(inputs: Sequence[Inputs]) -> str:
    """The first and the last input of each axis on a line; inf for no end."""
    return "".join(f"{found.first} {'inf' if found.last is None else found.last}\n" for found in inputs)


def _layer(fit: Fitted, along: Sequence[Field], size: int) -> dict[str, Node]:
    axes = fit.axes
    params: dict[str, Node] = {
        "kernel": [axis.kernel for axis in axes],
        "stride": [axis.stride for axis in axes],
        "padding": [[axis.pad_before, axis.pad_after] for axis in axes],
        "dilation": [axis.dilation for axis in axes],
    }
    if not fit.layer.kind.pools:
        params |= {"groups": fit.groups, "bias": fit.layer.bias}
    if fit.layer.kind is Kind.TRANSPOSED:
        params["output_padding"] = [0 if isinstance(axis, Axis) else axis.output_padding for axis in axes]
    node: dict[str, Node] = {
        "layer": str(fit.layer),
        "op": fit.layer.kind.value,
        "params": params,
        "input": _shape(fit.input),
        "output": _shape(fit.output),
    }
    windows = [axis for axis in axes if isinstance(axis, Axis)]
    if windows:
        node |= {"unread": [axis.unread for axis in windows], "overhang": [axis.overhang for axis in windows]}
    return node | {
        "parameters": fit.parameters,
        "macs": fit.macs,
        "macs_without_padding": fit.macs_touching,
        "bytes": {"output": fit.output.elements * size, "parameters": fit.parameters * size},
        "receptive_field": {
            "size": [field.size for field in along],
            "exact": all(field.exact for field in along),
            "jump": [_number(field.jump) for field in along],
            "first_centre": [_number(field.centre) for field in along],
        },
    }


def _shape(shape: Shape) -> dict[str, Node]:
    return {"shape": list(shape.numbers)}


def _number(number: Fraction) -> int | str:
    return number.numerator if number.denominator == 1 else str(number)
