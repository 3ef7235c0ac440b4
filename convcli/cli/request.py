"""What was asked for: flags and a problem file brought together into one `Problem`."""

from collections.abc import Callable
from typing import Any

from convcli.axis import PaddingMode
from convcli.cli.options import MODES, OVERFLOWS, Flags
from convcli.cli.world import World
from convcli.errors import UsageError, quoted
from convcli.layout import KERNEL_LAYOUTS, LAYOUTS
from convcli.limits import NAMES, Limits
from convcli.numbers.arithmetic import DTYPES, Overflow
from convcli.numbers.tensor import Tensor
from convcli.problem import Problem, problem
from convcli.reading import ProblemFile, Setting, read_problem, read_tensor
from convcli.reading.settings import (
    parse_choice,
    parse_flag,
    parse_integer,
    parse_integers,
    parse_number,
    parse_padding,
)
from convcli.settings import Settings

RANKS = {"1d": 1, "2d": 2, "3d": 3, "1x1": 2}

NO_FILE = ProblemFile(input=None, kernel=None, bias=None, settings={})

Parser = Callable[[str, str], Any]

PARSERS: dict[str, Parser] = {
    "stride": parse_integers,
    "padding": lambda name, text: parse_padding(text),
    "dilation": parse_integers,
    "groups": parse_integer,
    "padding-mode": lambda name, text: PaddingMode(parse_choice(name, text, MODES)),
    "pad-value": parse_number,
    "flip": parse_flag,
    "layout": lambda name, text: parse_choice(name, text, LAYOUTS),
    "kernel-layout": lambda name, text: parse_choice(name, text, KERNEL_LAYOUTS),
    "dtype": lambda name, text: parse_choice(name, text, DTYPES),
    "overflow": lambda name, text: Overflow(parse_choice(name, text, OVERFLOWS)),
}
"""Every setting of a problem by its option name, and what its text means."""


def requested_problem(command: str, flags: Flags, limits: Limits, world: World) -> Problem:
    """The problem that the flags, and the problem file they name, ask for; flags win.

    Raises UsageError for what the command line cannot mean, InputError for sources, FitError for what does not agree.
    """
    _refuse_two_readers(flags)
    given = {name: _parsed(parser, name, _flag(flags, name)) for name, parser in PARSERS.items()}
    given = {name: value for name, value in given.items() if value is not None}
    rank = RANKS[command]
    file = NO_FILE
    if flags.problem is not None:
        file = read_problem(flags.problem, limits, world.stdin, rank=rank)
    from_file = {name: setting for name, setting in file.settings.items() if name not in given}
    settings = given | {name: _parsed_from_file(name, setting) for name, setting in from_file.items()}
    tensors = {
        role: _tensor(role, getattr(flags, role), getattr(file, role), rank, limits, world)
        for role in ("input", "kernel", "bias")
    }
    return _checked(tensors, settings, from_file, command)


def _checked(
    tensors: dict[str, Tensor | None], settings: dict[str, Any], from_file: dict[str, Setting], command: str
) -> Problem:
    x, w = tensors["input"], tensors["kernel"]
    if x is None or w is None:
        raise _missing({"input": x, "kernel": w}, command)
    spatial = ("stride", "padding", "dilation", "groups", "padding-mode", "flip")
    chosen = {name.replace("-", "_"): value for name, value in settings.items() if name not in spatial}
    try:
        return problem(
            x,
            w,
            tensors["bias"],
            rank=RANKS[command],
            settings=Settings(**{name.replace("-", "_"): settings[name] for name in spatial if name in settings}),
            pointwise=command == "1x1",
            **chosen,
        )
    except UsageError as error:
        if error.setting in from_file:
            raise from_file[error.setting].blamed(error) from None
        raise


def _missing(needed: dict[str, Tensor | None], command: str) -> UsageError:
    lacking = [role for role, tensor in needed.items() if tensor is None]
    present = [role for role, tensor in needed.items() if tensor is not None]
    return UsageError(
        f"the {' and the '.join(lacking)} {'is' if len(lacking) == 1 else 'are'} missing",
        given=f"{present[0]} only" if present else f"convcalc {command} without sources",
        expected="an input and a kernel, by flags or in a problem file",
        fix="add " + " and ".join(f"--{role} SOURCE" for role in lacking) + f"; convcalc {command} --help has examples",
    )


def _tensor(role: str, flag: str | None, held: Tensor | None, rank: int, limits: Limits, world: World) -> Tensor | None:
    if flag is None:
        return held
    return read_tensor(flag, role, limits, world.stdin, rank=rank)


def _flag(flags: Flags, name: str) -> str | None:
    value = getattr(flags, name.replace("-", "_"))
    return str(value).lower() if isinstance(value, bool) else value


def _parsed(parser: Parser, name: str, text: str | None) -> Any:
    return None if text is None else parser(name, text)


def _parsed_from_file(name: str, setting: Setting) -> Any:
    try:
        return PARSERS[name](name, setting.text)
    except UsageError as error:
        raise setting.blamed(error) from None


def _refuse_two_readers(flags: Flags) -> None:
    named = {"PROBLEM": flags.problem, "--input": flags.input, "--kernel": flags.kernel, "--bias": flags.bias}
    readers = [name for name, source in named.items() if source == "-"]
    if len(readers) > 1:
        raise UsageError(
            "standard input can be read once only",
            given=f"`-` for {' and for '.join(readers)}",
            expected="`-` for one source",
            fix="put the others in files, or all of them in one problem file",
        )


def requested_limits(texts: list[str] | None) -> Limits:
    """The limits with those raised that `--limit NAME=COUNT` names.

    >>> requested_limits(["work=5"]).work
    5
    """
    raised = {}
    for text in texts or ():
        name, _, count = text.partition("=")
        if name not in NAMES or not (count.isascii() and count.isdigit() and len(count) <= 18):
            raise UsageError(
                "a limit is not understood",
                given=f"--limit {quoted(text)}",
                expected=f"NAME=COUNT, where NAME is one of {', '.join(NAMES)}",
                fix=f"write --limit {name if name in NAMES else 'cells'}=1000000",
            )
        raised[name] = int(count)
    return Limits(**raised)
