"""The convolution, transposed convolution or gradients that were asked for."""

from convcli.axis import PaddingMode
from convcli.errors import UsageError
from convcli.layout import KERNEL_LAYOUTS
from convcli.limits import Limits
from convcli.problem import Convolution, convolution
from convcli.reading.settings import (
    parse_choice,
    parse_flag,
    parse_integer,
    parse_integers,
    parse_number,
    parse_padding,
)
from convcli.request.asked import COMMON, MODES, Asked, Parser, missing
from convcli.request.operation import Operation
from convcli.settings import Settings

TYPE_CHECKING = False  # typing's, which type checkers know by this name
if TYPE_CHECKING:
    from convcli.problem import Gradients, Transposed

RANKS = {"1d": 1, "2d": 2, "3d": 3, "1x1": 2}

ROLES = ("input", "kernel", "bias", "dy")

GRADIENTS = ("all", "input", "kernel", "bias")

PARSERS: dict[str, Parser] = {
    "stride": parse_integers,
    "padding": lambda name, text: parse_padding(text),
    "dilation": parse_integers,
    "groups": parse_integer,
    "padding-mode": lambda name, text: PaddingMode(parse_choice(name, text, MODES)),
    "pad-value": parse_number,
    "flip": parse_flag,
    "transposed": parse_flag,
    "output-padding": parse_integers,
    "output-size": parse_integers,
    "grad": lambda name, text: parse_choice(name, text, GRADIENTS),
    "kernel-layout": lambda name, text: parse_choice(name, text, KERNEL_LAYOUTS),
} | COMMON
"""Every setting of a convolution by its option name, and what its text means."""

GEOMETRY = ("stride", "padding", "dilation", "groups", "padding-mode", "flip", "output-padding", "output-size")


def posed(asked: Asked, limits: Limits) -> "Convolution | Transposed | Gradients":
    """The problem that was asked for.

    Raises UsageError for what cannot be meant, FitError for what does not agree.
    """
    x, w, bias, dy = (asked.tensors.get(role) for role in ROLES)
    if x is None or w is None:
        raise missing(asked, ("input", "kernel"))
    settings = Settings(**asked.chosen(*GEOMETRY))
    chosen, rank = asked.chosen("layout", "kernel-layout", "dtype", "overflow"), RANKS[asked.command]
    grad, is_transposed = asked.settings.get("grad"), asked.settings.get("transposed", False)
    if is_transposed:
        from convcli.problem import transposed

        _refuse_with_transposed(asked)
        return transposed(x, w, bias, rank=rank, settings=settings, **chosen)
    if dy is not None and grad is None:
        raise _dy_without_grad()
    forward = convolution(
        x,
        w,
        bias,
        rank=rank,
        settings=settings,
        pointwise=asked.command == "1x1",
        others=() if dy is None else (dy,),
        **chosen,
        **asked.chosen("pad-value"),
    )
    if grad is None:
        return forward
    from convcli.problem import gradients

    if dy is None:  # ones will do, and have to be made
        limits.check("output", forward.spec.output_size, of="the gradient of the output")
    return gradients(forward, dy, **asked.chosen("kernel-layout"))


def _refuse_with_transposed(asked: Asked) -> None:
    if asked.command == "1x1":
        raise UsageError(
            "a transposed 1x1 convolution is a 1x1 convolution",
            given="convcalc 1x1 with transposed",
            expected="a kernel (outputs, inputs), that is the transposed one's with its two axes exchanged",
            fix="transpose the kernel, or use convcalc 2d --transposed",
            setting="transposed",
        )
    if "pad-value" in asked.settings:
        raise UsageError(
            "a transposed convolution pads with nothing",
            given="pad-value with transposed",
            expected="padding that crops the output; nothing is ever filled in",
            fix="leave out the padding value",
            setting="pad-value",
        )
    if "grad" in asked.settings or "dy" in asked.tensors:
        raise UsageError(
            "gradients are those of a convolution",
            given=f"{'grad' if 'grad' in asked.settings else 'dy'} with transposed",
            expected="a convolution; the gradient of a transposed one's input is itself a convolution of dy",
            fix=_as_convolution(asked),
            setting="grad" if "grad" in asked.settings else None,
        )


def _as_convolution(asked: Asked) -> str:
    """What to run for the gradient of a transposed convolution's input: its kernel's channels change places."""
    layout = asked.settings.get("kernel-layout", "iohw").translate(str.maketrans("io", "oi"))
    if layout not in KERNEL_LAYOUTS:
        return (
            f"for that lay the kernel out as iohw and run convcalc {asked.command} --input DY with it, "
            "without transposed"
        )
    said = "" if layout == "oihw" else f" --kernel-layout {layout}"
    dropped = "".join(f" and without {name}" for name in ("output-padding", "output-size") if name in asked.settings)
    return (
        f"for that run convcalc {asked.command} --input DY{said} with the same kernel, stride, padding and dilation, "
        f"without transposed{dropped}"
    )


def _dy_without_grad() -> UsageError:
    return UsageError(
        "dy is the gradient of the output, and no gradient is asked for",
        given="dy without grad",
        expected="--grad with input, kernel, bias or all",
        fix="add --grad all, or leave out dy",
    )


OPERATION = Operation(ranks=RANKS, roles=ROLES, parsers=PARSERS, posed=posed)
