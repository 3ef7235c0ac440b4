"""Floor 3: layers without numbers in them: sizes, costs, receptive fields, and the same questions the other way round.

A `Layer` is what was asked for, a `Fitted` one is on an input, a `Stack` is layers one after another.
"""

from convcli.layers.candidates import Bounds
from convcli.layers.field import Field
from convcli.layers.fit import BYTES, Fitted
from convcli.layers.inputs import Inputs, chain, inputs_for
from convcli.layers.layer import AnyAxis, Kind, Layer
from convcli.layers.shape import Shape, resolved
from convcli.layers.stack import Stack, check_kernels, stack
from convcli.layers.wanted import Found, settings_for

__all__ = [
    "BYTES", "AnyAxis", "Bounds", "Field", "Fitted", "Found", "Inputs", "Kind", "Layer", "Shape", "Stack", "chain",
    "check_kernels", "inputs_for", "resolved", "settings_for", "stack",
]  # fmt: skip
