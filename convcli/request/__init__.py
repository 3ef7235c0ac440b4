"""Floor 8: what was asked for, as data: tensors and settings by name to a problem, and back to a command line."""

from importlib import import_module

from convcli.request.asked import Asked
from convcli.request.operation import Operation

__all__ = ["HOMES", "Asked", "Operation", "operation"]

HOMES = {
    **dict.fromkeys(("1d", "2d", "3d", "1x1"), "convcli.request.convolution"),
    **dict.fromkeys(("pool1d", "pool2d", "pool3d"), "convcli.request.pooling"),
}
"""The module of each command's operation; loaded when it is asked for."""


def operation(command: str) -> Operation:
    """What a command computes."""
    found: Operation = import_module(HOMES[command]).OPERATION
    return found
