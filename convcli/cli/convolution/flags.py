"""The options of a convolution."""

from dataclasses import dataclass
from typing import Annotated

import typer

from convcli.axis import RULES
from convcli.cli.options import Common, Switch, Text, complete_source, one_of
from convcli.layout import KERNEL_LAYOUTS, LAYOUTS
from convcli.request.asked import MODES
from convcli.request.convolution import GRADIENTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags(Common):
    """What was typed. None is: not given."""

    # fmt: off
    problem: Annotated[Text, typer.Argument(
        metavar="[PROBLEM]", show_default=False, help="a file with input, kernel, bias and settings; flags win over it")] = None

    input: Annotated[Text, typer.Option(
        "--input", "-i", metavar="SOURCE", rich_help_panel="Tensors", autocompletion=complete_source, help="the input")] = None
    kernel: Annotated[Text, typer.Option(
        "--kernel", "-k", metavar="SOURCE", rich_help_panel="Tensors", autocompletion=complete_source, help="the kernel (weight)")] = None
    bias: Annotated[Text, typer.Option(
        "--bias", "-b", metavar="SOURCE", rich_help_panel="Tensors", autocompletion=complete_source, help="one number for each output channel, or one for all")] = None
    layout: Annotated[Text, typer.Option(
        metavar="NAME", rich_help_panel="Tensors", autocompletion=one_of(LAYOUTS),
        help="nchw (default) or nhwc: channels first or last, in input and output")] = None
    kernel_layout: Annotated[Text, typer.Option(
        metavar="NAME", rich_help_panel="Tensors", autocompletion=one_of(KERNEL_LAYOUTS),
        help="oihw (default, PyTorch, ONNX), hwio (TensorFlow, JAX) or ohwi (TFLite); transposed: iohw (default) or hwoi")] = None

    stride: Annotated[Text, typer.Option(
        "--stride", "-s", metavar="N[,N..]", rich_help_panel="Settings", help="step between windows: one number, or one per axis")] = None
    padding: Annotated[Text, typer.Option(
        "--padding", "-p", metavar="PADDING", rich_help_panel="Settings", autocompletion=one_of(tuple(RULES)),
        help="1 | 1,2 per axis | 1:2,0:1 before:after | valid, same, same-lower, half, full, causal")] = None
    dilation: Annotated[Text, typer.Option(
        "--dilation", "-d", metavar="N[,N..]", rich_help_panel="Settings", help="spacing of the kernel's elements")] = None
    groups: Annotated[Text, typer.Option(
        "--groups", "-g", metavar="N", rich_help_panel="Settings", help="split the channels; as many as channels: depthwise")] = None
    padding_mode: Annotated[Text, typer.Option(
        metavar="MODE", rich_help_panel="Settings", autocompletion=one_of(MODES),
        help="zeros (default), reflect, symmetric, replicate or circular")] = None
    pad_value: Annotated[Text, typer.Option(
        metavar="NUMBER", rich_help_panel="Settings", help="what padding mode zeros fills in, if not 0")] = None
    flip: Annotated[Switch, typer.Option(
        "--flip/--no-flip", rich_help_panel="Settings", help="true convolution: read the kernel backwards")] = None
    transposed: Annotated[Switch, typer.Option(
        "--transposed/--no-transposed", "-t", rich_help_panel="Settings", help="transposed convolution: each input element stamps the kernel onto the output")] = None
    output_padding: Annotated[Text, typer.Option(
        metavar="N[,N..]", rich_help_panel="Settings", help="with --transposed: give back what padding crops at the end")] = None
    output_size: Annotated[Text, typer.Option(
        metavar="N[,N..]", rich_help_panel="Settings", help="with --transposed: how long the output shall be, by output padding")] = None
    grad: Annotated[Text, typer.Option(
        metavar="OF", rich_help_panel="Settings", autocompletion=one_of(GRADIENTS),
        help="gradients instead of the output: of the input, the kernel, the bias, or all")] = None
    dy: Annotated[Text, typer.Option(
        metavar="SOURCE", rich_help_panel="Tensors", autocompletion=complete_source, help="with --grad: the gradient of the output (ones)")] = None

    explain_plan: Annotated[bool, typer.Option(
        "--explain-plan", rich_help_panel="Explanation", help="say on stderr how it was computed: method, arithmetic, blocks, threads, memory, time")] = False
    threads: Annotated[Text, typer.Option(
        metavar="N", rich_help_panel="Output", help="threads to compute with (one for each processor); results are the same")] = None
    memory: Annotated[Text, typer.Option(
        metavar="SIZE", rich_help_panel="Output", help="from .npy to .npy: what may be held beside the files (512M), as 64M, 2G or bytes")] = None
    # fmt: on
