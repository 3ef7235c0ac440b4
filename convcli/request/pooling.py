"""The pooling that was asked for."""

from convcli.errors import UsageError, quoted
from convcli.limits import Limits
from convcli.problem import Pooling, pooling
from convcli.reading.settings import parse_choice, parse_flag, parse_integer, parse_integers, parse_padding
from convcli.request.asked import COMMON, Asked, Parser, missing
from convcli.request.operation import Operation
from convcli.settings import PoolKind, PoolSettings
from convcli.spec.pooling import MOST_POWER

RANKS = {"pool1d": 1, "pool2d": 2, "pool3d": 3}

ROLES = ("input",)

KINDS = tuple(kind.value for kind in PoolKind)

WINDOW = ("kernel-size", "stride", "padding", "dilation", "ceil")
"""What global pooling has no use for."""

OF_KIND = {"divisor": PoolKind.AVERAGE, "count-include-pad": PoolKind.AVERAGE, "power": PoolKind.LP}
"""What only one kind of pooling has."""


def _power(name: str, text: str) -> int:
    """A positive integer; infinity is another kind of pooling."""
    if text.strip().lstrip("+").lstrip(".").lower() in ("inf", "infinity"):
        raise UsageError(
            "the power of Lp pooling is infinite",
            given=f"power {quoted(text)}",
            expected=f"an integer from 1 to {MOST_POWER}",
            fix="write --kind max: the largest magnitude is the limit of Lp pooling; take magnitudes first",
            setting=name,
        )
    return parse_integer(name, text)


PARSERS: dict[str, Parser] = {
    "kind": lambda name, text: PoolKind(parse_choice(name, text, KINDS)),
    "kernel-size": parse_integers,
    "global": parse_flag,
    "stride": parse_integers,
    "padding": lambda name, text: parse_padding(text),
    "dilation": parse_integers,
    "ceil": parse_flag,
    "count-include-pad": parse_flag,
    "divisor": parse_integer,
    "power": _power,
} | COMMON
"""Every setting of pooling by its option name, and what its text means."""


def posed(asked: Asked, limits: Limits) -> Pooling:
    """The pooling that was asked for.

    Raises UsageError for what cannot be meant, FitError for what does not agree.
    """
    if "input" not in asked.tensors:
        raise missing(asked, ROLES)
    x, rank, settings = asked.tensors["input"], RANKS[asked.command], _settings(asked)
    return pooling(x, rank=rank, settings=settings, **asked.chosen("layout", "dtype", "overflow"))


def _settings(asked: Asked) -> PoolSettings:
    given, kind = asked.settings, asked.settings.get("kind", PoolKind.MAX)
    for name, other in OF_KIND.items():
        if name in given and kind is not other:
            raise _of_another_kind(name, other, kind)
    whole = given.get("global", False)
    if whole:
        for name in WINDOW:
            if given.get(name, False) is not False:
                raise _of_a_window(name)
    elif "kernel-size" not in given:
        raise _no_window()
    return PoolSettings(**asked.chosen("kind", *OF_KIND, *(() if whole else WINDOW)))


def _of_another_kind(name: str, other: PoolKind, kind: PoolKind) -> UsageError:
    return UsageError(
        f"{name} belongs to another kind of pooling",
        given=f"{name} with kind {kind.value}",
        expected=f"kind {other.value}",
        fix=f"say --kind {other.value}, or leave out {name}",
        setting=name,
    )


def _of_a_window(name: str) -> UsageError:
    return UsageError(
        f"global pooling has no {name}",
        given=f"{name} with global",
        expected="the whole input as the only window",
        fix=f"leave out {name}, or leave out global" + ("" if name == "kernel-size" else " and say kernel-size"),
        setting=name,
    )


def _no_window() -> UsageError:
    return UsageError(
        "the size of the window is missing",
        given="neither kernel-size nor global",
        expected="one of them",
        fix="add --kernel-size 2 for windows of 2 along every axis, or --global for one window",
    )


OPERATION = Operation(ranks=RANKS, roles=ROLES, parsers=PARSERS, posed=posed)
