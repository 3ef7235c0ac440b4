"""Arrays of .npy and .npz: what is read, and what is refused before anything of its size is made."""

import io
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcli.errors import InputError
from convcli.limits import Limits
from convcli.numbers import Tensor
from convcli.reading import arrays
from tests.reading.helpers import piped, read

NOT_AN_ARRAY = """\
{name} is not an array of numbers that convcalc reads
  given     {given}
  expected  {expected}
  fix       {fix}"""


def npy(array: object, *, fortran: bool = False) -> bytes:
    buffer = io.BytesIO()
    values = np.asarray(array)
    np.save(buffer, np.asfortranarray(values) if fortran else values, allow_pickle=True)
    return buffer.getvalue()


def headed(header: bytes, data: bytes = b"", version: int = 1) -> bytes:
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", len(header)) + header + data


def npz(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name + ".npy", data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "dtype", [f"{order}{kind}" for order in "<>" for kind in ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]]
)
def test_integers_are_exact(dtype: str) -> None:
    array = np.array([[0, 1, 127], [3, 4, 5]], dtype)
    assert piped(npy(array)).equals(Tensor.exact(array.astype(np.int64)))


@pytest.mark.parametrize("dtype", ["<f2", ">f2", "<f4", ">f4", "<f8", ">f8"])
def test_floats_keep_their_type(dtype: str) -> None:
    array = np.array([[0.5, -0.0], [np.inf, np.nan]], dtype)
    tensor = piped(npy(array))
    assert tensor.dtype == np.dtype(dtype).newbyteorder("=").name
    assert tensor.values.tobytes() == array.astype(array.dtype.newbyteorder("=")).tobytes()


def test_all_64_bits_of_an_unsigned_integer() -> None:
    assert piped(npy(np.array([2**64 - 1, 1], np.uint64))).numbers() == [2**64 - 1, 1]


def test_order_shape_and_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    array = np.arange(24, dtype=np.int32).reshape(2, 3, 4)
    Path("x.npy").write_bytes(npy(array, fortran=True))
    assert read("x.npy").equals(Tensor.exact(array))
    header = b"{'shape':(2,),'fortran_order':False,'descr':'|u1'}\n"
    for version in (1, 2, 3):
        Path("x").write_bytes(headed(header, b"\1\2", version))
        assert read("x").numbers() == [1, 2]
    assert piped(npy(7.5), "bias").shape == ()
    with pytest.raises(InputError) as caught:
        piped(npy(7.5))
    assert str(caught.value) == (
        "the input is a lone number\n  given     an array without axes\n  expected  at least one axis\n  fix       save array.reshape(1)"
    )
    with pytest.raises(InputError, match=r"x\.npy has no keys"):
        read("x.npy:a")


KNOWN = "integers, or floats of 16, 32 or 64 bits"
HEADER = "{'descr': '<i4', 'fortran_order': False, 'shape': (2,), }"
REFUSED = {
    "truth values": (npy([True]), "truth values", KNOWN, "save it as integers, with array.astype(int)"),
    "pickles": (
        npy(np.array([{}], object)),
        "Python objects, which only unpickling could read",
        KNOWN,
        "save it as numbers, with array.astype(float)",
    ),
    "text": (npy(["a"]), "text", KNOWN, "save it as numbers, with array.astype(float)"),
    "bytes": (npy([b"a"]), "text", KNOWN, "save it as numbers, with array.astype(float)"),
    "complex": (npy([1j]), "complex numbers", KNOWN, "save the real and the imaginary part apart"),
    "dates": (
        npy(np.array(["2024-01-01"], "M8[D]")),
        "dates or times",
        KNOWN,
        "save it as numbers, with array.astype(int)",
    ),
    "structures": (
        npy(np.zeros(1, [("a", "<f4"), ("b", "<i4")])),
        "structures",
        KNOWN,
        "save one field of it, as array['name']",
    ),
    "voids": (npy(np.zeros(1, "V3")), "structures", KNOWN, "save one field of it, as array['name']"),
    "long doubles": (
        npy(np.zeros(1, np.longdouble)),
        "floats of more than 64 bits",
        KNOWN,
        "save it as doubles, with array.astype(float)",
    ),
    "a type nobody knows": (
        headed(HEADER.replace("<i4", "q\x1b").encode()),
        "the dtype `'q\\x1b'`",
        KNOWN,
        "save it as numbers",
    ),
    "nothing in it": (
        npy(np.zeros((2, 0))),
        "an empty array, of shape (2, 0)",
        "at least one number",
        "save an array with numbers",
    ),
    "too many axes": (headed(HEADER.replace("2,", "1," * 65).encode(), b"1234"), "65 axes", "at most 64", "reshape it"),
    "another version": (
        b"\x93NUMPY\x09\x00" + b"\0" * 20,
        "no .npy header of a known version",
        "a .npy array",
        "write it with numpy.save",
    ),
    "no header": (b"\x93NUMPY\x01", "no .npy header of a known version", "a .npy array", "write it with numpy.save"),
    "a header too long": (
        b"\x93NUMPY\x02\x00" + struct.pack("<I", 2 * 10**8),
        "a header of 200,000,000 bytes",
        "at most 10,000",
        "write it with numpy.save",
    ),
    "a header cut off": (
        headed(HEADER.encode())[:40],
        "the header `{'descr': '<i4', 'fortran_orde`",
        "descr, fortran_order and shape",
        "write it with numpy.save",
    ),
    "a header of minus signs": (
        headed(b"-" * 9000),
        f"the header `{'-' * 120}…`",
        "descr, fortran_order and shape",
        "write it with numpy.save",
    ),
    "a header of parentheses": (
        headed(b"(" * 9000),
        f"the header `{'(' * 120}…`",
        "descr, fortran_order and shape",
        "write it with numpy.save",
    ),
    "a header with a call": (
        headed(HEADER.replace("(2,)", "f(2)").encode()),
        "the header `{'descr': '<i4', 'fortran_order': False, 'shape': f(2), }`",
        "descr, fortran_order and shape",
        "write it with numpy.save",
    ),
    "a header that says one thing thrice": (
        headed(b"{'descr': '<i4', 'descr': '<i4', 'descr': '<i4'}"),
        "the header `{'descr': '<i4', 'descr': '<i4', 'descr': '<i4'}`",
        "descr, fortran_order and shape",
        "write it with numpy.save",
    ),
}


@pytest.mark.parametrize(("data", "given_", "expected", "fix"), REFUSED.values(), ids=REFUSED)
def test_refused_arrays(data: bytes, given_: str, expected: str, fix: str) -> None:
    with pytest.raises(InputError) as caught:
        piped(data)
    assert str(caught.value) == NOT_AN_ARRAY.format(name="standard input", given=given_, expected=expected, fix=fix)


LIES = {
    "bytes cut off": (npy([1, 2])[:-3], "13 bytes", "16 bytes, for <i8 of shape (2,)"),
    "bytes too many": (npy([1, 2]) + b"!", "17 bytes", "16 bytes, for <i8 of shape (2,)"),
    "a shape beyond all memory": (
        headed(HEADER.replace("(2,)", "(9999999999, 9999999999)").encode()),
        "0 bytes",
        "399,999,999,920,000,000,004 bytes, for <i4 of shape (9999999999, 9999999999)",
    ),
}


@pytest.mark.parametrize(("data", "given_", "expected"), LIES.values(), ids=LIES)
def test_headers_that_lie(data: bytes, given_: str, expected: str) -> None:
    with pytest.raises(InputError) as caught:
        piped(data)
    assert str(caught.value) == (
        f"standard input does not hold what its header declares\n  given     {given_} after the header\n  expected  {expected}\n"
        "  fix       write the file again: it is cut short, or has something after its end"
    )


def test_archives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    np.savez("one.npz", np.arange(3))
    np.savez_compressed("two.npz", weights=np.ones(2), bias=np.zeros(3))
    assert read("one.npz").numbers() == [0, 1, 2]
    assert read("two.npz:bias").numbers() == [0, 0, 0]
    assert piped(Path("one.npz").read_bytes()).numbers() == [0, 1, 2]
    for source, message in {
        "two.npz": "two.npz has several arrays\n  given     weights, bias\n  expected  the name of one of them after a colon\n"
        "  fix       write two.npz:weights",
        "two.npz:wieghts": "two.npz has no array `wieghts`\n  given     weights, bias\n  expected  one of these\n  fix       did you mean weights?",
        "two.npz:x": "two.npz has no array `x`\n  given     weights, bias\n  expected  one of these\n  fix       name one of these",
    }.items():
        with pytest.raises(InputError) as caught:
            read(source)
        assert str(caught.value) == message


def test_an_archive_of_many_arrays_names_the_first_ten() -> None:
    with pytest.raises(InputError) as caught:
        piped(npz({f"a{i}": npy([1]) for i in range(12)}))
    assert caught.value.given == "a0, a1, a2, a3, a4, a5, a6, a7, a8, a9 and 2 more"


BROKEN = "standard input is a broken archive\n  given     {}\n  expected  a .npz archive as numpy.savez writes it\n  fix       write it again, with numpy.savez"


def encrypted(data: bytes) -> bytes:
    """The same archive with the flag of encryption set for its member."""
    changed = bytearray(data)
    changed[6] |= 1
    changed[data.rindex(b"PK\1\2") + 8] |= 1
    return bytes(changed)


def damaged(data: bytes) -> bytes:
    """The same archive with a byte of its stored array changed."""
    at = data.index(b"NUMPY") + 125
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


ARCHIVES = {
    "empty": (
        npz({}),
        "standard input has no arrays\n  given     an empty archive\n  expected  an array\n  fix       write it again, with numpy.savez",
    ),
    "not a zip": (b"PK\3\4 and so on", BROKEN.format("File is not a zip file")),
    "encrypted": (
        encrypted(npz({"a": npy([1])})),
        "standard input:a is encrypted\n  given     an encrypted member\n  expected  a plain .npz\n  fix       write it with numpy.savez",
    ),
    "a wrong checksum": (
        damaged(npz({"a": npy([1])}, zipfile.ZIP_STORED)),
        BROKEN.format("Bad CRC-32 for file 'a.npy'"),
    ),
    "no array": (
        npz({"a": b"hello"}),
        NOT_AN_ARRAY.format(
            name="standard input:a",
            given="no .npy header of a known version",
            expected="a .npy array",
            fix="write it with numpy.save",
        ),
    ),
    "a bomb": (
        npz({"a": npy(np.zeros(10**6))}),
        "standard input:a, unpacked, is larger than convcalc takes on unasked\n  given     8,000,128 bytes of text\n"
        "  expected  at most 1,000,000\n  fix       raise the limit with --limit text=8000128",
    ),
}


@pytest.mark.parametrize(("data", "message"), ARCHIVES.values(), ids=ARCHIVES)
def test_refused_archives(data: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        piped(data, limits=Limits(text=10**6))
    assert str(caught.value) == message


def lying(data: bytes, size: int) -> bytes:
    """The same archive, whose directory declares another size for its member."""
    at = data.rindex(b"PK\1\2") + 24
    return data[:at] + struct.pack("<I", size) + data[at + 4 :]


def test_an_archive_that_lies_about_sizes() -> None:
    stored = npz({"a": npy([1])}, zipfile.ZIP_STORED)
    with pytest.raises(InputError) as caught:
        piped(lying(stored, 10**9))
    assert str(caught.value) == (
        f"standard input:a declares more than its archive holds\n  given     1,000,000,000 bytes in an archive of {len(stored):,}\n"
        "  expected  no more than the archive\n  fix       write it again, with numpy.savez"
    )
    header = HEADER.replace("(2,)", "(1000,)").encode()
    packed = npz({"a": headed(header)})
    with pytest.raises(InputError) as caught:
        piped(lying(packed, len(headed(header)) + 4000))
    assert caught.value.problem in (
        "standard input is a broken archive",
        "standard input:a is not an array of numbers that convcalc reads",
    )


@given(st.data())
def test_mutated_arrays_raise_nothing_else(data: st.DataObject) -> None:
    original = bytearray(
        data.draw(st.sampled_from([npy([[1, 2], [3, 4]]), npz({"a": npy([1.5])}), npz({"a": npy([1]), "b": npy([2])})]))
    )
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(original) - 1))
        original[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        tensor = piped(bytes(original))
    except InputError:
        return
    assert tensor.size


def test_large_files_are_mapped_and_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays, "MAPPED_FROM", 10)
    array = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    for fortran in (False, True):
        (tmp_path / "x.npy").write_bytes(npy(array, fortran=fortran))
        tensor = read(str(tmp_path / "x.npy"))
        assert isinstance(tensor.values, np.memmap)
        assert np.array_equal(tensor.values, array)
