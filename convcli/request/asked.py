"""What was asked for, and what every command's settings have in common."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from convcli.axis import PaddingMode
from convcli.errors import UsageError
from convcli.layout import LAYOUTS
from convcli.numbers.arithmetic import DTYPES, Overflow
from convcli.numbers.tensor import Tensor
from convcli.reading.settings import parse_choice

Parser = Callable[[str, str], Any]

MODES = tuple(mode.value for mode in PaddingMode)
OVERFLOWS = tuple(policy.value for policy in Overflow)

COMMON: dict[str, Parser] = {
    "layout": lambda name, text: parse_choice(name, text, LAYOUTS),
    "dtype": lambda name, text: parse_choice(name, text, DTYPES),
    "overflow": lambda name, text: Overflow(parse_choice(name, text, OVERFLOWS)),
}
"""Settings that every operation has, by option name, and what their text means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A command, tensors by role, and settings by option name: as text, and what it means."""

    command: str
    tensors: Mapping[str, Tensor]
    texts: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    """The sources that tensors were read from, as far as they can be read again."""

    def chosen(self, *names: str) -> dict[str, Any]:
        """Those of these settings that were given, as keyword arguments."""
        return {name.replace("-", "_"): self.settings[name] for name in names if name in self.settings}


def missing(asked: Asked, needed: tuple[str, ...]) -> UsageError:
    """The error of tensors that were not given; of one or two that are `needed` at least one is not there."""
    lacking = [role for role in needed if role not in asked.tensors]
    present = [role for role in needed if role in asked.tensors]
    return UsageError(
        f"the {' and the '.join(lacking)} {'is' if len(lacking) == 1 else 'are'} missing",
        given=f"{present[0]} only" if present else f"convcalc {asked.command} without sources",
        expected=f"an {' and a '.join(needed)}, by flags or in a problem file",
        fix="add "
        + " and ".join(f"--{role} SOURCE" for role in lacking)
        + f"; convcalc {asked.command} --help has examples",
    )
