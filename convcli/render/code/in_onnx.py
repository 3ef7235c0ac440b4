"""ONNX: a model of the problem, and the archive of model and test vectors in the layout of ONNX's own tests.

A model has its input (N, C, *n) to be fed and its kernel and bias inside: what runtimes and viewers open. A file of a
model has no place for test vectors, so that these come with it in an archive of `model.onnx` and `test_data_set_0` with
`input_0.pb` and `output_0.pb`, which onnx_test_runner and others read. What is exact is float32 here, the type that
every runtime has kernels for; operands of a float type keep it. The package `onnx`, an extra, writes both: it knows its
format and checks the model, and those who want such a file have it.
"""

import io
import zipfile
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.axis import PaddingMode, Pads
from convcli.engine.pooling import divisors
from convcli.numbers.arithmetic import rounded
from convcli.numbers.tensor import Tensor
from convcli.problem import Bilinear, Convolution, InputGradient, Pooling, Problem, Transposed
from convcli.render.code.phrases import read
from convcli.render.code.proof import Proof, proof
from convcli.render.code.refusals import not_installed, refuse_gradients, refuse_overflow
from convcli.render.code.scripts import summary
from convcli.settings import PoolKind

OPSET, IR_VERSION = 19, 9
"""Of 2023: the first to know padding that wraps round and dilated averages."""

MODES = {PaddingMode.REFLECT: "reflect", PaddingMode.REPLICATE: "edge", PaddingMode.CIRCULAR: "wrap"}


def model(problem: Problem, output: Tensor) -> bytes:
    """The problem as a file of one ONNX model, with one input and one output.

    Raises FitError for what ONNX cannot say, OutputError without the package `onnx`.
    """
    content: bytes = _model(problem, output)[0].SerializeToString()
    return content


def archive(problem: Problem, output: Tensor) -> bytes:
    """A zip archive of the model, its input, and `output` (N, O, *o) as what must come of it.

    Raises FitError for what ONNX cannot say, OutputError without the package `onnx`.
    """
    made, settled = _model(problem, output)
    onnx, (x, y) = _onnx(), (_fed(problem), problem.symbol)
    vectors = {"input_0.pb": (x, problem.x), "output_0.pb": (y, output)}
    files = {"model.onnx": made.SerializeToString()}
    for file, (name, tensor) in vectors.items():
        values = np.ascontiguousarray(rounded(tensor, settled.dtype).values)
        files[f"test_data_set_0/{file}"] = onnx.numpy_helper.from_array(values, name).SerializeToString()
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as opened:
        for path, data in files.items():
            opened.writestr(zipfile.ZipInfo(path), data, zipfile.ZIP_DEFLATED)  # of no date: the same bytes each time
    return content.getvalue()


def _onnx() -> Any:
    try:
        return import_module("onnx")
    except ImportError:
        raise not_installed("onnx") from None


def _fed(problem: Problem) -> str:
    return "dy" if isinstance(problem, InputGradient) else "x"


def _model(problem: Problem, output: Tensor) -> tuple[Any, Proof]:
    refuse_gradients(problem, "ONNX")
    refuse_overflow(problem, "ONNX")
    tensors = [problem.x, *(t for t in (getattr(problem, "w", None), getattr(problem, "bias", None)) if t is not None)]
    settled = proof(problem, tensors, output, otherwise="float32")
    onnx = _onnx()
    graph = _Graph(onnx=onnx, dtype=settled.dtype, last=_fed(problem), result=problem.symbol)
    if isinstance(problem, Pooling):
        _pool(graph, problem)
    elif isinstance(problem, Transposed):
        _transpose(graph, problem)
    else:
        assert isinstance(problem, Convolution)
        _convolve(graph, problem)
    return graph.model(problem, settled), settled


@dataclass(kw_only=True)
class _Graph:
    """Nodes one after the other, each made of what the last one gave."""

    onnx: Any
    dtype: str
    last: str
    result: str
    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)

    def constant(self, name: str, values: Any, dtype: Any = None) -> str:
        """The name of a tensor in the model: of numbers in its type unless another is given."""
        array = np.ascontiguousarray(np.asarray(values, dtype or self.dtype))
        self.constants.append(self.onnx.numpy_helper.from_array(array, name))
        return name

    def rounded(self, tensor: Tensor) -> NDArray[Any]:
        """A tensor rounded to the type of the model."""
        return rounded(tensor, self.dtype).values

    def then(self, operator: str, *others: str, **attributes: Any) -> None:
        """One more node."""
        given = {name: value for name, value in attributes.items() if value is not None}
        name = f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(self.onnx.helper.make_node(operator, [self.last, *others], [name], **given))
        self.last = name

    def pad(self, pads: tuple[Pads, ...], mode: str | None = None, value: Any = None) -> None:
        """Padding of the axes in space, or cropping where it is below 0."""
        around = [0, 0, *(before for before, _ in pads), 0, 0, *(after for _, after in pads)]
        others = [self.constant(f"pads_{len(self.nodes)}", around, np.int64)]
        if value is not None:
            others.append(self.constant(f"value_{len(self.nodes)}", value))
        self.then("Pad", *others, mode=mode)

    def model(self, problem: Problem, settled: Proof) -> Any:
        helper = self.onnx.helper
        self.nodes[-1].output[0] = self.result
        kind = helper.np_dtype_to_tensor_dtype(np.dtype(self.dtype))
        shapes = {_fed(problem): problem.x.shape, self.result: problem.spec.output_shape}
        x, y = (helper.make_tensor_value_info(name, kind, shape) for name, shape in shapes.items())
        graph = helper.make_graph(self.nodes, problem.op.replace(".", "_"), [x], [y], self.constants)
        rounding = "rounding makes no difference" if settled.exact else "operands, sums and outputs are rounded"
        made = helper.make_model(
            graph,
            doc_string=f"{summary(problem)}. In {self.dtype}: {rounding}.",
            producer_name="convcalc",
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
        )
        self.onnx.checker.check_model(made, full_check=True)
        return made


def _flat(pads: tuple[Pads, ...]) -> list[int] | None:
    """ONNX writes all the pads before, then all those after."""
    return [pair[side] for side in (0, 1) for pair in pads] if any(map(any, pads)) else None


def _sliding(problem: Problem, *, group: int | None = None) -> dict[str, Any]:
    """Stride and dilation, where they are not 1, and groups."""
    settings: dict[str, Any] = {}
    for name, one in (("strides", "stride"), ("dilations", "dilation")):
        values = [getattr(axis, one) for axis in problem.spec.axes]
        settings[name] = values if set(values) != {1} else None
    return settings | {"group": group if group != 1 else None}


def _kernel(graph: _Graph, problem: Bilinear) -> str:
    w = graph.rounded(problem.w)
    return graph.constant("w", np.flip(w, tuple(range(2, w.ndim))) if problem.spec.flipped else w)


def _bias(graph: _Graph, problem: Bilinear) -> list[str]:
    return [] if problem.bias is None else [graph.constant("b", graph.rounded(problem.bias))]


def _convolve(graph: _Graph, problem: Convolution) -> None:
    spec, pads = problem.spec, _flat(problem.spec.pads)
    if pads is not None and problem.padding_counts:
        pads = None
        if spec.mode is PaddingMode.SYMMETRIC:  # which ONNX does not have: which elements each axis shows
            for place, axis in enumerate(spec.axes, 2):
                graph.then("Gather", graph.constant(f"shown_{place}", axis.filled, np.int64), axis=place)
        else:
            value = graph.rounded(problem.pad_value) if problem.pads_with_value else None
            graph.pad(spec.pads, MODES.get(spec.mode), value)
    graph.then(
        "Conv", _kernel(graph, problem), *_bias(graph, problem), pads=pads, **_sliding(problem, group=spec.groups)
    )


def _transpose(graph: _Graph, problem: Transposed) -> None:
    spec, settings = problem.spec, _sliding(problem, group=problem.spec.groups)
    if all(axis.output_padding < axis.stride for axis in spec.axes):
        extra = [axis.output_padding for axis in spec.axes] if any(axis.output_padding for axis in spec.axes) else None
        settings |= {"pads": _flat(spec.pads), "output_padding": extra}
        graph.then("ConvTranspose", _kernel(graph, problem), *_bias(graph, problem), **settings)
        return
    graph.then("ConvTranspose", _kernel(graph, problem), **settings)  # runtimes refuse output padding up to dilation
    graph.pad(tuple((-axis.pad_before, axis.output_padding - axis.pad_after) for axis in spec.axes))
    if problem.bias is not None:
        graph.then("Add", graph.constant("b", graph.rounded(problem.bias).reshape(-1, *(1,) * spec.rank)))


def _pool(graph: _Graph, problem: Pooling) -> None:
    spec, kind = problem.spec, problem.spec.kind
    undilated = all(axis.dilation == 1 for axis in spec.axes)
    if spec.whole and undilated and not spec.is_padded and spec.divisor is None:
        name = {PoolKind.MAX: "Max", PoolKind.AVERAGE: "Average", PoolKind.LP: "Lp"}[kind]
        graph.then(f"Global{name}Pool", p=spec.power if kind is PoolKind.LP else None)
        return
    pads = read(spec.axes)
    settings = _sliding(problem) | {"kernel_shape": spec.kernels}
    if kind is PoolKind.AVERAGE:
        _average(graph, problem, pads, settings)
        return
    if any(max(pair) >= k for pair, k in zip(pads, spec.kernels, strict=True)):  # which runtimes refuse
        graph.pad(pads, value=-np.inf if kind is PoolKind.MAX else None)
        pads = ((0, 0),) * spec.rank
    if kind is PoolKind.MAX:
        graph.then("MaxPool", pads=_flat(pads), **settings)
    else:
        graph.then("LpPool", pads=_flat(pads), p=spec.power, **settings)


def _average(graph: _Graph, problem: Pooling, pads: tuple[Pads, ...], settings: dict[str, Any]) -> None:
    """By AveragePool where it divides by the same, else as a convolution of each channel by ones, divided after."""
    spec, counts = problem.spec, divisors(problem.spec)
    small = all(max(pair) < k for pair, k in zip(pads, spec.kernels, strict=True))
    whole = bool((counts == spec.per_element).all())
    if spec.divisor is None and small and (whole or not spec.count_include_pad):
        include = 1 if whole and any(map(any, pads)) else None
        graph.then("AveragePool", pads=_flat(pads), count_include_pad=include, **settings)
        return
    del settings["kernel_shape"]
    ones = graph.constant("ones", np.ones((spec.channels_in, 1, *spec.kernels)))
    graph.then("Conv", ones, pads=_flat(pads), **settings | {"group": spec.channels_in})
    graph.then("Div", graph.constant("count", counts))
