"""Requests that cannot be meant, and those that are too large: each with its whole message."""

from collections.abc import Mapping

import pytest

from convcli.errors import ConvError
from convcli.limits import Limits
from convcli.numbers.tensor import Tensor
from convcli.problem import Gradients, Pooling
from convcli.request import operation
from convcli.request.bounds import check_powers, check_steps

X, W = {"input": [1, 2, 3]}, {"kernel": [1, 1]}

REFUSALS: dict[str, tuple[str, Mapping[str, object], dict[str, str], str]] = {
    "nothing at all": (
        "1d", {}, {},
        "the input and the kernel are missing\n"
        "  given     convcalc 1d without sources\n"
        "  expected  an input and a kernel, by flags or in a problem file\n"
        "  fix       add --input SOURCE and --kernel SOURCE; convcalc 1d --help has examples",
    ),
    "an input alone": (
        "2d", X, {},
        "the kernel is missing\n"
        "  given     input only\n"
        "  expected  an input and a kernel, by flags or in a problem file\n"
        "  fix       add --kernel SOURCE; convcalc 2d --help has examples",
    ),
    "a pool of nothing": (
        "pool1d", {}, {"kernel-size": "2"},
        "the input is missing\n"
        "  given     convcalc pool1d without sources\n"
        "  expected  an input, by flags or in a problem file\n"
        "  fix       add --input SOURCE; convcalc pool1d --help has examples",
    ),
    "a dy for nothing": (
        "1d", X | W | {"dy": [1, 1]}, {},
        "dy is the gradient of the output, and no gradient is asked for\n"
        "  given     dy without grad\n"
        "  expected  --grad with input, kernel, bias or all\n"
        "  fix       add --grad all, or leave out dy",
    ),
    "transposed 1x1": (
        "1x1", X | W, {"transposed": "true"},
        "a transposed 1x1 convolution is a 1x1 convolution\n"
        "  given     convcalc 1x1 with transposed\n"
        "  expected  a kernel (outputs, inputs), that is the transposed one's with its two axes exchanged\n"
        "  fix       transpose the kernel, or use convcalc 2d --transposed",
    ),
    "a pad value for what crops": (
        "1d", X | W, {"transposed": "true", "pad-value": "3"},
        "a transposed convolution pads with nothing\n"
        "  given     pad-value with transposed\n"
        "  expected  padding that crops the output; nothing is ever filled in\n"
        "  fix       leave out the padding value",
    ),
    "a gradient of a transposed one": (
        "1d", X | W, {"transposed": "true", "grad": "input", "output-padding": "0"},
        "gradients are those of a convolution\n"
        "  given     grad with transposed\n"
        "  expected  a convolution; the gradient of a transposed one's input is itself a convolution of dy\n"
        "  fix       for that run convcalc 1d --input DY with the same kernel, stride, padding and dilation, "
        "without transposed and without output-padding",
    ),
    "a gradient of one whose kernel has another layout": (
        "1d", X | W | {"dy": [1]}, {"transposed": "true", "kernel-layout": "hwoi"},
        "gradients are those of a convolution\n"
        "  given     dy with transposed\n"
        "  expected  a convolution; the gradient of a transposed one's input is itself a convolution of dy\n"
        "  fix       for that run convcalc 1d --input DY --kernel-layout hwio with the same kernel, stride, padding and "
        "dilation, without transposed",
    ),
    "a gradient of one whose kernel has no such layout": (
        "1d", X | W, {"transposed": "true", "grad": "all", "kernel-layout": "ohwi"},
        "gradients are those of a convolution\n"
        "  given     grad with transposed\n"
        "  expected  a convolution; the gradient of a transposed one's input is itself a convolution of dy\n"
        "  fix       for that lay the kernel out as iohw and run convcalc 1d --input DY with it, without transposed",
    ),
    "an infinite power": (
        "pool1d", X, {"kernel-size": "2", "kind": "lp", "power": "inf"},
        "the power of Lp pooling is infinite\n"
        "  given     power `inf`\n"
        "  expected  an integer from 1 to 1000\n"
        "  fix       write --kind max: the largest magnitude is the limit of Lp pooling; take magnitudes first",
    ),
    "a divisor of the largest": (
        "pool1d", X, {"kernel-size": "2", "divisor": "3"},
        "divisor belongs to another kind of pooling\n"
        "  given     divisor with kind max\n"
        "  expected  kind avg\n"
        "  fix       say --kind avg, or leave out divisor",
    ),
    "a window of the whole": (
        "pool1d", X, {"global": "true", "stride": "2"},
        "global pooling has no stride\n"
        "  given     stride with global\n"
        "  expected  the whole input as the only window\n"
        "  fix       leave out stride, or leave out global and say kernel-size",
    ),
    "no window": (
        "pool1d", X, {},
        "the size of the window is missing\n"
        "  given     neither kernel-size nor global\n"
        "  expected  one of them\n"
        "  fix       add --kernel-size 2 for windows of 2 along every axis, or --global for one window",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("command", "given", "texts", "message"), REFUSALS.values(), ids=REFUSALS)
def test_what_cannot_be_meant(command: str, given: Mapping[str, object], texts: dict[str, str], message: str) -> None:
    wanted = operation(command)
    with pytest.raises(ConvError) as error:
        wanted.posed(wanted.asked(command, {role: Tensor.of(t) for role, t in given.items()}, texts), Limits())
    assert str(error.value) == message


def test_ones_for_a_gradient_are_bounded_and_one_that_is_there_is_not() -> None:
    wanted, tensors = operation("1d"), {role: Tensor.of(numbers) for role, numbers in (X | W).items()}
    asked = wanted.asked("1d", tensors | {"dy": Tensor.of([5, 7])}, {"grad": "input"})
    assert isinstance(wanted.posed(asked, Limits(output=1)), Gradients)
    with pytest.raises(ConvError) as error:
        wanted.posed(wanted.asked("1d", tensors, {"grad": "input"}), Limits(output=1))
    assert str(error.value) == (
        "the gradient of the output is larger than convcalc takes on unasked\n"
        "  given     2 numbers in the output\n"
        "  expected  at most 1\n"
        "  fix       raise the limit with --limit output=2"
    )


def pooled(kind: str) -> Pooling:
    wanted = operation("pool1d")
    asked = wanted.asked("pool1d", {"input": Tensor.of([1, 2, 3])}, {"kernel-size": "2", "kind": kind})
    problem = wanted.posed(asked, Limits())
    assert isinstance(problem, Pooling)
    return problem


def test_exact_powers_are_bounded_and_nothing_else_is_by_them() -> None:
    check_powers(pooled("max"), 10, Limits(work=1))
    check_powers(pooled("lp"), 1, Limits())
    with pytest.raises(ConvError, match="the pooling with exact powers is larger than convcalc takes on unasked"):
        check_powers(pooled("lp"), 10, Limits(work=1))


def test_steps_are_bounded_by_their_products() -> None:
    check_steps(pooled("max").spec, 2, Limits(products=4))
    with pytest.raises(ConvError, match="the explanation is larger than convcalc takes on unasked"):
        check_steps(pooled("max").spec, 3, Limits(products=4))
