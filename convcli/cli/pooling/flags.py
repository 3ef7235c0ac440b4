"""The options of pooling."""

from dataclasses import dataclass
from typing import Annotated

import typer

from convcli.axis import RULES
from convcli.cli.options import Common, Switch, Text, complete_source, one_of
from convcli.layout import LAYOUTS
from convcli.request.pooling import KINDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags(Common):
    """What was typed. None is: not given."""

    # fmt: off
    problem: Annotated[Text, typer.Argument(
        metavar="[PROBLEM]", show_default=False, help="a file with input and settings; flags win over it")] = None

    input: Annotated[Text, typer.Option(
        "--input", "-i", metavar="SOURCE", rich_help_panel="Tensors", autocompletion=complete_source, help="the input")] = None
    layout: Annotated[Text, typer.Option(
        metavar="NAME", rich_help_panel="Tensors", autocompletion=one_of(LAYOUTS),
        help="nchw (default) or nhwc: channels first or last, in input and output")] = None

    kind: Annotated[Text, typer.Option(
        metavar="KIND", rich_help_panel="Settings", autocompletion=one_of(KINDS),
        help="max (default), avg, or lp: the root of the sum of powers")] = None
    kernel_size: Annotated[Text, typer.Option(
        "--kernel-size", "-k", metavar="N[,N..]", rich_help_panel="Settings", help="the window: one number, or one per axis")] = None
    global_: Annotated[Switch, typer.Option(
        "--global/--no-global", rich_help_panel="Settings", help="the whole input is the window")] = None
    stride: Annotated[Text, typer.Option(
        "--stride", "-s", metavar="N[,N..]", rich_help_panel="Settings", help="step between windows (the window's size)")] = None
    padding: Annotated[Text, typer.Option(
        "--padding", "-p", metavar="PADDING", rich_help_panel="Settings", autocompletion=one_of(tuple(RULES)),
        help="1 | 1,2 per axis | 1:2,0:1 before:after | valid, same, same-lower, half, full, causal")] = None
    dilation: Annotated[Text, typer.Option(
        "--dilation", "-d", metavar="N[,N..]", rich_help_panel="Settings", help="spacing of the window's elements")] = None
    ceil: Annotated[Switch, typer.Option(
        "--ceil/--no-ceil", rich_help_panel="Settings", help="let a last window hang over the end, if it starts in the input")] = None
    count_include_pad: Annotated[Switch, typer.Option(
        "--count-include-pad/--no-count-include-pad", rich_help_panel="Settings",
        help="with avg: whether padding counts in the divisor (it does, as in PyTorch; in TensorFlow and ONNX it does not)")] = None
    divisor: Annotated[Text, typer.Option(
        metavar="N", rich_help_panel="Settings", help="with avg: divide by this in place of a count")] = None
    power: Annotated[Text, typer.Option(
        metavar="P", rich_help_panel="Settings", help="with lp: the power, a positive integer (2)")] = None
    # fmt: on
