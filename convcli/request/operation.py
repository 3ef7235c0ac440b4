"""What a request needs to know of a command: its rank, its tensors, its settings, and how they become a problem."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convcli.limits import Limits
from convcli.request.asked import Asked, Parser

if TYPE_CHECKING:
    from convcli.problem import Gradients, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """The operation of some commands."""

    ranks: Mapping[str, int]
    """The rank of each command."""
    roles: tuple[str, ...]
    """The tensors that it takes."""
    parsers: Mapping[str, Parser]
    """Every setting by its option name, and what its text means."""
    posed: Callable[[Asked, Limits], "Problem | Gradients"]
    """The problem that was asked for. Raises UsageError for what cannot be meant, FitError for what does not agree."""

    def asked(self, command: str, tensors: Mapping[str, Any], texts: Mapping[str, str], **more: Any) -> Asked:
        """A request whose settings are these texts. Raises UsageError for one that means nothing."""
        settings = {name: self.parsers[name](name, text) for name, text in texts.items()}
        return Asked(command=command, tensors=tensors, texts=texts, settings=settings, **more)
