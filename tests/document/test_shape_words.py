"""Small words and amounts in explanations of layers without data."""

import pytest

from convcli.document import Document
from convcli.document.shapes.costs import memory
from convcli.render import plain_text
from tests.document.test_shapes import explained, inputs


def test_amounts_beyond_any_float() -> None:
    sizes, far = "x".join(["9" * 18] * 16), "9" * 18
    text = plain_text(explained(f"{far}x{far}@{sizes}", *["max k1"] * 9, dtype="float64"), 10**4)
    assert "(6.94e+307 EiB); the input and every output" in text
    assert memory(10**400).endswith(" bytes (8.67e+381 EiB)")


#                                  what is asked                          what is said of it
SAID: dict[str, tuple[Document, str]] = {
    "one output place":            (explained("5", "conv k5"),             "MACs          5 weights · 1 output place = 5"),
    "one input place":             (explained("1x1", "transposed k5"),     "MACs          25 weights · 1·1 input place = 25"),
    "places of a batch":           (explained("2x1@5", "conv 1 k5"),       "MACs          5 weights · 2·1 output places = 10"),
    "one weight":                  (explained("5", "conv k1 nobias"),      "MACs          1 weight · 5 output places = 5"),
    "one byte":                    (explained("5", "max k5", dtype="int8"), "  output      1 byte\n"),
    "as much as a unit":           (explained("1023x1024", "max k2", dtype="int8"), "  input       1,047,552 bytes (0.999 MiB)\n"),
    "a round amount":              (explained("1024x1024", "max k2", dtype="int8"), "  input       1,048,576 bytes (1 MiB)\n"),
    "some between do not":         (inputs((2,), "max k1 s3 p0:1", "conv k1 s3"), (
        "  length  10 to 17\n"
        "    9 does not fit max k1 s3 p0:1\n"
        "    10 → 4 → 2\n"
        "    17 → 6 → 2\n"
        "    18 does not fit max k1 s3 p0:1\n"
        "    Not every size between them: at some, a window of a pool may lie wholly in padding.\n")),
}  # fmt: skip


@pytest.mark.parametrize(("document", "said"), SAID.values(), ids=SAID)
def test_words(document: Document, said: str) -> None:
    text = plain_text(document, 120)
    assert said in text or " ".join(said.split()) in [" ".join(line.split()) for line in text.splitlines()]
