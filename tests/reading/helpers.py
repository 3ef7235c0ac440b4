"""How the tests read: from inline text or bytes that stand for standard input, with limits of their own."""

import io

from convcli.limits import Limits
from convcli.numbers import Tensor
from convcli.reading import read_tensor


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
