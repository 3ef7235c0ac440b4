"""A request as what a person would type or keep: the words of a command, and the text of a problem file.

Both are read back as the same problem; tests say so. What is typed is exact, so floats are typed as the numbers that
the arithmetic takes them for, and a type that only they told is said.
"""

import shlex
from collections.abc import Collection, Iterator, Sequence

import numpy as np

from convcli.numbers.arithmetic import Arithmetic, Overflow, choose, rounded, to_exact
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


def command_line(asked: Asked, more: Sequence[str] = ()) -> str | None:
    """The command that asks for this, and for `more`, to be pasted into a shell; None where a tensor is too large to be
    typed.

    >>> tensors = {"input": Tensor.of([1, 2]), "kernel": Tensor.of([-1])}
    >>> command_line(operation("1d").asked("1d", tensors, {"flip": "true"}))
    "convcalc 1d -i '1 2' -k '[-1]' --flip"
    """
    written = words(asked)
    return None if written is None else shlex.join(["convcalc", *written, *more])


def words(asked: Asked) -> list[str] | None:
    """The arguments that ask for this; None where a tensor is too large to be typed and has no source."""
    wanted, arithmetic = operation(asked.command), _arithmetic(asked)
    found, typed = [asked.command], []
    for role in wanted.roles:
        if role in asked.tensors:
            source = asked.sources.get(role)
            if source is None:
                source = inline(_operand(asked.tensors[role], arithmetic), wanted.ranks[asked.command])
                typed.append(role)
            if source is None:
                return None
            found += [SHORT.get(role, f"--{role}"), source]
    for name, text in _settings(asked, typed, arithmetic):
        found += _option(name, text)
    return found


def _arithmetic(asked: Asked) -> Arithmetic:
    """The arithmetic that is asked for, or that the tensors tell."""
    pad_value = asked.settings.get("pad-value", 0)
    operands = [*asked.tensors.values(), *([Tensor.of(pad_value)] if isinstance(pad_value, float) else [])]
    return choose(asked.settings.get("dtype", "auto"), Overflow.ERROR, operands)


def _operand(tensor: Tensor, arithmetic: Arithmetic) -> Tensor:
    """A tensor whose text has the arithmetic take the same numbers: the shortest text of a float32 is its own only as
    long as it is read as one."""
    if tensor.is_exact or not (arithmetic.is_float or np.isfinite(tensor.values).all()):
        return tensor  # an inf of an operand that takes no part in a gradient is its own text
    return rounded(tensor, arithmetic.name) if arithmetic.is_float else to_exact(tensor)


def _settings(asked: Asked, typed: Collection[str], arithmetic: Arithmetic) -> Iterator[tuple[str, str]]:
    """The settings in the order in which the operation lists them; the type too, if it was told by what is `typed`."""
    said = dict(asked.texts)
    if said.get("dtype", "auto") == "auto" and not all(asked.tensors[role].is_exact for role in typed):
        said["dtype"] = arithmetic.name
    return ((name, said[name]) for name in operation(asked.command).parsers if name in said)


def _option(name: str, text: str) -> list[str]:
    if name not in FLAGS:
        return [SHORT.get(name, f"--{name}"), text]
    return [SHORT.get(name, f"--{name}")] if text == "true" else [f"--no-{name}"]


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
    arithmetic = _arithmetic(asked)
    content: dict[str, Node] = {}
    for role in operation(asked.command).roles:
        if role in asked.tensors:
            tensor = _operand(asked.tensors[role], arithmetic)
            content[role] = Cells(texts(tensor, fractions=True).cells, tensor.shape, by_row=bool(tensor.shape))
    content |= dict(_settings(asked, list(asked.tensors), arithmetic))
    return f"# convcalc {asked.command} FILE\n{yaml_text(content)}"
