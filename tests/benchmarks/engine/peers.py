"""Who is measured: each peer makes of a task the call that is timed, its operands already in the peer's own form."""

import importlib
import importlib.util
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convcli import conv1d, conv2d, conv3d
from convcli.engine import run
from convcli.numbers.tensor import Tensor
from convcli.problem import convolution
from convcli.settings import Settings
from tests.benchmarks.engine.layers import Layer
from tests.benchmarks.engine.numbers import DECIMAL, Array

THREADS = 2
MOST_PATCHES = 2**30
"""Bytes of patches up to which the naive convolution, which copies them all, is asked for one."""
MOST_DIRECT = 5 * 10**8
"""Multiply-adds up to which SciPy is asked for a sum that is not a transform."""

Call = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Task:
    """A layer and its operands."""

    layer: Layer
    x: Array
    w: Array


class Peer(Protocol):
    """Somebody who convolves."""

    def __call__(self, task: Task, /) -> Call | None:
        """What computes the task's output, or None if that would be unreasonable."""


def convcalc(task: Task) -> Call:
    conv = (conv1d, conv2d, conv3d)[task.layer.rank - 1]
    settings = task.layer.settings
    return lambda: conv(task.x, task.w, **settings)


def convcalc_decimals(task: Task) -> Call:
    x, w = (Tensor.exact(numbers, DECIMAL) for numbers in (task.x, task.w))
    rank, settings = task.layer.rank, Settings(**task.layer.settings)
    return lambda: run(convolution(x, w, rank=rank, settings=settings)).presented


def convcalc_float64(task: Task) -> Call:
    return convcalc(Task(task.layer, task.x / DECIMAL, task.w / DECIMAL))


def pytorch(task: Task) -> Call:
    torch: Any = importlib.import_module("torch")
    conv = getattr(torch.nn.functional, f"conv{task.layer.rank}d")
    whole = task.x.dtype.kind == "i"
    x, w = (torch.from_numpy(numbers.astype(np.int64) if whole else numbers) for numbers in (task.x, task.w))
    settings = task.layer.settings
    return lambda: conv(x, w, **settings)


def onnx_runtime(task: Task) -> Call:
    runtime: Any = importlib.import_module("onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = THREADS
    model = onnx_model(task.layer, task.w)
    session = runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return lambda: session.run(None, {"x": task.x})[0]


def onnx_model(layer: Layer, w: Array) -> bytes:
    """A model of one node, x (N, C, *n) to y, that has the weight w in it."""
    helper: Any = importlib.import_module("onnx.helper")
    of_array: Any = importlib.import_module("onnx.numpy_helper").from_array
    float32 = importlib.import_module("onnx").TensorProto.FLOAT
    rank = layer.rank
    attributes = {"strides": [layer.stride] * rank, "dilations": [layer.dilation] * rank, "pads": layer.padding * 2}
    node = helper.make_node("Conv", ["x", "w"], ["y"], group=layer.groups, **attributes)
    x_info = helper.make_tensor_value_info("x", float32, (max(layer.batch, 1), layer.inputs, *layer.sizes))
    y_info = helper.make_tensor_value_info("y", float32, (max(layer.batch, 1), layer.outputs, *layer.out))
    graph = helper.make_graph([node], "convolution", [x_info], [y_info], [of_array(w, "w")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    serialized: bytes = model.SerializeToString()
    return serialized


def scipy(method: str) -> Peer:
    """A function of scipy.signal on one channel; it flips the kernel, and so do we."""

    def peer(task: Task) -> Call | None:
        layer = task.layer
        name = {1: "convolve", 2: "convolve2d"}[layer.rank] if method == "direct" else method
        if method == "direct" and layer.positions * layer.terms > MOST_DIRECT:
            return None
        convolve: Any = getattr(importlib.import_module("scipy.signal"), name)
        further = {"method": "direct"} if name == "convolve" else {}
        x, flipped, mode = task.x[0, 0], np.flip(task.w[0, 0]), "same" if any(layer.padding) else "valid"
        return lambda: convolve(x, flipped, mode, **further)[None, None]

    return peer


def naive(task: Task) -> Call | None:
    """The few lines of NumPy that everybody writes: a view of all patches, and a matrix product with them."""
    layer, x, w = task.layer, task.x, task.w
    if layer.positions * layer.terms * layer.groups * x.itemsize > MOST_PATCHES:
        return None
    rank, s, d, groups = layer.rank, layer.stride, layer.dilation, layer.groups
    widths = [(0, 0)] * (x.ndim - rank) + [(p, p) for p in layer.padding]
    spans = [(k - 1) * d + 1 for k in layer.kernel]
    steps: Any = (..., *(slice(None, None, s),) * rank, *(slice(None, None, d),) * rank)
    space, channel = tuple(range(-rank, 0)), -2 * rank - 1

    def call() -> Array:
        padded = np.pad(x, widths) if any(layer.padding) else x
        windows = sliding_window_view(padded, spans, space)[steps]  # (N, C, *o, *k)
        axes = (tuple(range(1, rank + 2)), (channel, *space))
        if groups == 1:
            y = np.tensordot(w, windows, axes)  # (O, N, *o)
        else:
            pairs = zip(np.split(w, groups), np.split(windows, groups, channel), strict=True)
            y = np.concatenate([np.tensordot(weights, part, axes) for weights, part in pairs])
        return np.moveaxis(y, 0, -rank - 1)

    return call


PEERS: dict[str, Peer] = {
    "convcalc": convcalc,
    "convcalc, decimals": convcalc_decimals,
    "convcalc, float64": convcalc_float64,
    "naive NumPy": naive,
    "PyTorch": pytorch,
    "ONNX Runtime": onnx_runtime,
    "SciPy fftconvolve": scipy("fftconvolve"),
    "SciPy oaconvolve": scipy("oaconvolve"),
    "SciPy direct": scipy("direct"),
}

NEEDS = {"PyTorch": ("torch",), "ONNX Runtime": ("onnxruntime", "onnx"), "SciPy": ("scipy",)}
"""The packages that a peer is made of, by the beginning of its name."""


def installed(peer: str) -> bool:
    packages = next((packages for name, packages in NEEDS.items() if peer.startswith(name)), ())
    return all(importlib.util.find_spec(package) for package in packages)


@contextmanager
def at_their_best() -> Iterator[None]:
    """Peers on as many threads as the machine has cores for, and PyTorch without its gradients."""
    with ExitStack() as stack:
        if installed("PyTorch"):
            torch: Any = importlib.import_module("torch")
            torch.set_num_threads(THREADS)
            stack.enter_context(torch.inference_mode())
        if installed("SciPy"):
            stack.enter_context(importlib.import_module("scipy.fft").set_workers(THREADS))
        yield
