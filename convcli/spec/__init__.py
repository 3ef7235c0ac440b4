"""Floor 2: normalised operations, whose every setting is per axis and whose geometry is possible."""

from convcli.spec.convolution import AXIS_NAMES, ConvSpec, Orientation, axis_name, conv_spec

__all__ = ["AXIS_NAMES", "ConvSpec", "Orientation", "axis_name", "conv_spec"]
