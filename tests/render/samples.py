"""Explanations of the samples, as documents: what every format of documents is tried on."""

import io
from functools import cache

from convcli.document import Document, Style, explain
from convcli.document.shapes import explain_stack
from convcli.engine import run
from convcli.layers import stack
from convcli.limits import Limits
from convcli.problem import Gradients
from convcli.reading import read_problem
from convcli.reading.layer_file import read_layers
from convcli.request import operation
from convcli.trace import trace_of
from tests.cli.running import SAMPLES
from tests.cli.test_goldens import COMMANDS

NAMES = (*COMMANDS, "lenet")


@cache
def explained(name: str) -> Document:
    """What `--explain` says of a sample."""
    source = str(SAMPLES / f"{name}.yaml")
    if name == "lenet":
        file = read_layers(source, Limits(), io.BytesIO())
        shape = file.shape()
        assert shape is not None
        return explain_stack(stack(file.layers, shape))
    wanted = operation(COMMANDS[name])
    rank, known = wanted.ranks[COMMANDS[name]], tuple(wanted.parsers)
    read = read_problem(source, Limits(), io.BytesIO(), rank=rank, roles=wanted.roles, known=known)
    texts = {setting: said.text for setting, said in read.settings.items()}
    asked = wanted.asked(COMMANDS[name], read.tensors, texts)
    posed = wanted.posed(asked, Limits())
    problem = getattr(posed, texts["grad"]) if isinstance(posed, Gradients) else posed
    return explain(trace_of(problem), run(problem).output, Style())
