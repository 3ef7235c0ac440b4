"""One tensor from a source.

What reads text is imported where there is a text: who gives arrays would wait for it at every start.
"""

from typing import BinaryIO

from convcli.errors import InputError
from convcli.limits import Limits
from convcli.numbers import Tensor
from convcli.reading.content import content


def read_tensor(
    source: str, role: str, limits: Limits, stdin: BinaryIO, *, rank: int, channels_last: bool = False
) -> Tensor:
    """The tensor that `source` denotes, for the role of `input`, `kernel` or `bias`.

    >>> import io
    >>> read_tensor("1 2; 3 4", "input", Limits(), io.BytesIO(), rank=2).shape
    (2, 2)

    One row of text is (n,) for an operation of `rank` 1, else (1, n); for a bias always (n,). A lone number
    is no tensor, but for a bias, where its shape is (). Raises InputError, which names the place of the mistake.
    """
    found = content(source, role, limits, stdin, rank=rank, channels_last=channels_last)
    if isinstance(found, Tensor):
        if not found.shape and role != "bias":
            raise InputError(
                f"the {role} is a lone number",
                given="an array without axes",
                expected="at least one axis",
                fix="save array.reshape(1)",
            )
        return found
    from convcli.reading.formats import Wanted
    from convcli.reading.picked import tensor_in

    return tensor_in(found, Wanted(role, limits, rank))
