"""How the tests read: from inline text or bytes that stand for standard input, with limits of their own."""

import io

from convcli.limits import Limits
from convcli.numbers import Tensor
from convcli.reading import ProblemFile, read_problem, read_tensor

ROLES = ("input", "kernel", "bias")
SETTINGS = (
    "stride", "padding", "dilation", "groups", "padding-mode", "pad-value", "flip", "layout", "kernel-layout", "dtype",
    "overflow",
)  # fmt: skip


def problem_file(source: str, stdin: bytes = b"", *, rank: int = 2) -> ProblemFile:
    """`read_problem` for a convolution."""
    return read_problem(source, Limits(), io.BytesIO(stdin), rank=rank, roles=ROLES, known=SETTINGS)


def read(
    source: str,
    role: str = "input",
    *,
    stdin: bytes = b"",
    vector: bool = False,
    limits: Limits = Limits(),  # noqa: B008 - it is frozen
) -> Tensor:
    """`read_tensor` with what most tests do not care about."""
    return read_tensor(source, role, limits, io.BytesIO(stdin), rank=1 if vector else 2)


def piped(data: bytes | str, role: str = "input", *, vector: bool = False, limits: Limits | None = None) -> Tensor:
    """What is read from standard input."""
    stdin = data.encode() if isinstance(data, str) else data
    return read("-", role, stdin=stdin, vector=vector, limits=limits or Limits())
