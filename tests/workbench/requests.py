"""Hypothesis strategies for whole requests: every command, every setting in its spelling, every way to lay tensors out."""

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from hypothesis import strategies as st

from convcli.axis import CROPS, RULES
from convcli.document import Style
from convcli.errors import ConvError
from convcli.layout import KERNEL_LAYOUTS, kernel_order
from convcli.limits import Limits
from convcli.numbers.tensor import Tensor
from convcli.request import HOMES, Asked, operation
from convcli.request.asked import MODES
from convcli.workbench.asking import begin
from convcli.workbench.state import State
from tests.strategies import FRACTIONS, SMALL, tensors

COMMANDS = tuple(HOMES)

CONVOLUTIONS = ("1d", "2d", "3d", "1x1")

DTYPES = ("float64", "float32", "float16", "int8")


def state_of(command: str, tensors: Mapping[str, object], **texts: str) -> State:
    """The state to start with, of tensors as arrays, lists or numbers, and settings as text."""
    given = {role: Tensor.of(tensor) for role, tensor in tensors.items()}
    named = {name.replace("_", "-"): text for name, text in texts.items()}
    return begin(operation(command).asked(command, given, named), Limits(), Style())


@st.composite
def states(draw: st.DrawFn, commands: Sequence[str] = COMMANDS) -> State:
    """The state to start with, of a request of any settings; drawn until it can be computed."""
    command = draw(st.sampled_from(commands))
    asked = draw(convolutions(command) if command in CONVOLUTIONS else pools(command))
    try:
        return begin(asked, Limits(), Style(), ascii=draw(st.booleans()))
    except ConvError:
        return draw(states(commands))


@st.composite
def operands(draw: st.DrawFn, shape: tuple[int, ...], texts: dict[str, str]) -> Tensor:
    """Integers, fractions, or floats as a file may hold them; of an integer type integers."""
    kinds = ("integer",) if texts.get("dtype") == "int8" else ("integer", "integer", "fraction", "float32", "float64")
    kind = draw(st.sampled_from(kinds))
    if not kind.startswith("float"):
        return draw(tensors(shape, SMALL if kind == "integer" else FRACTIONS))
    width = int(kind[5:])
    floats = st.floats(-100, 100, width=width) | st.sampled_from((math.inf, math.nan))  # type: ignore[arg-type]
    cells = draw(st.lists(floats, min_size=math.prod(shape), max_size=math.prod(shape)))
    return Tensor(np.array(cells, kind).reshape(shape))


def _each(draw: st.DrawFn, rank: int, most: int) -> str:
    """A setting of numbers: one for all axes, or one for each."""
    numbers = [str(draw(st.integers(1, most))) for _ in range(draw(st.sampled_from((1, rank))))]
    return ",".join(numbers)


def _padding(draw: st.DrawFn, rank: int, rules: Iterable[str]) -> str:
    sides = st.integers(0, 2).map(str)
    entry = sides | st.tuples(sides, sides).map(":".join)
    return draw(st.sampled_from(sorted(rules)) | st.lists(entry, min_size=rank, max_size=rank).map(",".join))


def _data(draw: st.DrawFn, sizes: tuple[int, ...], batch: int, channels: int, last: bool) -> tuple[int, ...]:
    """A shape of data; axes of length 1 are sometimes left out."""
    inner = (*sizes, channels) if last else (channels, *sizes)
    if batch > 1 or draw(st.booleans()):
        return (batch, *inner)
    return inner if channels > 1 or draw(st.booleans()) else sizes


@st.composite
def convolutions(draw: st.DrawFn, command: str) -> Asked:
    """A convolution, transposed convolution or gradient; not all of them are possible."""
    rank = operation(command).ranks[command]
    texts: dict[str, str] = {}

    def sometimes(name: str, text: str) -> None:
        if draw(st.integers(0, 2)) == 0:
            texts[name] = text

    most = {1: 6, 2: 4, 3: 3}[rank]
    batch, groups = draw(st.integers(1, 2)), draw(st.integers(1, 3))
    per_in, per_out = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    sizes = tuple(draw(st.integers(1, most)) for _ in range(rank))
    kernels = tuple(1 if command == "1x1" else draw(st.integers(1, 3)) for _ in range(rank))
    if groups > 1 or draw(st.booleans()):
        texts["groups"] = str(groups)
    transposed, layout = command != "1x1" and draw(st.integers(0, 3)) == 0, draw(st.sampled_from(KERNEL_LAYOUTS))
    sometimes("stride", _each(draw, rank, 3))
    sometimes("flip", draw(st.sampled_from(("true", "false"))))
    sometimes("dtype", draw(st.sampled_from(("auto", "exact", *DTYPES))))
    sometimes("overflow", draw(st.sampled_from(("wrap", "saturate"))))
    if command != "1x1":
        sometimes("padding", _padding(draw, rank, CROPS if transposed else RULES))
        sometimes("dilation", _each(draw, rank, 2))
    if transposed:
        texts["transposed"] = "true"
        sometimes("output-padding", _each(draw, rank, 1))
    elif command != "1x1":
        sometimes("padding-mode", draw(st.sampled_from(MODES)))
        sometimes("pad-value", draw(st.sampled_from(("3", "-.5", "1/7"))))
    last = draw(st.booleans())
    if last:
        texts["layout"] = "nhwc"
    shape = _data(draw, sizes, batch, groups * per_in, last)
    full = (groups * per_in, per_out, *kernels) if transposed else (groups * per_out, per_in, *kernels)
    bare = per_in == 1 and (groups == 1 or per_out == 1) and draw(st.booleans())
    if not bare and layout != "oihw":
        texts["kernel-layout"] = layout
    order = kernel_order(layout, rank, "io" if transposed else "oi")
    kernel = kernels if bare else tuple(full[order.index(axis)] for axis in range(rank + 2))
    if not bare and "kernel-layout" not in texts:
        order = kernel_order("oihw", rank, "io" if transposed else "oi")
        kernel = tuple(full[order.index(axis)] for axis in range(rank + 2))
    given = {"input": draw(operands(shape, texts)), "kernel": draw(operands(kernel, texts))}
    if draw(st.integers(0, 3)) == 0 and not transposed:
        texts["grad"] = draw(st.sampled_from(("input", "kernel", "bias")))
    elif draw(st.booleans()):
        outs = (1 if bare and groups == 1 else per_out * groups,)
        given["bias"] = draw(operands(draw(st.sampled_from(((), outs))), texts))
    return operation(command).asked(command, given, texts)


@st.composite
def pools(draw: st.DrawFn, command: str) -> Asked:
    """A pooling; not all of them are possible."""
    rank = operation(command).ranks[command]
    kind = draw(st.sampled_from(("max", "avg", "lp")))
    texts = {"kind": kind} if kind != "max" or draw(st.booleans()) else {}
    if draw(st.integers(0, 4)) == 0:
        texts["global"] = "true"
    else:
        texts["kernel-size"] = _each(draw, rank, 3)
        some = {
            "stride": _each(draw, rank, 3),
            "padding": _padding(draw, rank, RULES),
            "dilation": _each(draw, rank, 2),
            "ceil": draw(st.sampled_from(("true", "false"))),
        }
        texts |= {name: text for name, text in some.items() if draw(st.booleans())}
    if kind == "avg" and draw(st.booleans()):
        texts |= draw(st.sampled_from(({"divisor": "3"}, {"count-include-pad": "false"})))
    if kind == "lp" and draw(st.booleans()):
        texts["power"] = draw(st.sampled_from(("1", "2", "3")))
    if draw(st.integers(0, 3)) == 0:
        texts["dtype"] = draw(st.sampled_from(("auto", "exact", *DTYPES)))
    last = draw(st.booleans())
    if last:
        texts["layout"] = "nhwc"
    sizes = tuple(draw(st.integers(1, {1: 7, 2: 5, 3: 3}[rank])) for _ in range(rank))
    shape = _data(draw, sizes, draw(st.integers(1, 2)), draw(st.integers(1, 3)), last)
    return operation(command).asked(command, {"input": draw(operands(shape, texts))}, texts)
