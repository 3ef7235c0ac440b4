"""Models and their test vectors, run by ONNX Runtime on hundreds of random problems."""

import io
import sys
import zipfile
from collections import Counter
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convcli.axis import PaddingMode
from convcli.engine import run
from convcli.errors import FitError, OutputError
from convcli.numbers.arithmetic import Overflow
from convcli.numbers.tensor import Tensor
from convcli.problem import Problem, convolution, gradients, pooling
from convcli.render.code import archive, model
from convcli.settings import PoolKind, PoolSettings, Settings
from tests.render.code.cases import KINDS, solved

REASON = "ONNX is not installed: pip install onnx==1.23.2 onnxruntime==1.32.0"
SMALL = convolution(Tensor.of([[1, 2], [3, 4]]), Tensor.of([[1, 0], [0, 1]]), rank=2, settings=Settings(padding=1))


@pytest.fixture
def onnx() -> Any:
    return pytest.importorskip("onnx", reason=REASON)


@pytest.fixture
def runtime(onnx: Any) -> Any:
    return pytest.importorskip("onnxruntime", reason=REASON)


def answered(runtime: Any, content: bytes, x: NDArray[Any]) -> Any:
    options = runtime.SessionOptions()
    options.log_severity_level, options.intra_op_num_threads = 4, 1
    session = runtime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: x})[0]


def opened(onnx: Any, content: bytes) -> tuple[bytes, NDArray[Any], NDArray[Any]]:
    """The model, its input and its output, from an archive."""
    files = zipfile.ZipFile(io.BytesIO(content))
    assert files.namelist() == ["model.onnx", "test_data_set_0/input_0.pb", "test_data_set_0/output_0.pb"]
    made, *vectors = (files.read(name) for name in files.namelist())
    x, y = (onnx.numpy_helper.to_array(onnx.TensorProto.FromString(vector)) for vector in vectors)
    return made, x, y


def narrowed(onnx: Any, made: Any) -> bytes:
    """A model of float64, for which the runtime has few kernels, in float32."""
    for held in made.graph.initializer:
        if held.data_type == onnx.TensorProto.DOUBLE:
            held.CopyFrom(onnx.numpy_helper.from_array(onnx.numpy_helper.to_array(held).astype("f4"), held.name))
    for value in (*made.graph.input, *made.graph.output):
        value.type.tensor_type.elem_type = onnx.TensorProto.FLOAT
    content: bytes = made.SerializeToString()
    return content


REFUSED = ("ONNX has no gradient of", "ONNX computes in floats, which do not", "powers of the input leave the range")
CLOSE = {"float64": 1e-5, "float32": 1e-5, "float16": 4e-3}


@pytest.mark.parametrize("seed", range(4))
def test_the_runtime_gives_the_test_vectors(onnx: Any, runtime: Any, seed: int) -> None:
    tally = Counter[str]()
    for kind, _, problem, output in solved(seed, 40):
        try:
            content = archive(problem, output)
        except FitError as error:
            tally[next(reason for reason in REFUSED if error.problem.startswith(reason))] += 1
            continue
        made, x, y = opened(onnx, content)
        proto = onnx.load_from_string(made)
        exact = "rounding makes no difference" in proto.doc_string
        wide = x.dtype == np.float64
        found = answered(runtime, narrowed(onnx, proto) if wide else made, x.astype("f4") if wide else x)
        assert (found.shape, y.dtype) == (y.shape, x.dtype)
        if exact and not wide:
            np.testing.assert_array_equal(found, y)
        else:
            expected, close = y.astype(float), CLOSE[x.dtype.name]
            np.testing.assert_allclose(
                found.astype(float), expected, rtol=close, atol=close * max(abs(expected).max(), 1e-3)
            )
        tally[kind] += 1
        tally["exact" if exact else "bounded"] += 1
        tally.update(node.op_type for node in proto.graph.node)
    assert {*KINDS} - {*tally} == {"kernel", "bias"}
    operators = ("Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool", "Pad", "GlobalMaxPool")
    assert all(tally[name] >= 1 for name in (*operators, "exact", "bounded"))
    assert tally[REFUSED[0]] >= 80  # all gradients of kernels and biases


def operators(onnx: Any, problem: Problem) -> list[str]:
    return [node.op_type for node in onnx.load_from_string(model(problem, run(problem).output)).graph.node]


def test_a_convolution_is_one_node_with_its_kernel_inside(onnx: Any) -> None:
    problem = convolution(
        Tensor.of([[1, 2], [3, 4]]),
        Tensor.of([[1, 0], [0, 1]]),
        rank=2,
        settings=Settings(padding=((0, 1), (2, 0)), flip=True),
    )
    made = onnx.load_from_string(model(problem, run(problem).output))
    (node,) = made.graph.node
    assert node.op_type == "Conv"
    assert {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute} == {"pads": [0, 2, 1, 0]}
    assert [value.name for value in (*made.graph.input, *made.graph.output)] == ["x", "y"]
    (w,) = made.graph.initializer
    np.testing.assert_array_equal(onnx.numpy_helper.to_array(w), [[[[1, 0], [0, 1]]]])
    assert made.producer_name == "convcalc"
    assert made.doc_string.startswith("conv2d: input (2, 2)")


def test_what_a_problem_becomes(onnx: Any) -> None:
    x = Tensor.of([[1, 2, 3, 4]])

    def pool(kind: PoolKind, **settings: Any) -> list[str]:
        return operators(onnx, pooling(x, rank=1, settings=PoolSettings(kind=kind, **settings)))

    assert pool(PoolKind.MAX) == ["GlobalMaxPool"]
    assert pool(PoolKind.AVERAGE) == ["GlobalAveragePool"]
    assert pool(PoolKind.AVERAGE, divisor=3) == ["Conv", "Div"]
    assert pool(PoolKind.AVERAGE, kernel_size=2) == ["AveragePool"]
    assert pool(PoolKind.MAX, kernel_size=2, padding=((0, 1),), ceil=True) == ["MaxPool"]
    assert pool(PoolKind.LP, kernel_size=2, padding=((2, 0),), dilation=2) == ["Pad", "LpPool"]
    hanging = PoolSettings(kind=PoolKind.MAX, dilation=2, ceil=True)  # the second of two taps lies beyond the end
    assert operators(onnx, pooling(Tensor.of([1, 2]), rank=1, settings=hanging)) == ["MaxPool"]
    forward = convolution(x, Tensor.of([1, 2]), rank=1, settings=Settings(padding=1), pad_value=3)
    assert operators(onnx, forward) == ["Pad", "Conv"]
    assert operators(onnx, gradients(forward).input) == ["ConvTranspose"]
    shown = Settings(padding=((2, 0),), padding_mode=PaddingMode.SYMMETRIC)
    assert operators(onnx, convolution(x, Tensor.of([1, 2]), rank=1, settings=shown)) == ["Gather", "Conv"]


def test_files_are_the_same_each_time(onnx: Any) -> None:
    output = run(SMALL).output
    assert archive(SMALL, output) == archive(SMALL, output)
    assert opened(onnx, archive(SMALL, output))[0] == model(SMALL, output)


@pytest.mark.parametrize("of", ["kernel", "bias", "input"])
def test_gradients_that_onnx_does_not_have(of: str) -> None:
    x = Tensor.of([1, 2, 3])
    mode = convolution(x, Tensor.of([1, 2]), rank=1, settings=Settings(padding=1, padding_mode=PaddingMode.SYMMETRIC))
    problem = getattr(gradients(mode), of)
    with pytest.raises(FitError, match=f"ONNX has no gradient of .*{'symmetric' if of == 'input' else of}"):
        model(problem, run(problem).output)


def test_overflow_is_refused() -> None:
    problem = convolution(Tensor.of([100, 100]), Tensor.of([1, 1]), rank=1, dtype="int8", overflow=Overflow.WRAP)
    with pytest.raises(FitError, match="which do not wrap"):
        model(problem, run(problem).output)


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(OutputError) as caught:
        model(SMALL, run(SMALL).output)
    assert str(caught.value) == (
        "the Python package onnx is not installed\n"
        "  given     -f onnx\n"
        "  expected  onnx, which writes files of its own format\n"
        "  fix       pip install 'convcalc[onnx]', or write -f numpy, which needs nothing more"
    )
