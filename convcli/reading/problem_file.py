"""A whole problem in one YAML or JSON file: input, kernel, bias, and any setting by the name of its option."""

import shlex
from dataclasses import dataclass
from typing import BinaryIO

from convcli.errors import ConvError, InputError, quoted
from convcli.limits import Limits
from convcli.numbers import Tensor
from convcli.reading.content import content
from convcli.reading.formats import Wanted, parsed
from convcli.reading.picked import SCHEMA, tensor_of
from convcli.reading.text import Text
from convcli.reading.tree import Mapping, Node, Numbers, Scalar, Sequence
from convcli.reading.wording import did_you_mean

FLAGS = ("flip", "transposed", "ceil", "global", "count-include-pad")
"""Settings whose value is true or false."""

ELSEWHERE = {
    **dict.fromkeys(("kernel", "bias", "groups", "flip", "transposed", "grad", "dy"), "1d, 2d, 3d or 1x1"),
    **dict.fromkeys(("padding-mode", "pad-value", "output-padding", "output-size", "kernel-layout"), "1d, 2d or 3d"),
    **dict.fromkeys(("kind", "kernel-size", "global", "ceil", "count-include-pad"), "pool1d, pool2d or pool3d"),
    **dict.fromkeys(("divisor", "power"), "pool1d, pool2d or pool3d"),
    "layers": "shape",
}
"""The commands that a key belongs to, for a file given to another."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting of a problem file, in the spelling of the command line's option, and where it stands."""

    text: str
    place: str

    def blamed(self, error: ConvError) -> InputError:
        """An error about this setting as an error of the file that holds it."""
        return InputError(error.problem, given=error.given, expected=error.expected, fix=error.fix, place=self.place)


@dataclass(frozen=True, slots=True)
class ProblemFile:
    """What a problem file says: tensors by role, settings by option name."""

    tensors: dict[str, Tensor]
    settings: dict[str, Setting]


def read_problem(
    source: str, limits: Limits, stdin: BinaryIO, *, rank: int, roles: tuple[str, ...], known: tuple[str, ...]
) -> ProblemFile:
    """The problem that a source holds: tensors of these roles, and settings `known` by these names.

    Raises InputError, which names the place of the mistake.
    """
    wanted = {role: Wanted(role, limits, rank) for role in roles}
    keys = " and ".join(role for role in roles if role in ("input", "kernel"))
    found = content(source, "problem", limits, stdin, rank=rank)
    root = None if isinstance(found, Tensor) else parsed(found, Wanted("problem", limits, rank))
    if isinstance(found, Tensor) or not isinstance(root, Mapping):
        raise InputError(
            "this is no problem file",
            given=f"{quoted(source)}, one tensor",
            expected=f"a mapping with the key{'s' if ' ' in keys else ''} {keys}",
            fix=f"give it as --input {shlex.quote(source)}" + (", with --kernel" if "kernel" in roles else ""),
        )
    if found.key is not None:
        parts = " and ".join(f"--{role} {shlex.quote(f'{source}.{role}')}" for role in keys.split(" and "))
        raise InputError(
            "a problem is a whole file, not a part of one",
            given=quoted(source),
            expected=f"a file with the key{'s' if ' ' in keys else ''} {keys}",
            fix=f"give its parts as {parts}",
        )
    text = found.text
    schema = root.values.get("schema")
    if isinstance(schema, Scalar) and schema.text.startswith(SCHEMA):
        raise text.error(
            f"{text.name} is a result, not a problem",
            schema.start,
            schema.end,
            expected=f"the key{'s' if ' ' in keys else ''} {keys}",
            fix="give it as --input",
        )
    settings: dict[str, Setting] = {}
    for key, scalar in root.keys.items():
        name = key.replace("_", "-")
        if key in roles:
            continue
        if name not in known:
            raise _unknown_key(text, scalar, roles, known)
        if name in settings:
            raise text.error(
                f"{name} is set twice",
                scalar.start,
                scalar.end,
                expected=f"it once; the first is at {settings[name].place}",
                fix="remove one",
            )
        settings[name] = _setting(text, name, root.values[key])
    tensors = {
        role: tensor_of(text, root.values[role], wanted[role])
        for role in roles
        if role in root.values and not (role == "bias" and _is_null(root.values[role]))
    }
    return ProblemFile(tensors, settings)


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.style == "plain" and node.text in ("null", "~", "")


def _unknown_key(text: Text, key: Scalar, roles: tuple[str, ...], known: tuple[str, ...]) -> InputError:
    name = key.text.lower().replace("_", "-")
    fix = did_you_mean(name, (*roles, *known)) or "remove it"
    if name in ELSEWHERE and name not in known:
        fix = f"give the file to convcalc {ELSEWHERE[name]}, where it belongs, or remove the key"
    return text.error(
        f"the key {quoted(key.text)} means nothing here",
        key.start,
        key.end,
        expected=f"{', '.join(roles)}, or the name of an option: {', '.join(known)}",
        fix=fix,
    )


def _setting(text: Text, name: str, node: Node) -> Setting:
    """A value in the spelling of the option: `[2, 1]` is `2,1`, and `[[1, 2], [0, 1]]` is `1:2,0:1`."""
    place = text.place(node.start)
    if isinstance(node, Scalar):
        if node.text.strip() in ("", "null", "~"):
            raise _no_setting(text, name, node, "nothing")
        if node.text in ("true", "false") and name not in FLAGS:
            raise _no_setting(text, name, node, "a truth value")
        return Setting(node.text.strip(), place)
    if isinstance(node, Sequence) and node.items:
        return Setting(",".join(_entry(text, name, item) for item in node.items), place)
    raise _no_setting(
        text,
        name,
        node,
        "a list of thousands"
        if isinstance(node, Numbers)
        else "an empty list"
        if isinstance(node, Sequence)
        else "a mapping",
    )


def _entry(text: Text, name: str, node: Node) -> str:
    if isinstance(node, Scalar):
        return node.text.strip()
    if isinstance(node, Sequence) and len(node.items) == 2:
        before, after = node.items
        if isinstance(before, Scalar) and isinstance(after, Scalar):
            return f"{before.text.strip()}:{after.text.strip()}"
    raise _no_setting(text, name, node, "a list of another kind")


def _no_setting(text: Text, name: str, node: Node, given: str) -> InputError:
    return text.error(
        f"{name} is set to {given}",
        node.start,
        max(node.end, node.start + 1),
        expected="what its option takes, such as 2 or [2, 1] or [[1, 2], [0, 1]]",
        fix=f"write {name} as on the command line",
    )
