"""What is measured against whom, and how fast it has to be: families of layers, in parts of one kind each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from tests.benchmarks.engine.layers import (
    BIG_KERNELS,
    DEPTHWISE,
    DILATED,
    ELSEWHERE,
    GROUPED,
    INTEGERS,
    KERNELS,
    POINTWISE,
    RESNET,
    SIGNALS,
    TEXTBOOK,
    VGG,
    VOLUMES,
    Layer,
)


@dataclass(frozen=True, slots=True)
class Part:
    """Layers on one kind of numbers."""

    name: str
    layers: tuple[Layer, ...]
    numbers: str = "float32"


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """Layers and their peers, each with the ratio that the mean has to reach, if any."""

    name: str
    parts: tuple[Part, ...]
    peers: Mapping[str, float | None] = field(default_factory=dict)
    ours: str = "convcalc"
    best: float | None = None
    """The ratio to reach to whichever of the peers is fastest on a layer."""
    by_least: bool = False
    """The bar is for each layer, and not for the mean."""
    microseconds: float | None = None
    """The most that a call of ours may take."""


ALL = dict.fromkeys(("PyTorch", "ONNX Runtime", "SciPy fftconvolve", "SciPy oaconvolve", "SciPy direct"))

FLOATS = (
    Family("pointwise", (Part("1x1-float32", POINTWISE), Part("1x1-float64", POINTWISE, "float64")), {"PyTorch": 0.9}),
    Family(
        "dense",
        (
            Part("VGG", VGG),
            Part("ResNet", RESNET),
            Part("dilated", DILATED),
            Part("kernels", KERNELS),
            Part("elsewhere", ELSEWHERE),
        ),
        {"PyTorch": 0.8, "ONNX Runtime": None},
    ),
    Family("groups", (Part("depthwise", DEPTHWISE), Part("grouped", GROUPED)), {"PyTorch": 0.4}),
    Family("volumes", (Part("volumes", VOLUMES),), {"PyTorch": 0.7}),
    Family("signals", (Part("signals", SIGNALS),), ALL, best=1.0),
    Family("big_kernels", (Part("big_kernels", BIG_KERNELS),), ALL, best=1.0),
)

FAMILIES = (
    *FLOATS,
    Family("integers", (Part("int8", INTEGERS, "int8"), Part("int16", INTEGERS, "int16")), {"PyTorch": 8.0}),
    Family("wide", (Part("26-bits", INTEGERS, "26 bits"),), {"PyTorch": 2.0}),
    Family("past64", (Part("32-bits", INTEGERS, "32 bits"),), {"PyTorch": 1.0}),
    Family(
        "decimals",
        (Part("decimals", INTEGERS, "decimals"),),
        {"convcalc, float64": 0.4},
        ours="convcalc, decimals",
    ),
    Family(
        "naive",
        tuple(
            Part(f"naive-{part.name}", part.layers, part.numbers) for family in FLOATS for part in family.parts
        ),
        {"naive NumPy": 1.0},
        by_least=True,
    ),
    Family(
        "small",
        (Part("textbook-integers", TEXTBOOK, "small"), Part("textbook-float32", TEXTBOOK)),
        {"PyTorch": None, "naive NumPy": None},
        microseconds=60,
    ),
)  # fmt: skip

NAMES = tuple(dict.fromkeys(name for family in FAMILIES for name in (family.name, *(p.name for p in family.parts))))


def chosen(only: Collection[str], most: int | None) -> list[Family]:
    """The families, or those parts of them, that are named; of each part at most so many layers."""
    families = []
    for family in FAMILIES:
        parts = [part for part in family.parts if not only or {family.name, part.name} & set(only)]
        if parts:
            families.append(replace(family, parts=tuple(replace(part, layers=part.layers[:most]) for part in parts)))
    return families
