"""Options as data: Typer makes a parser of a class of them, and gives a value of that class back.

Every value is text here; `reading.settings` knows what it means. Groups of options are the help's headings.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import typer

from convcli.numbers.arithmetic import DTYPES
from convcli.render.formats import FORMATS
from convcli.request.asked import OVERFLOWS

COLORS = ("auto", "always", "never")


def one_of(choices: tuple[str, ...]) -> Callable[[str], list[str]]:
    """What completes a choice."""

    def complete(incomplete: str) -> list[str]:
        return [choice for choice in choices if choice.startswith(incomplete)]

    return complete


def complete_source(incomplete: str) -> list[str]:
    """The names that complete a source."""
    from convcli.reading.names import NAMES

    return [f"@{name}" for name in NAMES if f"@{name}".startswith(incomplete)] if incomplete.startswith("@") else []


Text = str | None
Switch = bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What every operation takes: how to compute, what to explain, where to write. None is: not given."""

    # fmt: off
    dtype: Annotated[Text, typer.Option(
        metavar="TYPE", rich_help_panel="Numbers", autocompletion=one_of(DTYPES),
        help="auto (default): text is exact, .npy floats keep their type; or exact, float64/32/16, int8..64, uint8..64")] = None
    overflow: Annotated[Text, typer.Option(
        metavar="POLICY", rich_help_panel="Numbers", autocompletion=one_of(OVERFLOWS),
        help="error (default), wrap or saturate: what integer types do with values they do not hold")] = None
    fractions: Annotated[bool, typer.Option(
        "--fractions", rich_help_panel="Numbers", help="write what is not an integer as a fraction: 5/3")] = False
    precision: Annotated[Text, typer.Option(
        metavar="DIGITS", rich_help_panel="Numbers", help="significant digits in tables and explanations (6)")] = None

    explain: Annotated[bool, typer.Option(
        "--explain", "-e", rich_help_panel="Explanation", help="show every patch, product and sum")] = False
    at: Annotated[list[str] | None, typer.Option(
        metavar="INDEX", rich_help_panel="Explanation",
        help="explain only this output element, e.g. 0,1,2; may be repeated; computes nothing else")] = None
    animate: Annotated[bool, typer.Option(
        "--animate", rich_help_panel="Explanation", help="a picture that moves, one frame for each output element (svg)")] = False
    show: Annotated[Text, typer.Option(
        metavar="N|all", rich_help_panel="Explanation", help="how many elements are explained before the rest is left out")] = None
    from_one: Annotated[bool, typer.Option(
        "--from-one", rich_help_panel="Explanation", help="count indices from 1, as textbooks do, in --at too; JSON and YAML count from 0")] = False

    interactive: Annotated[bool, typer.Option(
        "--interactive", rich_help_panel="Explanation", help="open the workbench on it: step, edit, change settings")] = False

    format: Annotated[Text, typer.Option(
        "--format", "-f", metavar="FORMAT", rich_help_panel="Output", autocompletion=one_of(tuple(FORMATS)),
        help="table (default on a terminal), plain (in a pipe), yaml, json, csv, npy; markdown, latex, latex-fragment, html (a page to play with), svg; heat, png, pgm, ppm; pytorch, tensorflow, jax, numpy, onnx")] = None
    output: Annotated[Text, typer.Option(
        "--output", "-o", metavar="FILE", rich_help_panel="Output", help="write there instead; its ending implies the format")] = None
    color: Annotated[str, typer.Option(
        metavar="WHEN", rich_help_panel="Output", autocompletion=one_of(COLORS), help="auto, always or never")] = "auto"
    ascii: Annotated[bool, typer.Option(
        "--ascii", rich_help_panel="Output", help="use no sign beyond ASCII in tables and explanations")] = False
    width: Annotated[Text, typer.Option(
        metavar="COLUMNS", rich_help_panel="Output", help="columns that tables and explanations may take")] = None
    limit: Annotated[list[str] | None, typer.Option(
        metavar="NAME=N", rich_help_panel="Output", help="raise a limit: text, cells, depth, output, padded, products or work")] = None
    debug: Annotated[bool, typer.Option(
        "--debug", rich_help_panel="Output", help="show the traceback of an internal error")] = False
    # fmt: on
