"""Tensors by name."""

from fractions import Fraction

import numpy as np
import pytest

from convcli.numbers.seeded import random_integers
from tests.reading.helpers import read

KERNELS = {
    "@sobel-x": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    "@sobel-y": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    "@laplacian": [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
    "@sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "@emboss": [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]],
    "@identity": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
    "@identity:1": [[1]],
    "@identity:1,3": [[0, 1, 0]],
    "@ones:2,1": [[1], [1]],
    "@zeros:3": [0, 0, 0],
    "@arange:2,3": [[0, 1, 2], [3, 4, 5]],
}


@pytest.mark.parametrize(("name", "values"), KERNELS.items(), ids=KERNELS)
def test_names_of_integers(name: str, values: list[object]) -> None:
    tensor = read(name, "kernel")
    assert (tensor.values.tolist(), tensor.denominator) == (values, 1)


def test_averages() -> None:
    assert read("@gaussian").numbers() == [Fraction(n, 16) for n in (1, 2, 1, 2, 4, 2, 1, 2, 1)]
    assert read("@box").numbers() == [Fraction(1, 9)] * 9
    assert read("@box:2,3").numbers() == [Fraction(1, 6)] * 6
    assert read("@box:2,2,2").shape == (2, 2, 2)


def test_a_size_alone_is_a_vector_where_a_row_is_one() -> None:
    assert read("@box:4", vector=True).numbers() == [Fraction(1, 4)] * 4
    assert read("@identity:3", vector=True).numbers() == [0, 1, 0]
    assert read("@box:2,2", vector=True).shape == (2, 2)


def test_random_numbers_are_the_same_for_ever() -> None:
    assert read("@random:2,5").values.tolist() == [[8, 5, 5, 5, -6], [-9, -9, 8, -6, 9]]
    assert read("@random:3:seed=0").equals(read("@random:3"))
    assert not read("@random:30:seed=1").equals(read("@random:30"))
    many = random_integers((19_000,), 2**63)
    assert set(np.unique(many).tolist()) == set(range(-9, 10))
    assert np.bincount(many + 9).min() > 850
