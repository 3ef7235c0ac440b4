"""One tensor in a text: the whole of it, or what a key, a role or a node of it holds."""

import re

from convcli.errors import InputError, quoted
from convcli.numbers import Tensor
from convcli.numbers.arithmetic import FLOATS, rounded
from convcli.reading.content import Document, no_keys
from convcli.reading.formats import Wanted, in_brackets, in_rows, is_list, parsed
from convcli.reading.source import EXTENSIONS
from convcli.reading.text import Text
from convcli.reading.tree import Mapping, Node, Scalar, grid_of
from convcli.reading.wording import choices, did_you_mean

SCHEMA = "convcalc/"

_PATH = rb"(?is)[^\s,;\[@]*%b(?::\S+)?" % EXTENSIONS.encode()


def tensor_in(document: Document, wanted: Wanted) -> Tensor:
    """The tensor that a text holds, by the key that was named or by its role."""
    root = parsed(document, wanted)
    node, ours = _picked(document, root, wanted)
    tensor = tensor_of(document.text, node, wanted, quoted_fractions=ours)
    dtype = _float_type(root) if ours else None
    return tensor if dtype is None else rounded(tensor, dtype)


def tensor_of(text: Text, node: Node, wanted: Wanted, *, quoted_fractions: bool = False) -> Tensor:
    """The tensor that a node holds: a list, a mapping with `data`, or a text that is rows, a list or a name."""
    if isinstance(node, Mapping) and "data" in node.values:
        node = node.values["data"]
    if isinstance(node, Scalar):
        return _of_scalar(text, node, wanted)
    grid = grid_of(text, node, wanted.what)
    return (grid.unquoted() if quoted_fractions else grid).tensor(wanted.what)


def _of_scalar(text: Text, node: Scalar, wanted: Wanted) -> Tensor:
    low, high = node.start, node.end
    raw = text.data[low:high]
    if node.style == "folded":
        raise text.error(
            f"{wanted.what} is folded text, whose lines are one",
            low,
            low + 1,
            expected="a list, or rows after |",
            fix="write | in place of >",
        )
    if node.style == "block":
        low = text.data.index(b"\n", low, high) + 1
    elif node.style == "quoted":
        low, high = low + 1, high - 1
        if b"\\" in raw or raw[1:-1].decode(errors="replace") != node.text:
            text = Text(text.place(node.start), node.text.encode(errors="replace"), placed=True)
            low, high = 0, len(text.data)
    written = text.data[low:high].strip()
    if re.fullmatch(_PATH, written):
        raise text.error(
            f"a problem file holds {wanted.what} itself, not where it is",
            low,
            high,
            expected="numbers, or the name of a tensor such as '@sobel-x'",
            fix=f"give the file by --{wanted.role}, which wins over the problem file",
        )
    low += len(text.data[low:high]) - len(text.data[low:high].lstrip())
    if written.startswith(b"@"):
        from convcli.reading.names import named_tensor

        try:
            return named_tensor(written[1:].decode(errors="replace"), wanted.limits, rank=wanted.rank)
        except InputError as error:
            raise error.located(text.place(low)) from None
    if is_list(text.data, low):
        return in_brackets(text, low, high, wanted).grid.tensor(wanted.what)
    return in_rows(text, low, high, wanted).grid.tensor(wanted.what)


def _picked(document: Document, root: Node, wanted: Wanted) -> tuple[Node, bool]:
    """The node that is wanted, and whether the document is a result of ours."""
    text, key = document.text, document.key
    if not isinstance(root, Mapping):
        if key is not None:
            raise no_keys(text.name, key)
        return root, False
    schema = root.values.get("schema")
    ours = isinstance(schema, Scalar) and schema.text.startswith(SCHEMA)
    if key is not None:
        return _at_key(text, root, key), ours
    output = root.values.get("output")
    if ours and isinstance(output, Mapping) and "data" in output.values:
        return output.values["data"], True
    for name in ("data", wanted.role):
        if name in root.values:
            return root.values[name], ours
    raise text.error(
        f"{text.name} does not say which of its values is {wanted.what}",
        root.start,
        root.start + 1,
        expected=f"the key data or {wanted.role}; its keys are {choices(root.keys) or 'none'}",
        fix=f"name the key after a colon, as in {text.name}:{next(iter(root.keys))}" if root.keys else "write numbers",
    )


def _float_type(root: Node) -> str | None:
    """The float type of a result of ours, whose numbers are written as the shortest text of that type."""
    params = root.values.get("params") if isinstance(root, Mapping) else None
    dtype = params.values.get("dtype") if isinstance(params, Mapping) else None
    return dtype.text if isinstance(dtype, Scalar) and dtype.text in FLOATS else None


def _at_key(text: Text, root: Mapping, key: str) -> Node:
    """The value of a key, or of a path of keys joined by dots."""
    if key in root.values:
        return root.values[key]
    node: Node = root
    for part in key.split("."):
        keys = node.keys if isinstance(node, Mapping) else {}
        if not isinstance(node, Mapping) or part not in keys:
            raise InputError(
                f"{text.name} has no key {quoted(key)}",
                given=f"the keys {choices(keys)}" if keys else "no keys there",
                expected="one of these" if keys else "numbers",
                fix=did_you_mean(part, keys) or "name one of these",
            )
        node = node.values[part]
    return node
