"""convcalc: a convolution calculator that shows its work.

    >>> from convcli import conv1d
    >>> conv1d([[1, 2, 3, 4]], [[[1, 0, -1]]])
    array([[-2, -2]])

Names are loaded when first used, so that `convcalc --version` need not wait for NumPy.
"""

__version__ = "0.1.0"

_HOMES = {
    "ConvError": "convcli.errors",
} | dict.fromkeys(
    (
        "avg_pool1d", "avg_pool2d", "avg_pool3d", "conv1d", "conv2d", "conv3d", "conv_grad", "conv_transpose1d",
        "conv_transpose2d", "conv_transpose3d", "explain", "explain_pool", "global_avg_pool", "global_max_pool",
        "lp_pool1d", "lp_pool2d", "lp_pool3d", "max_pool1d", "max_pool2d", "max_pool3d", "output_shape",
        "receptive_field",
    ),
    "convcli.api",
)  # fmt: skip

__all__ = [
    "ConvError", "__version__", "avg_pool1d", "avg_pool2d", "avg_pool3d", "conv1d", "conv2d", "conv3d", "conv_grad",
    "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "explain", "explain_pool", "global_avg_pool",
    "global_max_pool", "lp_pool1d", "lp_pool2d", "lp_pool3d", "max_pool1d", "max_pool2d", "max_pool3d", "output_shape",
    "receptive_field",
]  # fmt: skip

TYPE_CHECKING = (
    False  # typing's, which type checkers know by this name; importing typing would cost more than --version
)
if TYPE_CHECKING:
    from convcli.api import (
        avg_pool1d,
        avg_pool2d,
        avg_pool3d,
        conv1d,
        conv2d,
        conv3d,
        conv_grad,
        conv_transpose1d,
        conv_transpose2d,
        conv_transpose3d,
        explain,
        explain_pool,
        global_avg_pool,
        global_max_pool,
        lp_pool1d,
        lp_pool2d,
        lp_pool3d,
        max_pool1d,
        max_pool2d,
        max_pool3d,
        output_shape,
        receptive_field,
    )
    from convcli.errors import ConvError


def __getattr__(name: str) -> object:
    if name in _HOMES:
        from importlib import import_module

        found = globals()[name] = getattr(import_module(_HOMES[name]), name)  # the next use finds it at once
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
