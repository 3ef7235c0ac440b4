"""The form of an answer: which format, where to, how many digits, how wide. Settled before anything is read."""

from dataclasses import dataclass

from convcli.cli.options import COLORS, Common
from convcli.cli.request import requested_limits
from convcli.cli.world import World
from convcli.errors import UsageError, quoted
from convcli.limits import Limits
from convcli.reading.settings import parse_choice, parse_integer
from convcli.render.formats import ENDINGS, EXPLAINING, FORMATS, Kind, named

PRECISION = 6
"""Significant digits in tables and explanations, unless told otherwise."""


HOLDS = {Kind.NUMBERS: "numbers", Kind.IMAGE: "a picture", Kind.CODE: "code"}
"""What those formats hold that have no room for an explanation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The form of an answer, settled before anything is read or computed."""

    format: str
    path: str | None
    explained: bool
    animated: bool
    color: bool
    colors: str
    """How many colours there are, as heat maps name them."""
    ascii: bool
    width: int
    precision: int
    fractions: bool
    from_one: bool
    show: int | None
    everything: bool
    limits: Limits

    @property
    def kind(self) -> Kind:
        """What the format holds; of one that may hold numbers or an explanation, which of the two is asked for."""
        kind = FORMATS[self.format].kind
        return (Kind.DOCUMENT if self.explained else Kind.NUMBERS) if kind is Kind.TEXT else kind


def requested_form(flags: Common, world: World) -> Form:
    """The form that the flags ask for. Raises UsageError for one that there is not."""
    path = None if flags.output == "-" else flags.output
    explained = flags.explain or bool(flags.at)
    color = world.color(parse_choice("color", flags.color, COLORS))
    name = flags.format and parse_choice("format", flags.format, FORMATS)
    if name is None and flags.animate and path is None:
        name = "svg"
    if name is None:
        person = path is None and (world.out_is_terminal or (explained and color))
        name = format_of(path) if path is not None else "table" if person else "plain"
    kind = FORMATS[name].kind
    if flags.animate and name != "svg":
        raise _not_animated(name, flags)
    if flags.animate and flags.at:
        raise UsageError(
            "a picture that moves shows every element",
            given="--animate with --at",
            expected="one of them",
            fix="leave out --at, or leave out --animate for a picture of that element",
        )
    if kind not in EXPLAINING and explained and path is None:
        raise UsageError(
            f"{name} holds {HOLDS[kind]} only, no explanation",
            given=f"{'--explain' if flags.explain else '--at'} with --format {name}",
            expected=", ".join(named(*EXPLAINING)),
            fix=f"write -f json, or -f {name} -o FILE to have {HOLDS[kind]} in a file and the explanation here",
        )
    if FORMATS[name].binary and path is None and world.out_is_terminal:
        raise UsageError(
            f"{name} is a binary format, not for a terminal",
            given=f"--format {name} without a file",
            expected="a file, or a pipe",
            fix=f"write -o y.{FORMATS[name].endings[0]}",
        )
    return Form(
        format=name,
        path=path,
        explained=explained,
        animated=flags.animate,
        color=color and path is None,
        colors=world.colors if color and path is None else "none",
        ascii=flags.ascii or (path is None and world.is_ascii),
        width=_at_least_one("width", flags.width) or world.width(),
        precision=_at_least_one("precision", flags.precision, most=4300) or PRECISION,
        fractions=flags.fractions,
        from_one=flags.from_one,
        limits=requested_limits(flags.limit),
        show=None if flags.show in (None, "all") else _at_least_one("show", flags.show),
        everything=flags.show == "all",
    )


def _not_animated(name: str, flags: Common) -> UsageError:
    given = f"--format {name}" if flags.format else f"--output {quoted(flags.output or '')}"
    return UsageError(
        f"{name} is no picture that moves",
        given=f"--animate with {given}",
        expected="svg",
        fix="write -o y.svg, or -f svg",
    )


def format_of(path: str) -> str:
    """The format that the ending of a path implies. Raises UsageError for an ending that implies none."""
    ending = path.rpartition(".")[2].lower() if "." in path else ""
    if ending not in ENDINGS:
        raise UsageError(
            "the ending of the output file names no format",
            given=f"--output {quoted(path)}",
            expected="an ending among " + ", ".join(f".{name}" for name in ENDINGS),
            fix="choose such an ending, or say --format, as in -f numpy -o y.py",
        )
    return ENDINGS[ending]


def _at_least_one(name: str, text: str | None, most: int = 10**6) -> int | None:
    if text is None:
        return None
    value = parse_integer(name, text)
    if not 1 <= value <= most:
        raise UsageError(
            f"{name} is out of range",
            given=f"--{name} {quoted(text)}",
            expected=f"one integer from 1 to {most:,}",
            fix=f"write --{name} 10",
        )
    return value
