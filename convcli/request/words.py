"""A request as what a person would type or keep: the words of a command, and the text of a problem file.

Both are read back as the same problem; tests say so.
"""

import shlex
from collections.abc import Iterator

from convcli.numbers.show import texts
from convcli.numbers.tensor import Tensor
from convcli.reading.problem_file import FLAGS
from convcli.render.data import rows_of
from convcli.render.nested import Cells, Node, yaml_text
from convcli.request import operation
from convcli.request.asked import Asked

MOST_INLINE = 400
"""The most numbers of a tensor that are written out in a command."""

SHORT = {
    "input": "-i", "kernel": "-k", "bias": "-b", "stride": "-s", "padding": "-p", "dilation": "-d", "groups": "-g",
    "transposed": "-t", "kernel-size": "-k",
}  # fmt: skip
"""Options that have a letter."""


def command_line(asked: Asked) -> str | None:
    """The command that asks for this, to be pasted into a shell; None where a tensor is too large to be typed.

    >>> tensors = {"input": Tensor.of([1, 2]), "kernel": Tensor.of([-1])}
    >>> command_line(operation("1d").asked("1d", tensors, {"flip": "true"}))
    "convcalc 1d -i '1 2' -k '[-1]' --flip"
    """
    written = words(asked)
    return None if written is None else shlex.join(["convcalc", *written])


def words(asked: Asked) -> list[str] | None:
    """The arguments that ask for this; None where a tensor is too large to be typed and has no source."""
    wanted = operation(asked.command)
    found = [asked.command]
    for role in wanted.roles:
        if role in asked.tensors:
            source = asked.sources.get(role) or inline(asked.tensors[role], wanted.ranks[asked.command])
            if source is None:
                return None
            found += [SHORT.get(role, f"--{role}"), source]
    for name, text in _in_order(asked):
        found += _option(name, text)
    return found


def _in_order(asked: Asked) -> Iterator[tuple[str, str]]:
    """The settings in the order in which the operation lists them."""
    return ((name, asked.texts[name]) for name in operation(asked.command).parsers if name in asked.texts)


def _option(name: str, text: str) -> list[str]:
    if name not in FLAGS:
        return [SHORT.get(name, f"--{name}"), text]
    if text.lower() in ("true", "yes", "on"):
        return [SHORT.get(name, f"--{name}")]
    return [f"--no-{name}"]


def inline(tensor: Tensor, rank: int) -> str | None:
    """A tensor as it is typed in place of a source; None if it is too large for that.

    >>> inline(Tensor.of([[1, 2], [3, 4]]), 2), inline(Tensor.of([[1, 2]]), 2), inline(Tensor.exact([1, 2], 3), 1)
    ('1 2; 3 4', '[[1,2]]', '1/3 2/3')
    """
    if tensor.size > MOST_INLINE:
        return None
    cells = texts(tensor, fractions=True).cells
    if not tensor.shape:
        return cells[0]
    axes = len(tensor.shape)
    if (axes == rank == 1 and tensor.size > 1) or (axes == rank == 2 and tensor.shape[0] > 1):
        return "; ".join(" ".join(row) for row in rows_of(cells, tensor.shape))
    return _nested(cells, tensor.shape)


def _nested(cells: list[str], shape: tuple[int, ...]) -> str:
    """Nested lists without spaces."""
    if len(shape) > 1:
        size = len(cells) // shape[0]
        cells = [_nested(cells[start : start + size], shape[1:]) for start in range(0, len(cells), size)]
    return f"[{','.join(cells)}]"


def problem_text(asked: Asked) -> str:
    """A problem file that holds this, for `convcalc COMMAND FILE`.

    >>> print(problem_text(operation("1d").asked("1d", {"input": Tensor.of([1, 2])}, {"stride": "2"})), end="")
    # convcalc 1d FILE
    input:
      [1, 2]
    stride: 2
    """
    wanted = operation(asked.command)
    content: dict[str, Node] = {}
    for role in wanted.roles:
        if role in asked.tensors:
            tensor = asked.tensors[role]
            cells = Cells(texts(tensor, fractions=True).cells, tensor.shape, by_row=bool(tensor.shape))
            content[role] = cells
    content |= dict(_in_order(asked))
    return f"# convcalc {asked.command} FILE\n{yaml_text(content)}"
