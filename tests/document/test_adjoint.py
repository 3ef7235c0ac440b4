"""Explanations of transposed convolutions and gradients: that every number is the trace's, and what a table says."""

import pytest
from hypothesis import given, settings

from convcli.axis import PaddingMode
from convcli.document import Role, Style, explain, table
from convcli.document.model import spans
from convcli.engine import run
from convcli.numbers import Tensor
from convcli.numbers.grammar import parse
from convcli.problem import Bilinear, Gradients, Transposed, convolution, gradients, transposed
from convcli.render import plain_text
from convcli.settings import Settings
from convcli.trace import SumTrace, stamp
from tests.document.cases import derived, made
from tests.strategies import FRACTIONS, SMALL, differentiated, transposeds

LINES: dict[str, tuple[Bilinear, str]] = {
    "transposed": (transposed(made(3), made(2), rank=1), "transposed convolution, exact"),
    "cropped, strided, dilated": (
        transposed(
            made(2, 3, 3), made(2, 1, 2, 2), rank=2,
            settings=Settings(stride=2, dilation=(1, 2), padding=[(1, 0), 0], output_padding=1, groups=2, flip=True),
        ),
        "transposed convolution, kernel read backwards, exact; stride 2; dilation 1 along height, 2 along width; "
        "padding 1 before and 0 after along height, 0 on both sides along width, cropped; output padding 1; "
        "groups 2: depthwise, each output channel reads one input channel",
    ),
    "by a rule, channels last": (
        transposed(made(3, 1), made(1, 2, 3), rank=1, layout="nhwc", settings=Settings(padding="half")),
        "transposed convolution, exact; padding half, 1 on both sides, cropped (span//2 on both sides, as a "
        "convolution padded by half is the adjoint of); channels last",
    ),
    "of the input": (derived().input, "the transposed convolution of dy with the kernel, exact"),
    "of the kernel": (derived("float32").kernel, "the convolution of the input with dy, float32 arithmetic (IEEE 754)"),
    "of the bias": (derived().bias, "the sum of dy, exact"),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "said"), LINES.values(), ids=LINES)
def test_the_line_below_a_table(asked: Bilinear, said: str) -> None:
    assert plain_text(table(run(asked), Style()), 2000).splitlines()[-1].partition("; ")[2] == said


def test_the_settings_of_an_input_gradient() -> None:
    forward = convolution(
        made(4, 7, 7), made(4, 2, 2, 2), rank=2,
        settings=Settings(stride=(2, 1), dilation=(1, 2), padding=1, groups=2, padding_mode=PaddingMode.CIRCULAR),
    )  # fmt: skip
    text = plain_text(explain(SumTrace(gradients(forward).input), None, Style(), [(0, 0, 0, 0)]), 80)
    assert text.startswith(
        "conv2d.input_gradient: dy (4, 4, 7) ∗ᵀ kernel (4, 2, 2, 2) → dx (4, 7, 7)\n"
        "  gradient         of L = sum(dy · y), y = conv2d(x, w), with respect to x\n"
        "  operation        the transposed convolution of dy with the kernel\n"
        "  stride           2 along height, 1 along width\n"
        "  padding          1 on both sides, cropped\n"
        "  output padding   1 along height, 0 along width: what the convolution never\n"
        "                   read\n"
        "  beyond the edge  circular: what is cropped is added to the element shown there\n"
        "  dilation         1 along height, 2 along width\n"
        "  groups           2: each output channel reads 2 of 4 input channels\n"
    )


def test_a_kernel_gradient_through_a_stack_of_patches_too_large_to_show() -> None:
    case = gradients(convolution(made(1, 20, 20), made(2, 2), rank=2))
    text = plain_text(explain(SumTrace(case.kernel), run(case.kernel).output, Style(show=1)), 100)
    assert "… 4 rows and 4 columns of each patch and kernel not shown: --show all" in text


def numbers_of(problem: Bilinear) -> set[object]:
    """Every number that an explanation of it may show: of its trace, and of its stamps."""
    found: set[object] = set()
    for step in SumTrace(problem):
        found |= {step.value, step.total, step.bias}
        for term in step.terms:
            found |= {term.sum, *term.patch.flat, *term.kernel.flat, *term.products.flat}
    return found


@given(transposeds(SMALL))
@settings(max_examples=60)
def test_every_number_of_a_transposed_convolution_is_the_traces(case: Transposed) -> None:
    document = explain(SumTrace(case), run(case).output, Style(everything=True))
    known = numbers_of(case) | numbers_of(case.uncropped) | {0}
    sources = [(0, 0, *(0,) * case.spec.rank)]
    known |= {number for at in sources for number in stamp(case, at, 0).cells().values()}
    shown = [span for span in spans(document) if span.role in (Role.PRODUCT, Role.SUM, Role.OUTPUT)]
    values = {parse(span.text.strip().strip("()")) for span in shown if span.text.strip("-() \xa0").isdigit()}
    beyond = values - known
    partial = {number for at in _sources(case) for number in stamp(case, at, 0).cells().values()}
    # What is left are sizes in the formula, and sums of stamps of one of several input channels.
    assert beyond <= partial | set(case.spec.outputs) | _sums_of_stamps(case)


def _sources(case: Transposed) -> list[tuple[int, ...]]:
    import itertools

    return [(0, 0, *place) for place in itertools.product(*map(range, case.spec.sizes))]


def _sums_of_stamps(case: Transposed) -> set[object]:
    sums: dict[tuple[int, ...], object] = {}
    for at in _sources(case):
        for place, number in stamp(case, at, 0).cells().items():
            sums[place] = sums.get(place, 0) + number  # type: ignore[operator]
    return set(sums.values())


@given(transposeds(FRACTIONS))
@settings(max_examples=30)
def test_any_transposed_convolution_can_be_explained(case: Transposed) -> None:
    for style, width in ((Style(), 80), (Style(fractions=True, from_one=True, show=2), 120)):
        assert "Gather" in plain_text(explain(SumTrace(case), None, style), width, ascii=True)


@given(differentiated(SMALL))
@settings(max_examples=40)
def test_any_gradient_can_be_explained_and_its_check_holds(case: Gradients) -> None:
    for problem in (case.input, case.kernel, case.bias):
        text = plain_text(explain(SumTrace(problem), run(problem).output, Style()), 80)
        assert "equal, as they must be" in text
        assert "NOT EQUAL" not in text


def test_a_wrong_gradient_is_caught_by_its_check() -> None:
    case = gradients(convolution(Tensor.of([1, 2, 3]), Tensor.of([1, 2]), rank=1)).kernel
    wrong = Tensor.exact(run(case).output.values + 1)
    assert "NOT EQUAL: please report it" in plain_text(explain(SumTrace(case), wrong, Style()), 80)


def test_numbers_that_are_not_exact_are_not_checked() -> None:
    case = derived("float32").kernel
    assert "Check" not in plain_text(explain(SumTrace(case), run(case).output, Style()), 80)


def test_a_batch_is_told_apart_in_stamps_and_crops() -> None:
    case = transposed(made(2, 2, 2, 2), made(2, 1, 2, 2), rank=2, settings=Settings(padding=1))
    text = plain_text(explain(SumTrace(case), run(case).output, Style()), 80)
    assert (
        text.count("item 0, output channel 0") == text.count("item 1, output channel 0") == 3
    )  # and in the gather reading


def test_a_bias_gradient_marks_the_gap_where_it_is() -> None:
    case = gradients(convolution(made(4, 6), made(4, 1, 2), rank=1, settings=Settings(groups=4))).bias
    text = plain_text(explain(SumTrace(case), run(case).output, Style(show=2)), 80)
    assert "  db[0] = 1 + 1 + 1 + 1 + 1 = 5\n  … 2 more steps\n  db[3] = 1 + 1 + 1 + 1 + 1 = 5\n" in text


def test_an_element_that_nothing_meets_in_is_told_in_two_lines() -> None:
    case = transposed(made(2), made(1), rank=1, settings=Settings(stride=2))
    text = plain_text(explain(SumTrace(case), None, Style(), [(0, 0, 1)]), 80)
    assert text.endswith("  y[1]  meets nothing\n  y[1] = 0\n")


def test_the_only_item_of_no_batch_has_no_number() -> None:
    case = gradients(convolution(made(3), made(2), rank=1)).kernel
    assert "item" not in plain_text(explain(SumTrace(case), None, Style(), [(0, 0, 1)]), 80)


def test_show_all_leaves_no_stamp_and_no_map_out() -> None:
    case = transposed(made(2, 14), made(2, 11, 2), rank=1, settings=Settings(padding=1))
    some = plain_text(explain(SumTrace(case), run(case).output, Style()), 80)
    assert "… 8 more stamps not shown: --show all" in some
    assert "… the sums of all stamps, before what is cropped, not shown: --show all" in some
    everything = plain_text(explain(SumTrace(case), run(case).output, Style(everything=True)), 80)
    assert "…" not in everything
    assert everything.count("adds") == 14
    assert "What is cropped" in everything


def test_the_maps_of_many_channels_are_elided() -> None:
    case = transposed(made(9, 2), made(9, 1, 2), rank=1)
    text = plain_text(explain(SumTrace(case), run(case).output, Style()), 200)
    assert "channel 0" in text
    assert "+ … +" in text
    assert text.count("channel 5") == 0


def test_a_grouped_kernel_gradient_names_the_input_channel_that_was_read() -> None:
    case = derived(groups=2).kernel
    text = plain_text(explain(SumTrace(case), run(case).output, Style()), 80)
    assert "Output channel 1, input channel 1\n" in text
    grouped = gradients(convolution(made(4, 3), made(2, 2, 2), rank=1, settings=Settings(groups=2))).kernel
    table_of = plain_text(table(run(grouped), Style()), 80)
    assert "output 0   output 1" in table_of


def test_what_only_output_padding_adds_is_not_called_cropped() -> None:
    case = transposed(made(3), made(2), rank=1, settings=Settings(stride=4, padding=[(0, 1)], output_padding=3))
    text = plain_text(explain(SumTrace(case), run(case).output, Style()), 80)
    assert "What output padding adds" in text
    assert "░" not in text
