"""What a convolution is, said without its formula: laws that hold exactly on integers."""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli import conv1d, conv2d
from convcli.axis import PaddingMode
from convcli.engine import run
from convcli.numbers.tensor import Tensor
from convcli.problem import Convolution, convolution
from convcli.settings import Settings
from tests.strategies import problems

images = st.integers(0, 2**32 - 1).map(lambda seed: np.random.default_rng(seed).integers(-9, 9, (1, 2, 9, 8)))
kernels = st.integers(0, 2**32 - 1).map(lambda seed: np.random.default_rng(seed).integers(-9, 9, (3, 2, 3, 2)))


@given(images, images, kernels)
def test_linear_in_the_input(a: np.ndarray, b: np.ndarray, w: np.ndarray) -> None:
    assert (conv2d(3 * a - b, w) == 3 * conv2d(a, w) - conv2d(b, w)).all()


@given(images, kernels, kernels)
def test_linear_in_the_kernel(x: np.ndarray, v: np.ndarray, w: np.ndarray) -> None:
    assert (conv2d(x, 2 * v + w) == 2 * conv2d(x, v) + conv2d(x, w)).all()


@given(images, kernels)
def test_a_shifted_input_gives_a_shifted_output(x: np.ndarray, w: np.ndarray) -> None:
    shifted = np.roll(x, (1, 2), (2, 3))
    assert (
        conv2d(shifted, w, padding=1, padding_mode="circular")
        == np.roll(conv2d(x, w, padding=1, padding_mode="circular"), (1, 2), (2, 3))
    )[:, :, 2:-2, 3:-3].all()


@given(images)
def test_a_delta_kernel_copies_its_input(x: np.ndarray) -> None:
    delta = np.zeros((2, 1, 3, 3), int)
    delta[:, 0, 1, 1] = 1
    assert (conv2d(x, delta, padding="same", groups=2) == x).all()


@given(images, st.integers(0, 99))
def test_groups_are_convolutions_side_by_side(x: np.ndarray, seed: int) -> None:
    w = np.random.default_rng(seed).integers(-9, 9, (4, 1, 3, 3))
    parts = [conv2d(x[:, g : g + 1], w[2 * g : 2 * g + 2]) for g in range(2)]
    assert (conv2d(x, w, groups=2) == np.concatenate(parts, axis=1)).all()


@given(images, kernels, st.integers(1, 4), st.integers(1, 4))
def test_stride_is_subsampling(x: np.ndarray, w: np.ndarray, down: int, across: int) -> None:
    assert (conv2d(x, w, stride=(down, across)) == conv2d(x, w)[:, :, ::down, ::across]).all()


@given(images, kernels)
def test_dilation_is_a_kernel_stuffed_with_zeros(x: np.ndarray, w: np.ndarray) -> None:
    stuffed = np.zeros((3, 2, 5, 4), int)
    stuffed[:, :, ::2, ::3] = w
    assert (conv2d(x, w, dilation=(2, 3)) == conv2d(x, stuffed)).all()


NUMPY_NAMES = {
    "zeros": "constant",
    "reflect": "reflect",
    "symmetric": "symmetric",
    "replicate": "edge",
    "circular": "wrap",
}


@given(images, kernels, st.sampled_from(sorted(NUMPY_NAMES)))
def test_padding_is_padding_by_hand(x: np.ndarray, w: np.ndarray, mode: str) -> None:
    by_hand = np.pad(x, [(0, 0), (0, 0), (2, 1), (0, 3)], NUMPY_NAMES[mode])  # type: ignore[call-overload]
    assert (conv2d(x, w, padding=[(2, 1), (0, 3)], padding_mode=mode) == conv2d(by_hand, w)).all()


@given(images, kernels)
def test_a_flipped_kernel_is_correlation_with_the_kernel_reversed(x: np.ndarray, w: np.ndarray) -> None:
    assert (conv2d(x, w, flip=True) == conv2d(x, w[:, :, ::-1, ::-1])).all()


@given(images, st.integers(0, 99))
def test_one_by_one_is_a_matrix_product_over_channels(x: np.ndarray, seed: int) -> None:
    matrix = np.random.default_rng(seed).integers(-9, 9, (5, 2))
    assert (conv2d(x, matrix[:, :, None, None]) == np.einsum("oc,nchw->nohw", matrix, x)).all()


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=9), st.lists(st.integers(-9, 9), min_size=1, max_size=9))
def test_full_flipped_convolution_multiplies_polynomials(p: list[int], q: list[int]) -> None:
    assert conv1d(p, q, padding="full", flip=True).tolist() == np.convolve(p, q).tolist()


@given(problems(modes=(PaddingMode.ZEROS,)))
@settings(max_examples=60)
def test_every_output_is_the_formula(case: Convolution) -> None:
    """y[b,m,o] = bias[m] + sum_c sum_t x[b,c,o*s - pb + t*d] w[m,c,t], written out as it stands in the rules."""
    x, w, spec = case.x, case.w, case.spec
    output = run(case).output
    fill = case.pad_value.at(())
    for b, m, *o in product(*map(range, spec.output_shape)):
        total = case.bias.at((m,)) if case.bias else 0
        for c, *t in product(range(spec.group_in), *map(range, spec.kernels)):
            where = [i * a.stride - a.pad_before + j * a.dilation for i, j, a in zip(o, t, spec.axes, strict=True)]
            inside = all(0 <= i < n for i, n in zip(where, spec.sizes, strict=True))
            value = x.at((b, m // spec.group_out * spec.group_in + c, *where)) if inside else fill
            tap = (
                [k - 1 - j for j, k in zip(t, spec.kernels, strict=True)]
                if spec.orientation.value == "convolution"
                else t
            )
            total += value * w.at((m, c, *tap))
        assert total == output.at((b, m, *o))


def test_the_five_sames_differ() -> None:
    x, w = Tensor.of(np.arange(16).reshape(4, 4)), Tensor.of(np.ones((3, 3), int))

    def output(padding: object) -> list[list[int]]:
        case = convolution(x, w, rank=2, settings=Settings(stride=2, padding=padding))  # type: ignore[arg-type]
        return run(case).presented.values.tolist()  # type: ignore[no-any-return]

    assert output("same") == [[45, 39], [66, 50]]
    assert output(1) == [[10, 24], [51, 90]]
    assert output("half") == output(1)
    assert output("same-lower") == output([(1, 0), (1, 0)])
