"""Random problems of every kind, setting, layout and type of number; and running the scripts written for them."""

import contextlib
import io
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from convcli.axis import CROPS, RULES, PaddingMode
from convcli.engine import run
from convcli.errors import FitError, UsageError
from convcli.layout import kernel_order
from convcli.numbers.arithmetic import Overflow
from convcli.numbers.tensor import Tensor
from convcli.problem import Problem, convolution, gradients, pooling, transposed
from convcli.render.code import script
from convcli.settings import PoolKind, PoolSettings, Settings

KINDS = ("convolution", "transposed", "input", "kernel", "bias", "max", "avg", "lp")
NUMBERS = ("small", "halves", "decimals", "thirds", "wide", "float64", "float32", "float16", "wrap", "saturate")

Rng = np.random.Generator


def integers(rng: Rng, low: int, high: int, count: int) -> tuple[int, ...]:
    return tuple(int(n) for n in rng.integers(low, high + 1, count))


def tensor(rng: Rng, numbers: str, shape: tuple[int, ...]) -> Tensor:
    small = rng.integers(-9, 10, shape)
    if numbers in ("float64", "float32", "float16"):
        return Tensor((rng.standard_normal(shape) * 4).astype(numbers))
    if numbers in ("wrap", "saturate"):
        return Tensor.exact(rng.integers(-99, 100, shape))
    if numbers == "wide":
        return Tensor.exact(small * 10**15 + rng.integers(-99, 100, shape))
    if numbers == "decimals":
        return Tensor.exact(rng.integers(-999, 1000, shape), 100)
    below = {"halves": 8, "thirds": 21}.get(numbers, 1)
    return Tensor.exact(small, below)


def laid_out(rng: Rng, x: Tensor, layout: str) -> Tensor:
    """A tensor (N, C, *n) as a user may have it: without axes of length 1 in front, channels last."""
    values = x.values
    if values.shape[0] == 1 and rng.random() < 0.5:
        values = values[0]
        if values.shape[0] == 1 and rng.random() < 0.5:
            return x.with_values(values[0])
        return x.with_values(np.moveaxis(values, 0, -1) if layout == "nhwc" else values)
    return x.with_values(np.moveaxis(values, 1, -1) if layout == "nhwc" else values)


def sliding(rng: Rng, rank: int, numbers: str) -> dict[str, Any]:
    pairs = tuple(zip(integers(rng, 0, 2, rank), integers(rng, 0, 2, rank), strict=True))
    even = integers(rng, 0, 2, rank)
    return {
        "stride": integers(rng, 1, 3, rank),
        "dilation": integers(rng, 1, 3, rank) if rng.random() < 0.5 else 1,
        "padding": [0, pairs, even, str(rng.choice(sorted(RULES)))][int(rng.integers(4))],
    }


def drawn(rng: Rng, kind: str, numbers: str) -> Problem:
    """A problem that fits, of at most 500 numbers of output."""
    while True:
        try:
            problem = _drawn(rng, kind, numbers)
        except (FitError, UsageError):
            continue
        if problem.spec.output_size <= 500:
            return problem


def _drawn(rng: Rng, kind: str, numbers: str) -> Problem:
    rank, layout = int(rng.integers(1, 4)), str(rng.choice(["nchw", "nhwc"]))
    groups, per_in, per_out, batch = integers(rng, 1, 3, 4) if rng.random() < 0.6 else (1, 1, 1, 1)
    sizes, kernels = integers(rng, 1, {1: 8, 2: 6, 3: 4}[rank], rank), integers(rng, 1, 3, rank)
    settings = sliding(rng, rank, numbers)
    policy = {
        "wrap": {"dtype": "int8", "overflow": Overflow.WRAP},
        "saturate": {"dtype": str(rng.choice(["int8", "uint8"])), "overflow": Overflow.SATURATE},
    }.get(numbers, {})
    common: dict[str, Any] = {"rank": rank, "layout": layout, **policy}
    x = laid_out(rng, tensor(rng, numbers, (batch, groups * per_in, *sizes)), layout)
    if kind in ("max", "avg", "lp"):
        chosen: dict[str, Any] = settings | {"kernel_size": kernels}
        if rng.random() < 0.15:
            chosen = {}
        if rng.random() < 0.4:
            chosen |= {"dilation": 1} if chosen else {}
        pool = PoolSettings(
            kind=PoolKind(kind), ceil=bool(chosen) and bool(rng.integers(2)), count_include_pad=bool(rng.integers(2)),
            divisor=int(rng.integers(1, 7)) if rng.random() < 0.2 else None, power=int(rng.integers(1, 5)), **chosen,
        )  # fmt: skip
        return pooling(x, settings=pool, **common)
    settings |= {"groups": groups, "flip": bool(rng.integers(2))}
    bias = tensor(rng, numbers, (groups * per_out,)) if rng.random() < 0.5 else None
    if kind == "transposed":
        most = np.maximum(settings["stride"], settings["dilation"])
        settings["output_padding"] = tuple(int(rng.integers(0, n)) for n in most)
        if isinstance(settings["padding"], str):
            settings["padding"] = str(rng.choice(CROPS))
            settings["output_padding"] = None if "same" in settings["padding"] else settings["output_padding"]
        w = tensor(rng, numbers, (groups * per_in, per_out, *kernels))
        return transposed(x, w, bias, settings=Settings(**settings), **common)
    if rng.random() < 0.5:
        settings["padding_mode"] = PaddingMode(str(rng.choice([mode.value for mode in PaddingMode])))
    w, kernel_layout = tensor(rng, numbers, (groups * per_out, per_in, *kernels)), "oihw"
    if groups * per_out == per_in == 1 and rng.random() < 0.5:
        w = w.with_values(w.values[0, 0])
    else:
        kernel_layout = str(rng.choice(["oihw", "hwio", "ohwi"]))
        w = w.with_values(w.values.transpose(np.argsort(kernel_order(kernel_layout, rank, "oi"))))
    modes = settings.get("padding_mode", PaddingMode.ZEROS)
    constants: list[int | Fraction] = [0, 0, 3, Fraction(1, 4)]
    pad_value = constants[int(rng.integers(4))] if modes is PaddingMode.ZEROS and not policy else 0
    forward = convolution(
        x, w, bias, settings=Settings(**settings), kernel_layout=kernel_layout, pad_value=pad_value, **common
    )
    if kind == "convolution":
        return forward
    dy = tensor(rng, numbers, forward.view.shape(forward.spec.output_shape))
    problem: Problem = getattr(gradients(forward, dy, kernel_layout=kernel_layout), kind)
    return problem


def executed(text: str) -> dict[str, Any]:
    """What a script leaves in its namespace, if it has nothing to object to and says so."""
    said, names = io.StringIO(), {"__name__": "__main__"}
    with contextlib.redirect_stdout(said):
        exec(compile(text, "script", "exec"), names)
    assert said.getvalue().startswith("ok: ")
    return names


def solved(seed: int, rounds: int) -> Iterator[tuple[str, str, Problem, Tensor]]:
    """So many problems of each kind, by kind and numbers, with their outputs."""
    rng = np.random.default_rng(seed)
    for kind in KINDS * rounds:
        while True:
            numbers = str(rng.choice(NUMBERS))
            problem = drawn(rng, kind, numbers)
            with contextlib.suppress(FitError):  # of an integer type, where a root or an average is none
                output = run(problem).output
                break
        yield kind, numbers, problem, output


def refused(framework: str, problem: Problem, output: Tensor) -> bool:
    try:
        script(framework, problem, output)
    except FitError as error:
        return "cannot be told in floats" in error.problem
    return False


def agree(framework: str, seed: int, rounds: int) -> Counter[str]:
    """Run the scripts of so many problems of each kind; how many there were of each, and how they were compared."""
    tally = Counter[str]()
    for kind, numbers, problem, output in solved(seed, rounds):
        if kind in ("avg", "lp") and numbers in ("wrap", "saturate") and refused(framework, problem, output):
            tally["refused"] += 1
            continue
        text = script(framework, problem, output)
        try:
            executed(text)
        except Exception as error:
            error.add_note(text)
            raise
        tally["exact" if "assert_array_equal" in text else "bounded"] += 1
        tally[kind] += 1
    return tally
