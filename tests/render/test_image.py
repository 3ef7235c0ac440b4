"""Pictures of outputs: integers from 0 to 255 come back as they were, and what is done to other numbers is said."""

import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from convcli.engine import run
from convcli.limits import Limits
from convcli.numbers.tensor import Tensor
from convcli.problem import convolution, gradients
from convcli.reading.images import image_kind, read_image
from convcli.render.image import to_image
from tests.render.test_heat import identity, one
from tests.render.test_imports import loaded


def written(output: Any, form: str = "pgm", rank: int = 2) -> tuple[bytes, tuple[str, ...]]:
    picture = to_image(*identity(output, rank), form)
    return picture.content, picture.notes


def pixels(output: Any, form: str = "png", rank: int = 2) -> Any:
    """The pixels as another decoder sees them, channels last."""
    with Image.open(io.BytesIO(written(output, form, rank)[0])) as image:
        return np.asarray(image).tolist()


def read(content: bytes, **how: Any) -> Tensor:
    kind = image_kind(content)
    assert kind is not None
    return read_image(io.BytesIO(content), len(content), kind, "x", Limits(), **how)


SIDES = st.tuples(st.integers(1, 9), st.integers(1, 9))
BYTES = st.integers(0, 255)


@given(SIDES.flatmap(lambda sides: arrays(np.int64, (1, 1, *sides), elements=BYTES)), st.sampled_from(["png", "pgm"]))
def test_a_grey_picture_is_read_back(output: Any, form: str) -> None:
    content, notes = written(output, form)
    assert read(content).equals(Tensor.exact(output[0, 0]))
    assert notes == ()


@given(SIDES.flatmap(lambda sides: arrays(np.int64, (1, 3, *sides), elements=BYTES)), st.sampled_from(["png", "ppm"]))
def test_a_colour_picture_is_read_back(output: Any, form: str) -> None:
    content, notes = written(output, form)
    assert read(content).equals(Tensor.exact(output[0]))
    assert read(content, channels_last=True).equals(Tensor.exact(np.moveaxis(output[0], 0, -1)))
    assert notes == ()


def test_an_image_through_an_identity_is_the_image() -> None:
    source = read(written(np.arange(60).reshape(1, 3, 4, 5), "png")[0])
    problem = convolution(source, Tensor.of(np.eye(3).reshape(3, 3, 1, 1).astype(int)), None, rank=2)
    assert read(to_image(run(problem).output, problem, "png").content).equals(source)


def test_the_bytes_of_a_picture() -> None:
    assert written(one([[7, 8, 9]]))[0] == b"P5\n3 1\n255\n\x07\x08\x09"
    assert written(one([[7, 8]]), "ppm")[0] == b"P6\n2 1\n255\n\x07\x07\x07\x08\x08\x08"
    assert written(np.arange(6).reshape(1, 3, 1, 2), "ppm")[0] == b"P6\n2 1\n255\n\x00\x02\x04\x01\x03\x05"
    assert pixels(one([[1, 2], [200, 1]])) == [[1, 2], [200, 1]]


def test_floats_that_are_integers_are_written_as_they_are() -> None:
    assert written(one([[0.0, 255.0]]))[0].endswith(b"\x00\xff")
    assert written(one([[0.0, 255.0]]))[1] == ()


GREYS = {
    "below zero": (
        [[-10, 0, 20]],
        [64, 128, 255],
        "values from -10 to 20 were mapped to brightness: -20 to 1, 0 to 128, 20 to 255",
    ),
    "far below zero": (
        [[-20, 0, 10]],
        [1, 128, 192],
        "values from -20 to 10 were mapped to brightness: -20 to 1, 0 to 128, 20 to 255",
    ),
    "past 255": ([[0, 128, 510]], [0, 64, 255], "values from 0 to 510 were mapped to brightness: 0 to 0, 510 to 255"),
    "far from zero": (
        [[510, 1020]],
        [128, 255],
        "values from 510 to 1020 were mapped to brightness: 0 to 0, 1020 to 255",
    ),
    "small fractions": (
        Tensor.exact([[0, 1, 2]], 4),
        [0, 128, 255],
        "values from 0 to 0.5 were mapped to brightness: 0 to 0, 0.5 to 255",
    ),
    "fractions below the upper half": (
        Tensor.exact([[255, 1]], 2),
        [255, 1],
        "values from 0.5 to 127.5 were mapped to brightness: 0 to 0, 127.5 to 255",
    ),
    "fractions up to the upper half": (
        Tensor.exact([[256, 5, 1, 3]], 2),
        [128, 2, 0, 2],
        "values from 0.5 to 128 were rounded to integers",
    ),
    "floats": ([[127.6, 200.4]], [128, 200], "values from 127.6 to 200.4 were rounded to integers"),
    "integers of any size": (
        [[10**400, -(10**400), 0]],
        [255, 1, 128],
        "values from -100000000000…000000000000\xa0(401\xa0digits) to 100000000000…000000000000\xa0(401\xa0digits) were mapped to "
        "brightness: -100000000000…000000000000\xa0(401\xa0digits) to 1, 0 to 128, 100000000000…000000000000\xa0(401\xa0digits) to 255",
    ),
}


@pytest.mark.parametrize(("rows", "greys", "note"), GREYS.values(), ids=GREYS)
def test_other_numbers_become_brightness(rows: Any, greys: list[int], note: str) -> None:
    tensor = rows if isinstance(rows, Tensor) else Tensor.of(rows)
    content, notes = written(tensor.with_values(tensor.values[None, None]))
    assert list(content.partition(b"\n255\n")[2]) == greys
    assert notes == (note,)


NOT_FINITE = "values that are not finite were drawn as these: inf as 255, -inf as 0, nan as {}"


def test_what_is_not_finite_is_drawn_and_said() -> None:
    content, notes = written(one([[np.inf, -np.inf, np.nan, -1.0, 1.0]]))
    assert list(content[-5:]) == [255, 0, 128, 1, 255]
    assert notes == (
        "values from -1 to 1 were mapped to brightness: -1 to 1, 0 to 128, 1 to 255",
        NOT_FINITE.format(128),
    )
    content, notes = written(one([[np.inf, -np.inf, np.nan, 7.0]]))
    assert list(content[-4:]) == [255, 0, 0, 7]
    assert notes == (NOT_FINITE.format(0),)
    assert list(written(one([[np.nan, np.inf]]))[0][-2:]) == [0, 255]
    assert list(written(one([[np.inf, 1000.0]]))[0][-2:]) == [255, 255]


def test_planes_are_tiles() -> None:
    many = np.arange(1, 6).reshape(1, 5, 1, 1)
    assert pixels(many) == [
        [1, 255, 2, 255, 3],
        [255] * 5,
        [4, 255, 5, 255, 255],
    ]
    assert written(many)[1] == ("5 planes are tiles of one picture, 3 across and 2 down",)
    batch = np.arange(1, 5).reshape(2, 2, 1, 1)
    assert pixels(batch) == [[1, 255, 2], [255] * 3, [3, 255, 4]]
    tall = np.arange(1, 5).reshape(4, 1, 1, 1)
    assert pixels(tall) == [[1, 255, 2], [255] * 3, [3, 255, 4]]


def test_colour_pictures_are_tiles_too() -> None:
    batch = np.arange(1, 7).reshape(2, 3, 1, 1)
    assert pixels(batch) == [[[1, 2, 3], [255] * 3, [4, 5, 6]]]
    assert written(batch, "png")[1] == ("2 planes are tiles of one picture, 2 across and 1 down",)


def test_a_pgm_of_colours_is_their_channels() -> None:
    channels = np.arange(1, 4).reshape(1, 3, 1, 1)
    assert pixels(channels, "pgm") == [[1, 255, 2], [255] * 3, [3, 255, 255]]


def test_slices_of_volumes_are_tiles_in_rows() -> None:
    volume = np.arange(1, 7).reshape(1, 2, 3, 1, 1)
    assert pixels(volume, rank=3) == [[1, 255, 2, 255, 3], [255] * 5, [4, 255, 5, 255, 6]]
    assert pixels(volume.reshape(1, 1, 6, 1, 1), rank=3) == [[1, 255, 2, 255, 3], [255] * 5, [4, 255, 5, 255, 6]]
    assert pixels(np.arange(3).reshape(1, 3, 1, 1, 1), rank=3) == [[0, 255, 1], [255] * 3, [2, 255, 255]]


def test_channels_of_signals_are_rows() -> None:
    assert pixels(np.arange(6).reshape(1, 3, 2), rank=1) == [[0, 1], [2, 3], [4, 5]]
    assert pixels(np.arange(6).reshape(3, 1, 2), rank=1) == [[0, 1], [255] * 2, [2, 3], [255] * 2, [4, 5]]


def test_gradients_have_pictures() -> None:
    forward = convolution(Tensor.of([[[1, 2], [3, 4]]] * 2), Tensor.of(np.ones((2, 2, 1, 1))), None, rank=2)
    found = gradients(forward, Tensor.of(np.array([[[1, 2], [3, 4]], [[0, 1], [1, 0]]])))
    kernel = to_image(run(found.kernel).output, found.kernel, "pgm")
    assert kernel.content == b"P5\n3 3\n255\n\x1e\xff\x1e\xff\xff\xff\x05\xff\x05"
    pointwise = convolution(Tensor.of([[[1]], [[2]], [[3]]]), Tensor.of([[1, 1, 1]]), None, rank=2, pointwise=True)
    matrix = gradients(pointwise, Tensor.of([[[4]]])).kernel
    assert to_image(run(matrix).output, matrix, "pgm").content == b"P5\n3 1\n255\n\x04\x08\x0c"
    assert to_image(run(matrix).output, matrix, "ppm").content == b"P6\n3 1\n255\n\4\4\4\x08\x08\x08\x0c\x0c\x0c"
    assert found.bias is not None
    assert to_image(run(found.bias).output, found.bias, "pgm").content == b"P5\n2 1\n255\n\x0a\x02"


@given(
    st.integers(1, 3)
    .flatmap(lambda rank: st.tuples(*[st.integers(1, 4)] * (rank + 2)))
    .flatmap(lambda shape: arrays(np.int64, shape, elements=st.integers(-300, 300))),
    st.sampled_from(["png", "pgm", "ppm"]),
)
def test_every_output_has_a_picture(output: Any, form: str) -> None:
    content, notes = written(output, form, output.ndim - 2)
    assert image_kind(content) == ("PNG" if form == "png" else "PNM")
    shape = read(content).shape
    assert shape[-1] * shape[-2] >= output.size // (
        3 if output.shape[1] == 3 and output.ndim == 4 and form != "pgm" else 1
    )
    assert len(notes) <= 2


def test_pictures_load_no_more_than_they_need() -> None:
    assert loaded("from convcli.render.image import to_image") == []
    assert loaded("from convcli.render.image import to_image\nassert 'PIL' not in sys.modules") == []
