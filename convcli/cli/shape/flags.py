"""The options of `convcalc shape`."""

from dataclasses import dataclass
from typing import Annotated

import typer

from convcli.axis import RULES
from convcli.cli.options import COLORS, Switch, Text, one_of
from convcli.layers import BYTES
from convcli.render.formats import Kind, named

FORMATS = named(Kind.DOCUMENT, Kind.TEXT, Kind.MAPPING, Kind.PAGE)
POOLS = ("max", "avg", "lp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    """What was typed. None is: not given."""

    # fmt: off
    words: Annotated[list[str] | None, typer.Argument(
        metavar="[INPUT|FILE] [LAYER]...", show_default=False,
        help="a shape (224, 3x224x224, 3@224x224) and layers ('conv 64 k7 s2 p3', 'max k2', 'global avg'), or a file with input and layers")] = None

    input: Annotated[Text, typer.Option(
        "--input", "-i", metavar="SHAPE", rich_help_panel="Tensors", help="the input's shape, as the first argument; wins over a file's")] = None
    channels: Annotated[Text, typer.Option(
        metavar="N", rich_help_panel="Tensors", help="the input's channels: then its shape is sizes alone; the same as N@ before it")] = None

    kernel: Annotated[Text, typer.Option(
        "--kernel", "-k", metavar="N[,N..]", rich_help_panel="Settings", help="of a single layer, instead of words: the kernel's size")] = None
    stride: Annotated[Text, typer.Option(
        "--stride", "-s", metavar="N[,N..]", rich_help_panel="Settings", help="step between windows; a pool's is its kernel unless given")] = None
    padding: Annotated[Text, typer.Option(
        "--padding", "-p", metavar="PADDING", rich_help_panel="Settings", autocompletion=one_of(tuple(RULES)),
        help="1 | 1,2 per axis | 1:2,0:1 before:after | valid, same, same-lower, half, full, causal")] = None
    dilation: Annotated[Text, typer.Option(
        "--dilation", "-d", metavar="N[,N..]", rich_help_panel="Settings", help="spacing of the kernel's elements")] = None
    groups: Annotated[Text, typer.Option(
        "--groups", "-g", metavar="N", rich_help_panel="Settings", help="split the channels")] = None
    out: Annotated[Text, typer.Option(
        metavar="N", rich_help_panel="Settings", help="output channels")] = None
    bias: Annotated[Switch, typer.Option(
        "--bias/--no-bias", rich_help_panel="Settings", help="whether a bias is counted among the parameters (it is)")] = None
    transposed: Annotated[bool, typer.Option(
        "--transposed", "-t", rich_help_panel="Settings", help="a transposed convolution")] = False
    output_padding: Annotated[Text, typer.Option(
        metavar="N[,N..]", rich_help_panel="Settings", help="with --transposed: give back what padding crops at the end")] = None
    pool: Annotated[Text, typer.Option(
        metavar="KIND", rich_help_panel="Settings", autocompletion=one_of(POOLS), help="a pool: max, avg or lp")] = None
    ceil: Annotated[Switch, typer.Option(
        "--ceil/--no-ceil", rich_help_panel="Settings", help="with --pool: let the last window hang over the end")] = None

    want: Annotated[Text, typer.Option(
        metavar="SIZE", rich_help_panel="Explanation", help="list the settings that give this output, e.g. 112 or 112x112; those given are kept")] = None
    up_to: Annotated[list[str] | None, typer.Option(
        metavar="NAME=N", rich_help_panel="Explanation",
        help="with --want: the largest kernel (11), stride (8), padding (5) or dilation (3) tried; may be repeated")] = None
    inputs_for: Annotated[Text, typer.Option(
        metavar="SIZE", rich_help_panel="Explanation", help="tell which inputs give this output")] = None
    explain: Annotated[bool, typer.Option(
        "--explain", "-e", rich_help_panel="Explanation", help="in a pipe, too, show how the answer comes about")] = False
    show: Annotated[Text, typer.Option(
        metavar="N|all", rich_help_panel="Explanation", help="with --want: how many layers are listed (20 in a table or explanation; else all)")] = None

    dtype: Annotated[Text, typer.Option(
        metavar="TYPE", rich_help_panel="Numbers", autocompletion=one_of(tuple(BYTES)),
        help="what memory is counted in: float32 (default), float16, bfloat16, int8 ...")] = None

    format: Annotated[Text, typer.Option(
        "--format", "-f", metavar="FORMAT", rich_help_panel="Output", autocompletion=one_of(FORMATS),
        help="table (default on a terminal), plain (in a pipe: the answer alone), yaml, json or svg")] = None
    output: Annotated[Text, typer.Option(
        "--output", "-o", metavar="FILE", rich_help_panel="Output", help="write there instead; its ending implies the format")] = None
    color: Annotated[str, typer.Option(
        metavar="WHEN", rich_help_panel="Output", autocompletion=one_of(COLORS), help="auto, always or never")] = "auto"
    ascii: Annotated[bool, typer.Option(
        "--ascii", rich_help_panel="Output", help="use no sign beyond ASCII")] = False
    width: Annotated[Text, typer.Option(
        metavar="COLUMNS", rich_help_panel="Output", help="columns that the text may take")] = None
    limit: Annotated[list[str] | None, typer.Option(
        metavar="NAME=N", rich_help_panel="Output", help="raise a limit on what is read: text or depth")] = None
    debug: Annotated[bool, typer.Option(
        "--debug", rich_help_panel="Output", help="show the traceback of an internal error")] = False
    # fmt: on
