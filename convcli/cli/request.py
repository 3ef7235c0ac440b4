"""What was asked for: flags and a problem file brought together, the same way for every operation; flags win."""

import contextlib
import keyword
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from convcli.cli.options import OVERFLOWS
from convcli.cli.world import World
from convcli.errors import UsageError, quoted
from convcli.layout import LAYOUTS
from convcli.limits import NAMES, Limits
from convcli.numbers.arithmetic import DTYPES, Overflow
from convcli.numbers.tensor import Tensor
from convcli.reading import ProblemFile, Setting, read_problem, read_tensor
from convcli.reading.settings import parse_choice

Parser = Callable[[str, str], Any]

COMMON: dict[str, Parser] = {
    "layout": lambda name, text: parse_choice(name, text, LAYOUTS),
    "dtype": lambda name, text: parse_choice(name, text, DTYPES),
    "overflow": lambda name, text: Overflow(parse_choice(name, text, OVERFLOWS)),
}
"""Settings that every operation has, by option name, and what their text means."""

NO_FILE = ProblemFile(tensors={}, settings={})


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: tensors by role, settings by option name, and those that a file holds."""

    tensors: Mapping[str, Tensor | None]
    settings: Mapping[str, Any]
    from_file: Mapping[str, Setting]

    def chosen(self, *names: str) -> dict[str, Any]:
        """Those of these settings that were given, as keyword arguments."""
        return {name.replace("-", "_"): self.settings[name] for name in names if name in self.settings}

    @contextlib.contextmanager
    def blaming_the_file(self) -> Iterator[None]:
        """Turn an error about a setting of the problem file into an error of that file."""
        try:
            yield
        except UsageError as error:
            setting = self.from_file.get(error.setting or "")
            raise error if setting is None else setting.blamed(error) from None


def requested(
    flags: Any, roles: tuple[str, ...], parsers: Mapping[str, Parser], rank: int, limits: Limits, world: World
) -> Asked:
    """What the flags, and the problem file they name, ask for. `flags` has a field for each role and setting.

    Raises UsageError for what the command line cannot mean, InputError for sources.
    """
    _refuse_two_readers({"PROBLEM": flags.problem} | {f"--{role}": getattr(flags, role) for role in roles})
    texts = {name: _text(getattr(flags, _field(name))) for name in parsers}
    given = {name: parsers[name](name, text) for name, text in texts.items() if text is not None}
    file = NO_FILE
    if flags.problem is not None:
        file = read_problem(flags.problem, limits, world.stdin, rank=rank, roles=roles, known=tuple(parsers))
    from_file = {name: setting for name, setting in file.settings.items() if name not in given}
    settings = given | {name: _parsed(parsers[name], name, setting) for name, setting in from_file.items()}
    tensors = {
        role: file.tensors.get(role)
        if getattr(flags, role) is None
        else read_tensor(getattr(flags, role), role, limits, world.stdin, rank=rank)
        for role in roles
    }
    return Asked(tensors, settings, from_file)


def _field(name: str) -> str:
    """The field of a setting: one that Python keeps for itself has an underscore at its end.

    >>> _field("count-include-pad"), _field("global")
    ('count_include_pad', 'global_')
    """
    return name.replace("-", "_") + "_" * keyword.iskeyword(name)


def _text(value: str | bool | None) -> str | None:
    return str(value).lower() if isinstance(value, bool) else value


def _parsed(parser: Parser, name: str, setting: Setting) -> Any:
    try:
        return parser(name, setting.text)
    except UsageError as error:
        raise setting.blamed(error) from None


def missing(asked: Asked, needed: tuple[str, ...], command: str) -> UsageError:
    """The error of tensors that were not given; of one or two that are `needed` at least one is not there."""
    lacking = [role for role in needed if asked.tensors[role] is None]
    present = [role for role in needed if asked.tensors[role] is not None]
    return UsageError(
        f"the {' and the '.join(lacking)} {'is' if len(lacking) == 1 else 'are'} missing",
        given=f"{present[0]} only" if present else f"convcalc {command} without sources",
        expected=f"an {' and a '.join(needed)}, by flags or in a problem file",
        fix="add " + " and ".join(f"--{role} SOURCE" for role in lacking) + f"; convcalc {command} --help has examples",
    )


def _refuse_two_readers(named: Mapping[str, str | None]) -> None:
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
