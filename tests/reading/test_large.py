"""Lists that are read as wholes: the same numbers, the same places of mistakes, and nothing taken for a list that is none."""

import json
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli.errors import InputError
from convcli.limits import Limits
from convcli.reading import carve, json_events, layout, tree
from convcli.reading.dashes import scan
from convcli.reading.text import Text
from convcli.reading.yaml_events import yaml_tree
from tests.reading.helpers import piped, read

BIG = np.arange(1200).reshape(3, 400)
FLOW = str(BIG.tolist())
ROWS = "".join(f"- {row}\n" for row in BIG.tolist())

SAME = {
    "a list in YAML": f"# [\ninput: {FLOW}\nkernel: [1]\n",
    "a list over lines": "input: " + FLOW.replace("], [", "],\n  [") + "\n",
    "a list with comments": "input: " + FLOW.replace("], [", "], # [1, x]\n  [") + "\n",
    "a list with a comma at its end": f"input: {FLOW[:-1]},]\n",
    "a list after a list": f"kernel: {FLOW}\ninput: {FLOW}\n",
    "rows of lists at the left": f"input:\n{ROWS}kernel: [1]\n",
    "rows of lists, indented": "input:\n" + "".join(f"    {line}\n" for line in ROWS.splitlines()),
    "rows of lists inside a sequence": "a:\n- b:\n"
    + "".join(f"  {line}\n" for line in ROWS.splitlines())
    + f"- [1]\ninput: {FLOW}\n",
    "rows of lists behind a document start": f"---\n{ROWS}",
    "one number a line": "input:\n"
    + "".join("  - " + "\n    ".join(f"- {n}" for n in row) + "\n" for row in BIG.tolist()),
    "a dash on a line of its own": "input:\n"
    + "".join("  -\n    " + "\n    ".join(f"- {n}" for n in row) + "\n" for row in BIG.tolist()),
    "a list in a block of lines": f"other: |\n  {FLOW}\ninput: {FLOW}\n",
    "a list in quotes": f"other: 'a\n  {FLOW}'\ninput: {FLOW}\n",
    "dashes in a plain word": "other: a\n" + "".join(f"  {line}\n" for line in ROWS.splitlines()) + f"input: {FLOW}\n",
    "a list among strings": f'{{"other": ["a", {FLOW}], "input": {FLOW}}}',
    "a list among strings, in YAML": f'{{other: ["a", {FLOW}], input: {FLOW}}}',
    "strings that look like numbers": '{"other": ["' + '", "'.join(map(str, range(900))) + f'"], "input": {FLOW}}}',
    "a list in quotes with an escape": f'input: "{FLOW}\\n"\n',
    "strings with brackets": '{"other": ["[1]", ' + '"1", ' * 900 + f'"]"], "input": {FLOW}}}',
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_the_same_numbers(text: str) -> None:
    tensor = piped(text)
    assert tensor.shape == BIG.shape
    assert np.array_equal(tensor.values, BIG)


@pytest.mark.parametrize("most", [0, 1], ids=["no list", "one list"])
def test_more_lists_than_are_read_as_wholes(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (carve, json_events):
        monkeypatch.setattr(module, "MAX_LISTS", most)
    for text in (f"kernel: {FLOW}\ninput: {FLOW}\n", f'{{"kernel": {FLOW}, "input": {FLOW}}}'):
        assert np.array_equal(piped(text).values, BIG)


LENGTHS = "the rows of the input have different lengths"
BAD = {
    "a bad cell": (f"input: {FLOW[:-3]}x]]\n", "a cell of the input is not a number", 1),
    "a ragged row": (ROWS + "- [1, 2]\n", LENGTHS, 4),
    "a ragged row, indented": ("input:\n  " + "  ".join([*ROWS.splitlines(keepends=True), "- [x]\n"]), LENGTHS, 5),
    "a ragged plane": (
        "- - [1, 2]\n  - [3, 4]\n" * 200 + "- - [1, 2]\n",
        "the planes of the input have different",
        401,
    ),
    "a ragged end": ("- - 1\n  - 2\n" * 500 + "- - 1\n", LENGTHS, 1001),
    "a ragged row far down": ("- - 1\n  - 2\n" * 500 + "- - 1\n" * 2, LENGTHS, 1001),
    "a list left open": (FLOW[:-1], "the input ends inside its brackets", None),
    "a longer row in a later plane": (f"[{FLOW}, {FLOW[:-2]}, 1]]]", LENGTHS, None),
    "a word after the dashes": (ROWS + "x\n", "standard input is not YAML: could not find expected ':'", 4),
    "a key after the dashes": (ROWS + "- a: 1\n", "the input has keys where numbers are expected", 4),
    "a number on the next line": ("- 1\n" * 600 + "  2\n- 3\n", "a cell of the input is not a number", 600),
    "a number further left": (
        "input:\n" + " - 1\n" * 600 + "2\n",
        "standard input is not YAML: could not find expected ':'",
        602,
    ),
    "levels that differ": ("- 1\n" * 600 + "- - 2\n", "the input mixes numbers and lists on one level", 601),
    "a tab among dashes": ("- 1\n" * 600 + "-\t2\n- \t3\n", "standard input is not YAML", 601),
    "dashes that end too early": ("- - 1\n  - 2\n" * 300 + "- -\n", LENGTHS, 601),
    "brackets that do not end": ("- [1, 2]\n" * 300 + "- [3, 4\n", "standard input is not YAML", 301),
}


@pytest.mark.parametrize(("text", "problem", "line"), BAD.values(), ids=BAD)
def test_the_same_mistakes(text: str, problem: str, line: int | None) -> None:
    with pytest.raises(InputError) as caught:
        piped(text)
    assert caught.value.problem.startswith(problem), str(caught.value)
    if line is not None:
        assert caught.value.place is not None
        assert caught.value.place.startswith(f"standard input, line {line}, ")


@pytest.mark.parametrize(
    ("text", "column"),
    [('{"a":[1,2,3,4,5,6,7]}', 21), ('{"a": [1, 2, 3], "b": [1, 2, 3]}', 27)],
    ids=["the end is one too many", "a number is one too many"],
)
def test_values_that_are_read_one_by_one_are_counted(text: str, column: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MAX_NODES", 9)
    with pytest.raises(InputError) as caught:
        piped(text)
    assert str(caught.value) == (
        "standard input has too many values to read one by one\n"
        f"  in        standard input, line 1, column {column}\n"
        f"  given     {text}\n            {' ' * (column - 1)}^\n"
        "  expected  at most 9, not counting plain lists of numbers\n"
        "  fix       write each tensor as one plain list of numbers, or as a .npy file"
    )


def lines(draw: st.DrawFn, depth: int) -> list[str]:
    """Lines of a block sequence, mostly regular."""
    if depth == 0:
        return [draw(st.sampled_from(["1", "-2", "[1, 2]", "[3,\n   4]", "[[1], [2]]", "1 2", "", "x"]))]
    out = []
    for _ in range(draw(st.integers(1, 3))):
        first, *rest = lines(draw, depth - draw(st.sampled_from([1, 1, 1, 1, 0, depth])) if depth > 1 else 0)
        out += ["- " + first, *("  " + line for line in rest)]
    return out


@st.composite
def sequences(draw: st.DrawFn) -> str:
    text = list("\n".join(lines(draw, draw(st.integers(1, 3)))) + "\n")
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(text) - 1))
        text[at : at + draw(st.integers(0, 1))] = draw(st.sampled_from(["", " ", "-", "\n", "[", "]", ",", "7", "\t"]))
    return "".join(text)


@settings(max_examples=600)
@given(sequences())
def test_dashes_are_read_as_yaml_reads_them_or_not_at_all(text: str) -> None:
    source = Text("x", text.encode())
    if not text.lstrip(" ").startswith("-"):
        return
    try:
        found = scan(source, 0, len(source.data), "the input", Limits())
        tensor = found and found[0].tensor("the input")
    except InputError:
        assert not is_tensor(text)
        return
    if found and tensor:
        assert tensor.values.tolist() == yaml.safe_load(text[: found[1]])


@pytest.mark.parametrize(
    "text",
    [
        "- 1\n- \t2\n",
        "- [1]\n-[2]\n",
        "-1\n",
        "- 1\n  - 2\n",
        "- - 1\n - 2\n",
        "- 1 2\n",
        "- 1,2\n",
        "- [1 2]\n",
        "- [1,]\n",
        "- -\n",
        "-\n1\n",
    ],
)
def test_dashes_that_are_left_to_yaml(text: str) -> None:
    assert scan(Text("x", text.encode()), 0, len(text), "the input", Limits()) is None


def is_tensor(text: str) -> bool:
    """Whether YAML and NumPy take it for a tensor of integers."""
    try:
        return np.array(yaml.safe_load(text)).dtype.kind in "iu"
    except (ValueError, yaml.YAMLError):
        return False


TEXTS = [
    json.dumps({"schema": "convcalc/1", "output": {"shape": [1, 2], "data": [["5/3", 2]]}}),
    "stride: [2, 1]\ninput:\n  - [1.5, 2]\n  - [3, -.5]\nkernel: |\n  1 2\n  3 4\n",
    "1,2\n3,4\n\n\n5,6\n7,8\n",
    "array([[1., 2.],\n       [3., 4.]], dtype=float32)",
    "[[1, 2], # c\n [3, 4]]",
    "- - 1\n  - 2\n-\n  - 3\n  - 4\n",
    "&a {a: *a, <<: !!int 'x', \"b\": |\n  x\n}",
]


@settings(max_examples=600)
@given(st.data())
def test_mutated_texts_raise_nothing_else(data: st.DataObject) -> None:
    original = bytearray(data.draw(st.sampled_from(TEXTS)).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(original) - 1))
        piece = data.draw(
            st.one_of(st.binary(max_size=3), st.sampled_from([bytes([byte]) for byte in b"[]{},:#-'\"|>&*!%@\n\t 1"]))
        )
        original[at : at + data.draw(st.integers(0, 3))] = piece
        original = original or bytearray(b"1")
    try:
        tensor = piped(bytes(original), vector=True)
    except InputError as caught:
        error = caught
    else:
        assert tensor.size
        return
    assert len(str(error).splitlines()) <= 12
    assert str(error).replace("\n", "").isprintable()


@pytest.mark.parametrize("text", ["input: [1]\n", "- 1\n- 2\n", "{a: [1, 'b'], data: |\n 1}", "a: 'x\\\n  y'\nb: *c\n"])
def test_yaml_without_libyaml(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def outcome() -> object:
        try:
            return piped(text).numbers()
        except InputError as error:
            return error.place, error.fix

    fast = outcome()
    monkeypatch.delattr(yaml, "CLoader")
    assert outcome() == fast


def test_a_number_longer_than_a_piece_of_text() -> None:
    for text in ("[1, " + "7" * 10**5 + "]", "1 2\n3 " + "7" * 10**5):
        with pytest.raises(InputError) as caught:
            piped(text)
        assert caught.value.problem == (
            "a cell of the input is not a number: it has more than 4,300 digits when written out"
        )
        assert caught.value.place in ("standard input, line 1, column 5", "standard input, line 2, column 3")


def test_numbers_too_long_for_their_common_denominator_name_their_text() -> None:
    with pytest.raises(InputError) as caught:
        piped("[" + ", ".join(f"1/{10**17 + k}" for k in range(1000)) + "]")
    assert caught.value.place == "standard input"


def test_a_piece_of_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "FIRST_PIECE", 2)
    monkeypatch.setattr(layout, "PIECE", 2)
    assert piped("1       2\n\t \t3      \t4").values.tolist() == [[1, 2], [3, 4]]
    assert piped("[1 ,       2]").numbers() == [1, 2]


def test_a_large_list_as_a_key() -> None:
    with pytest.raises(InputError, match="a key is not a word"):
        piped(f"? {FLOW}\n: 1\n")


def test_a_large_list_cut_off() -> None:
    with pytest.raises(InputError) as caught:
        piped(f'{{"data": {FLOW[:-2]}')
    assert caught.value.problem == "the input ends inside its brackets"
    assert caught.value.fix == "add ]]"


def test_more_axes_than_arrays_have_whatever_the_limit() -> None:
    with pytest.raises(InputError, match="the input has more axes than an array can have"):
        piped('{"data": ' + "[" * 65 + "1" + "]" * 65 + "}", limits=Limits(depth=100))


def test_a_document_of_nothing() -> None:
    with pytest.raises(InputError, match="x is empty"):
        yaml_tree(Text("x", b"# nothing\n"), "the input", Limits())


def test_a_string_that_is_a_bracket_ends_no_list(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"other": [' + '"1", ' * 900 + f'"]", 1], "input": {FLOW}}}')
    assert np.array_equal(read(str(tmp_path / "x.json")).values, BIG)
