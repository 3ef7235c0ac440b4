"""Explanations, whole: what is said, in which order, at what cost, and that each number is the trace's."""

import math
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli.axis import PaddingMode
from convcli.document import Document, Grid, Role, Span, Style, Working, explain, table
from convcli.document.model import spans
from convcli.engine import run
from convcli.layout import Index
from convcli.numbers import Overflow, Tensor
from convcli.problem import Convolution, convolution
from convcli.render import plain_text
from convcli.settings import Settings
from convcli.trace import Step, SumTrace
from tests.document.cases import CASES, T, dumoulin, layer, made, textbook_1d, textbook_2d
from tests.goldens import check
from tests.strategies import FRACTIONS, problems

GOLDENS = Path(__file__).parent / "goldens"


def output_of(asked: Any) -> Tensor:
    """The engine's output; but of floats the trace's, as how the engine's sums round is the processor's affair."""
    output = run(asked).output
    if not asked.arithmetic.is_float:
        return output
    values = output.values.copy()
    for step in SumTrace(asked):
        values[step.at] = step.value
    return Tensor(values)


@pytest.mark.parametrize("name", CASES)
def test_an_explanation(name: str, pytestconfig: pytest.Config) -> None:
    make, width, style, at = CASES[name]
    asked = make()
    output = None if at else output_of(asked)
    text = plain_text(explain(SumTrace(asked), output, style, at), width)
    check(GOLDENS / f"{name}.txt", text.encode(), pytestconfig)
    assert max(map(len, text.splitlines())) <= width


@pytest.mark.parametrize("name", ["textbook-2d", "dumoulin-padded-strided", "1x1-many-channels", "float32"])
def test_a_table(name: str, pytestconfig: pytest.Config) -> None:
    make, width, style, _ = CASES[name]
    check(GOLDENS / f"{name}.table.txt", plain_text(table(run(make()), style), width).encode(), pytestconfig)


SAID: dict[str, tuple[Convolution, str]] = {
    "nothing but the defaults": (textbook_2d(), "cross-correlation, exact"),
    "a rule of padding, and whose it is": (
        dumoulin(padding="same", stride=2),
        "cross-correlation, exact; stride 2; padding same (output ceil(n/s), the odd element after: TensorFlow, Keras, "
        "JAX SAME, ONNX SAME_UPPER)",
    ),
    "padding in numbers, axis by axis": (
        dumoulin(padding=[1, (0, 2)], stride=(2, 1), dilation=(1, 2)),
        "cross-correlation, exact; stride 2 along height, 1 along width; dilation 1 along height, 2 along width; "
        "padding 1 on both sides along height, 0 before and 2 after along width",
    ),
    "a mode, and the kernel flipped": (
        dumoulin(padding=1, padding_mode=PaddingMode.REFLECT, flip=True),
        "true convolution, exact; padding 1 on both sides; "
        "padding mode reflect (mirrored, the edge not repeated: NumPy and PyTorch reflect, ndimage mirror)",
    ),
    "a padding value": (
        convolution(T([[1, 2]]), T([[1]]), rank=2, settings=Settings(padding=1), pad_value=Fraction(1, 2)),
        "cross-correlation, exact; padding 1 on both sides; padded with 0.5",
    ),
    "groups and channels last": (
        convolution(made(2, 2, 4), made(2, 2, 1, 1), rank=2, layout="nhwc", settings=Settings(groups=2)),
        "cross-correlation, exact; groups 2: each output channel reads 2 of 4 input channels; channels last",
    ),
    "a type": (
        convolution(T([[1, 2]]), T([[1]]), rank=2, dtype="int8", overflow=Overflow.WRAP),
        "cross-correlation, int8, exact sums, overflow: wrap",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "said"), SAID.values(), ids=SAID)
def test_the_line_below_a_table_names_what_was_asked_for(asked: Convolution, said: str) -> None:
    assert plain_text(table(run(asked), Style()), 1000).splitlines()[-1].partition("; ")[2] == said


def test_a_large_table_is_elided_unless_all_is_asked_for() -> None:
    text = plain_text(table(run(layer(1, 41, 14, 2)), Style()), 80)
    assert "… 9 rows and 9 columns of each not shown: --show all" in text
    assert "… 3 more grids of 14 not shown: --show all" in text
    assert "…" not in plain_text(table(run(layer(1, 33, 12, 2)), Style()), 200)
    assert "…" not in plain_text(table(run(layer(1, 41, 14, 2)), Style(everything=True)), 200)


def grids(document: Document, role: Role) -> Iterator[Grid]:
    """The grids of a role, those with sums of products as cells left out."""
    for block in document:
        for equation in block.equations if isinstance(block, Working) else ():
            yield from (g for g in equation.items if isinstance(g, Grid) and g.role is role and not g.commas)


def numbers(cells: Iterator[Span]) -> list[Fraction]:
    return [Fraction(cell.text.strip("░()")) for cell in cells if cell.text.strip("░()") not in ("·", "…")]


def cells_of(found: Iterator[Grid]) -> list[Fraction]:
    return numbers(cell for grid in found for row in grid.rows for cell in row)


@settings(max_examples=40)  # everything is shown, three times
@given(problems(FRACTIONS))
def test_the_last_grids_are_the_output(asked: Convolution) -> None:
    output = run(asked).output
    style = Style(fractions=True, everything=True)
    whole = (explain(SumTrace(asked), output, style), explain(SumTrace(asked), None, style), table(run(asked), style))
    for document in whole:
        last = [block for block in document if isinstance(block, Working)][-1]
        assert cells_of(grids((last,), Role.OUTPUT)) == output.numbers()


@settings(max_examples=60)
@given(problems(FRACTIONS), st.integers(1, 40), st.booleans())
def test_every_number_is_the_traces(asked: Convolution, show: int, by_engine: bool) -> None:
    trace = SumTrace(asked)
    document = explain(trace, run(asked).output if by_engine else None, Style(fractions=True, show=show))
    steps = list(trace)
    terms = [term for step in steps for term in step.terms]
    assert {*cells_of(grids(document, Role.INPUT))} <= {*asked.x.numbers(), asked.pad_value.at(())}
    assert {*cells_of(grids(document, Role.KERNEL))} <= {*asked.w.numbers()}
    assert {*cells_of(grids(document, Role.PRODUCT))} <= {n for term in terms for n in term.products.ravel().tolist()}
    assert {*cells_of(grids(document, Role.SUM))} <= {
        n for step in steps for n in (step.total, *(t.sum for t in step.terms))
    }
    assert {*cells_of(grids(document, Role.OUTPUT))} <= {step.value for step in steps}
    biases = numbers(s for s in spans(document) if s.role is Role.BIAS and not s.text.endswith(",)"))
    assert {*biases} <= {step.bias for step in steps}


class Counting(SumTrace[Convolution]):
    """A trace that counts how often it works out an element."""

    counts: Counter[Index]

    def step(self, at: Index) -> Step:
        self.counts[at] += 1
        return super().step(at)


def counted(asked: Convolution, style: Style, at: list[Index]) -> Counter[Index]:
    trace = Counting(asked)
    object.__setattr__(trace, "counts", Counter())
    explain(trace, None if at else run(asked).output, style, at)
    return trace.counts


def test_a_deep_pointwise_volume_shows_its_first_slices_and_counts_the_rest() -> None:
    deep = convolution(Tensor.of(np.ones((1, 200, 2, 9), int)), Tensor.of([[3]]), rank=3, pointwise=True)
    assert len(counted(deep, Style(), [])) == 6 * 2 * 5
    text = plain_text(explain(SumTrace(deep), None, Style()), 80)
    assert "… 194 slices and 4 columns of each not shown" in text
    short = convolution(Tensor.of(np.ones((1, 2, 2, 2), int)), Tensor.of([[3]]), rank=3, pointwise=True)
    assert "not shown" not in plain_text(explain(SumTrace(short), None, Style()), 80)


def test_an_element_costs_its_own_computation_only() -> None:
    assert counted(layer(5, 20, 2, 3), Style(), [(0, 1, 7, 7)]) == {(0, 1, 7, 7): 1}


def test_nothing_is_worked_out_twice_where_there_is_no_engine() -> None:
    trace = Counting(textbook_2d())
    object.__setattr__(trace, "counts", Counter())
    explain(trace, None, Style())
    assert {*trace.counts.values()} == {1}


@pytest.mark.parametrize(("show", "steps"), [(1, 1), (2, 2), (None, 3), (36, 36)])
def test_a_large_output_costs_what_is_shown(show: int | None, steps: int) -> None:
    counts = counted(layer(64, 30, 64, 3), Style(show=show), [])
    assert len(counts) == steps  # unasked: 12 patches of 3x3, of which each element shows four
    assert {*counts.values()} == {1}


def test_a_very_large_kernel_lowers_the_steps_shown() -> None:
    asked = convolution(made(300, 16, 16), made(1, 300, 12, 12), rank=2)
    assert len(counted(asked, Style(show=20), [])) == 4
    assert "… 21 more steps not shown" in plain_text(explain(SumTrace(asked), run(asked).output, Style(show=20)), 80)


def test_an_ordinary_layer_takes_two_screens_and_a_textbook_problem_is_whole() -> None:
    asked = layer(3, 32, 8, 3)
    text = plain_text(explain(SumTrace(asked), run(asked).output, Style()), 80)
    assert text.count("\n") < 180
    assert "… 7,196 more steps not shown: --show with a number or all, or --at o,y,x for one" in text
    assert "not shown" not in plain_text(explain(SumTrace(textbook_2d()), None, Style()), 80)


@pytest.mark.parametrize(("width", "lines"), [(80, 2), (120, 1)])
def test_a_long_row_uses_the_page(width: int, lines: int) -> None:
    text = plain_text(table(run(convolution(made(33), T([1]), rank=1)), Style()), width)
    assert text.count("[") == lines
    assert "… 2 columns not shown: --show all" in text


def test_elided_maps_work_out_their_edges_once_and_no_more() -> None:
    counts = counted(layer(2, 60, 1, 2), Style(), [])
    edges = {(0, 0, i, j) for i in (0, 1, 2, 3, 58) for j in (0, 1, 2, 3, 58)}
    steps = {(0, 0, 0, j) for j in range(36)}
    assert counts == dict.fromkeys(edges | steps, 1)


def test_a_large_kernel_has_no_elided_maps() -> None:
    text = plain_text(explain(SumTrace(layer(3, 40, 1, 17)), None, Style(show=1)), 80)
    assert "The map of each" not in text


def test_numbers_shown_in_full_need_no_note() -> None:
    assert "rounded here" not in plain_text(explain(SumTrace(textbook_2d()), None, Style()), 80)


def test_more_differences_than_are_listed_are_counted() -> None:
    x = np.linspace(0.1, 0.9, 40, dtype=np.float32).reshape(4, 10)
    asked = convolution(Tensor.of(x), Tensor.of(np.linspace(0.3, 0.7, 3, dtype=np.float32)[None]), rank=2)
    nudged = Tensor(np.nextafter(run(asked).output.values, np.float32(9)))
    text = plain_text(explain(SumTrace(asked), nudged, Style()), 80)
    count = sum(nudged.at(step.at) != step.value for step in SumTrace(asked))
    assert text.count(": engine ") == 6
    assert f"… {count - 6} more elements of those above" in text


def test_where_the_engine_rounds_otherwise_both_values_are_shown() -> None:
    asked = CASES["float32"][0]()
    output = output_of(asked).values
    output[0, 0, 0, 0] = np.nextafter(output[0, 0, 0, 0], np.float32(9))
    text = plain_text(explain(SumTrace(asked), Tensor(output), Style()), 80)
    heading = "Where the arithmetic shows\n──────────────────────────\n"
    assert heading + "  y[0,0]: engine 0.18000002, exact sum rounded once 0.18\n\n" in text


def test_nan_in_both_is_no_difference() -> None:
    asked = convolution(Tensor.of([[math.nan, 1.0]]), Tensor.of([[1.0]]), rank=2)
    assert ": engine" not in plain_text(explain(SumTrace(asked), run(asked).output, Style()), 80)


def test_documents_are_values() -> None:
    first, second = (explain(SumTrace(textbook_1d()), None, Style()) for _ in range(2))
    assert first == second
    assert hash(first) == hash(second)


def cube(**options: Any) -> Convolution:
    """2x2x2 ones over 0..26, whose first windows sum to 8 + 44 = 52."""
    x = T(np.arange(27 * options.get("channels", 1)).reshape(-1, 3, 3, 3))
    ones = np.ones((1, options.pop("channels", 1), 2, 2, 2), int)
    return convolution(x, T(ones), rank=3, **options)


SLICES: dict[str, tuple[Convolution, list[Index], list[str]]] = {
    "an element":                (cube(), [], ["[0 1; 3 4] → 8", "[9 10; 12 13] → 44", "  8 + 44 = 52"]),
    "with a bias":               (cube(bias=T([-5])), [], ["[9 10; 12 13] → 44", "  8 + 44 + bias (-5) = 47"]),
    "that an integer type wraps": (
        cube(dtype="int8", overflow=Overflow.WRAP), [], ["[13 14; 16 17] → 60", "  60 + 96 = 156 wraps to -100"],
    ),
    "of several channels":       (cube(channels=2), [], ["[0 1; 3 4] → 8", "[36 37; 39 40] → 152", "  116 + 152 = 268"]),
    "that was asked for":        (cube(), [(0, 0, 1, 1, 1)], ["[22 23; 25 26] → 96", "  60 + 96 = 156"]),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "at", "expected"), SLICES.values(), ids=SLICES)
def test_each_slice_has_its_own_sum(asked: Convolution, at: list[Index], expected: list[str]) -> None:
    lines = plain_text(explain(SumTrace(asked), None, Style(), at), 80).splitlines()
    for end in expected:
        assert any(line.endswith(end) for line in lines), end
    assert not any(line.endswith("[9 10; 12 13] → 52") for line in lines)


ROUNDED: dict[str, tuple[Convolution, Style, str]] = {
    "operands as they are, and the rounding of the sum": (
        convolution(T(np.array([0.1, 0.2], np.float16)), T(np.array([1, 1], np.float16)), rank=1),
        Style(),
        "  y[0] = 0.0999756·1 + 0.199951·1 = 0.299927 rounds to 0.299805",
    ),
    "more digits of them": (
        convolution(T(np.array([0.1, 0], np.float32)), T(np.array([3, 1], np.float32)), rank=1),
        Style(precision=11),
        "  y[0] = 0.10000000149·3 + 0·1 = 0.30000000447 rounds to 0.30000001192",
    ),
    "no rounding that the digits do not show": (
        convolution(T(np.array([0.1, 0], np.float32)), T(np.array([3, 1], np.float32)), rank=1),
        Style(),
        "  y[0] = 0.1·3 + 0·1 = 0.3",
    ),
    "a picture of input and kernel, with what they sum to": (
        convolution(T(np.array([[0.1, 0.2]], np.float16)), T(np.array([[1, 1]], np.float16)), rank=2),
        Style(),
        "  [0.0999756 0.199951] ∗ [1 1] = [0.299927] rounds to [0.299805]",
    ),
    "the same where an integer type wraps": (
        convolution(T([[100, 100]]), T([[1, 1]]), rank=2, dtype="int8", overflow=Overflow.WRAP),
        Style(),
        "  [100 100] ∗ [1 1] = [200] wraps to [-56]",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "style", "line"), ROUNDED.values(), ids=ROUNDED)
def test_equations_are_true_to_the_digits_shown(asked: Convolution, style: Style, line: str) -> None:
    assert line in plain_text(explain(SumTrace(asked), run(asked).output, style), 80).splitlines()


@given(st.sampled_from(["float16", "float32", "float64"]), st.lists(st.integers(-999, 999), min_size=2, max_size=6))
def test_sums_of_float_products_add_up_to_the_digits_shown(dtype: str, cells: list[int]) -> None:
    asked = convolution(T((np.array(cells) / 70).astype(dtype)), T(np.array([1, 1], dtype)), rank=1)
    lines = plain_text(explain(SumTrace(asked), None, Style(precision=8)), 80).splitlines()
    for line in (line for line in lines if line.startswith("  y[")):
        _, left, right = line.split(" = ")
        shown = sum(Fraction(term.split("·")[0].strip(" ()")) for term in left.split(" + "))
        assert abs(shown - Fraction(right.split()[0])) < Fraction(1, 10**5)  # two numbers up to 15, to 8 digits
