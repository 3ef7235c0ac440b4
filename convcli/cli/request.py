"""What was asked for: flags and a problem file brought together, the same way for every operation; flags win."""

import contextlib
import keyword
from collections.abc import Iterator, Mapping
from typing import Any

from convcli.cli.world import World
from convcli.cli.writing import STREAMS
from convcli.errors import UsageError, quoted
from convcli.limits import NAMES, Limits
from convcli.reading import read_tensor
from convcli.reading.source import File, denoted
from convcli.request import Asked, operation
from convcli.request.asked import Parser

TYPE_CHECKING = False  # typing's, which type checkers know by this name
if TYPE_CHECKING:
    from convcli.numbers.tensor import Tensor
    from convcli.problem import Gradients, Problem
    from convcli.reading import Setting


def requested(command: str, flags: Any, limits: Limits, world: World) -> tuple["Problem | Gradients", Asked]:
    """The problem that the flags, and the problem file they name, ask for; and as what it was asked for.

    `flags` has a field for each role and setting. Raises UsageError for what the command line cannot mean, InputError
    for sources, FitError for what does not agree.
    """
    wanted = operation(command)
    roles, parsers, rank = wanted.roles, wanted.parsers, wanted.ranks[command]
    named = {role: getattr(flags, role) for role in roles}
    _refuse_two_readers({"PROBLEM": flags.problem} | {f"--{role}": source for role, source in named.items()})
    texts = {name: _text(getattr(flags, _field(name))) for name in parsers}
    typed = {name: text for name, text in texts.items() if text is not None}
    given = {name: parsers[name](name, text) for name, text in typed.items()}
    tensors_of_file: Mapping[str, Tensor] = {}
    from_file: dict[str, Setting] = {}
    if flags.problem is not None:
        from convcli.reading import read_problem

        file = read_problem(flags.problem, limits, world.stdin, rank=rank, roles=roles, known=tuple(parsers))
        tensors_of_file = file.tensors
        from_file = {name: setting for name, setting in file.settings.items() if name not in given}
    settings = given | {name: _parsed(parsers[name], name, setting) for name, setting in from_file.items()}
    tensors = dict(tensors_of_file) | {
        role: read_tensor(
            source,
            role,
            limits,
            world.stdin,
            rank=rank,
            channels_last=role in ("input", "dy") and settings.get("layout") == "nhwc",
        )
        for role, source in named.items()
        if source is not None
    }
    asked = Asked(
        command=command,
        tensors=tensors,
        texts=typed | {name: setting.text for name, setting in from_file.items()},
        settings=settings,
        sources={role: f"{flags.problem}:{role}" for role in tensors_of_file if _lasts(f"{flags.problem}:{role}", role)}
        | {role: source for role, source in named.items() if source is not None and _lasts(source)},
    )
    with _blaming(from_file):
        return wanted.posed(asked, limits), asked


def _lasts(source: str, key: str | None = None) -> bool:
    """Whether a source can be read a second time: no standard input, no stream of a shell, and a `key` in a file only
    where the file's ending tells them apart."""
    if source == "-" or source.startswith(STREAMS):
        return False
    return key is None or denoted(source, key) == File(source.removesuffix(f":{key}"), key)


@contextlib.contextmanager
def _blaming(from_file: Mapping[str, "Setting"]) -> Iterator[None]:
    """Turn an error about a setting of the problem file into an error of that file."""
    try:
        yield
    except UsageError as error:
        setting = from_file.get(error.setting or "")
        raise error if setting is None else setting.blamed(error) from None


def _field(name: str) -> str:
    """The field of a setting: one that Python keeps for itself has an underscore at its end.

    >>> _field("count-include-pad"), _field("global")
    ('count_include_pad', 'global_')
    """
    return name.replace("-", "_") + "_" * keyword.iskeyword(name)


def _text(value: str | bool | None) -> str | None:
    return str(value).lower() if isinstance(value, bool) else value


def _parsed(parser: Parser, name: str, setting: "Setting") -> Any:
    try:
        return parser(name, setting.text)
    except UsageError as error:
        raise setting.blamed(error) from None


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
