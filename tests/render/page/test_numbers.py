"""The script's numbers are those of convcli: every function beside its original, on many numbers of every kind."""

import math
import random
import struct
from fractions import Fraction

import numpy as np
import pytest

from convcli.errors import ConvError
from convcli.numbers import Overflow, Tensor
from convcli.numbers.arithmetic import FLOATS, INTEGERS, Arithmetic, nearest
from convcli.numbers.grammar import Number, parse
from convcli.numbers.roots import nearest_root
from convcli.numbers.show import exact_text, shown
from convcli.trace.base import exact_sum
from convcli.trace.bilinear import product
from tests.render.page.node import NODE, computed

pytestmark = pytest.mark.skipif(NODE is None, reason="no node to run the page's script with")

CHANCE = random.Random(20261122)


def text(number: Number) -> str:
    """A number as the page's data has it."""
    if isinstance(number, float):
        return repr(number).replace("inf", "Infinity").replace("nan", "NaN")
    return str(Fraction(number))


READ = "(t => /[.en]|Inf|NaN/.test(t) ? Number(t) : read(t, false))"
"""What makes a number of such a text."""

WRITTEN = "(x => typeof x === 'number' ? (Object.is(x, -0) ? '-0.0' : String(x)) : x.d === 1n ? String(x.n) : `${x.n}/${x.d}`)"
"""And such a text of a number, but for how a double is written."""


def same(written: str, number: Number) -> bool:
    if not isinstance(number, float):
        return written == exact_text(Fraction(number), fractions=True)[0].removesuffix("/1")
    found = float(written.replace("Infinity", "inf").replace("NaN", "nan"))
    return (
        math.isnan(found)
        if math.isnan(number)
        else (found, math.copysign(1, found)) == (number, math.copysign(1, number))
    )


def a_double() -> float:
    if CHANCE.random() < 0.2:
        return CHANCE.choice([0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, 1e16, -1e16, 1e22, 0.1, 2.5, 65520.0])
    if CHANCE.random() < 0.5:
        return round(CHANCE.uniform(-1000, 1000), CHANCE.randrange(8))
    found: float = struct.unpack("d", CHANCE.randbytes(8))[0]
    return found


def a_ratio() -> Fraction:
    kind = CHANCE.randrange(6)
    if kind == 0:
        return Fraction(CHANCE.randint(-20, 20))
    if kind == 1:
        return Fraction(CHANCE.randint(-(10**60), 10**60), CHANCE.choice([1, 1, 7, 10**9]))
    if kind == 2:  # decimals of any scale
        return Fraction(CHANCE.randint(-(10**8), 10**8)) * Fraction(10) ** CHANCE.randint(-320, 320)
    if kind == 3:  # next to where doubles and their narrower kin are rounded up or down
        power = Fraction(2) ** CHANCE.randint(-1080, 1030)
        halves = 2 ** CHANCE.choice([11, 12, 24, 25, 53, 54]) + CHANCE.randrange(64)
        return (Fraction(halves, 2) + CHANCE.choice([0, 0, 1, -1]) * Fraction(1, 10**30)) * power
    if kind == 4:  # next to where digits are
        return Fraction(CHANCE.choice([999999, 9999995, 99999950, 1000005, 5, 15, 25])) / CHANCE.choice(
            [10, 100, 3, 10**7]
        )
    return Fraction(CHANCE.randint(-5000, 5000), CHANCE.randint(1, 5000))


def test_numbers_are_shown_as_python_shows_them() -> None:
    cases: list[tuple[Number, int, str, bool]] = []
    for _ in range(6000):
        number: Number = a_double() if CHANCE.random() < 0.3 else a_ratio()
        dtype = CHANCE.choice(["exact", "float64", "float16"])
        cases.append((number, CHANCE.choice([1, 2, 3, 6, 6, 6, 17, 40]), dtype, CHANCE.random() < 0.3))
    found = computed(
        f"data.map(([t, precision, dtype, fractions]) => shown({READ}(t), {{precision, dtype, fractions}}))",
        [[text(number), *rest] for number, *rest in cases],
    )
    for (number, precision, dtype, fractions), made in zip(cases, found, strict=True):
        assert (made["text"], made["rounded"]) == shown(number, precision, dtype, fractions=fractions), (
            number,
            precision,
        )


TOKENS = [
    "0", "-0", "+5", "007", "1.", ".5", "-.5", "+.5e3", "1e3", "1E-3", "1.50", "1/3", "-2/6", "+4/2", "1/0", "1/-3", "01/3", "1/03",
    "1.5/2", "inf", "-.inf", "+Infinity", "NaN", ".nan", "Inf", "nan", "-nan", "1_000", "0x10", "1,5", "", " ", "1 2", "1e", "e5", ".",
    "-", "+", "--1", "1e4299", "1e4300", "1e-4300", "1e-4301", "1e99999999", "1e999999999", "9" * 4300, "9" * 4301, "0." + "0" * 4299,
    "1/" + "9" * 4301, "٣", "１", "1\n", "NaN ", "0e5", "0.000e10", "1.0", "100e-2", "12e-1",
]  # fmt: skip


def test_text_is_a_number_where_python_says_so() -> None:
    tokens = TOKENS + ["".join(CHANCE.choices("0123456789.eE+-/", k=CHANCE.randint(1, 7))) for _ in range(4000)]
    code = f"data.map(t => {{ try {{ return {WRITTEN}(parse(t)) }} catch (e) {{ if (!(e instanceof Refused)) throw e; return null }} }})"
    for token, made in zip(tokens, computed(code, tokens), strict=True):
        try:
            number = parse(token)
        except ValueError:
            assert made is None, token
        else:
            assert made is not None, token
            assert same(made, number), token


def test_what_is_written_is_read_back() -> None:
    numbers = [a_double() if CHANCE.random() < 0.4 else a_ratio() for _ in range(2000)]
    for number, made in zip(
        numbers, computed(f"data.map(t => exactText({READ}(t)))", list(map(text, numbers))), strict=True
    ):
        read = parse(made)
        if isinstance(number, float) and math.isfinite(number):
            assert nearest(Fraction(read), "float64") == number
        else:
            assert read == number or number != number, (number, made)


@pytest.mark.parametrize("dtype", FLOATS)
def test_rounding_to_a_float_type(dtype: str) -> None:
    ratios = [a_ratio() for _ in range(3000)]
    found = computed(f"data.map(t => {WRITTEN}(nearest(read(t, false), {dtype!r})))", list(map(text, ratios)))
    for ratio, made in zip(ratios, found, strict=True):
        assert same(made, nearest(ratio, dtype)), ratio


def test_products_and_sums() -> None:
    for special in (False, True):
        lists: list[list[Number]] = [
            [a_double() if special and CHANCE.random() < 0.5 else a_ratio() for _ in range(6)] for _ in range(500)
        ]
        lists = [[n for n in numbers if not isinstance(n, float) or math.isfinite(n) or special] for numbers in lists]
        given = [list(map(text, numbers)) for numbers in lists]
        code = "data.map(l => l.map({0})).map(l => [sum(l), l.length > 1 ? product(l[0], l[1]) : ZERO, dot([null, ...l], [ZERO, ...l])].map({1}))"
        for numbers, (total, first, squares) in zip(
            lists, computed(code.replace("{0}", READ).replace("{1}", WRITTEN), given), strict=True
        ):
            exactly: list[Number] = [Fraction(n) if isinstance(n, float) and math.isfinite(n) else n for n in numbers]
            assert same(total, exact_sum(exactly)), numbers
            if special and any(abs(Fraction(n)) > 10**300 for n in exactly if not isinstance(n, float)):
                continue  # where Python cannot multiply an infinity by an integer past the doubles
            if len(numbers) > 1:
                assert same(first, product(numbers[0], numbers[1])), numbers[:2]
            assert same(squares, exact_sum([product(n, n) for n in numbers])), numbers


@pytest.mark.parametrize("overflow", Overflow)
def test_integer_types(overflow: Overflow) -> None:
    cases = []
    for _ in range(1500):
        name = CHANCE.choice(INTEGERS)
        limit = np.iinfo(name).max
        number = Fraction(
            CHANCE.choice(
                [CHANCE.randint(-300, 300), limit, limit + 1, -limit - 1, -limit - 2, CHANCE.randint(-(2**70), 2**70)]
            )
        )
        cases.append((name, number / 2 if CHANCE.random() < 0.1 else number))
    code = f"data.map(([name, t]) => {{ try {{ return {WRITTEN}(fit(read(t, false), {{name, overflow: {overflow.value!r}}})) }} catch (e) {{ if (!(e instanceof Refused)) throw e; return null }} }})"
    for (name, number), made in zip(
        cases, computed(code, [[name, text(number)] for name, number in cases]), strict=True
    ):
        try:
            fitting = (
                Arithmetic(name, overflow).fit(Tensor.exact([number.numerator], number.denominator), "it").at((0,))
            )
        except ConvError:
            assert made is None, (name, number)
        else:
            assert made == str(fitting), (name, number)


def test_roots() -> None:
    cases = []
    for _ in range(1500):
        degree = CHANCE.choice([1, 2, 2, 3, 4, 7, 31])
        base = abs(a_ratio()) if CHANCE.random() < 0.7 else abs(a_ratio()) ** min(degree, 4)
        cases.append((base**degree if CHANCE.random() < 0.3 and degree < 5 else base, degree, CHANCE.choice(FLOATS)))
    for _ in range(50):  # whose roots lie next to the middle between two doubles
        middle = Fraction(2**53 + 2 * CHANCE.randrange(2**51) + 1, 2 ** CHANCE.randrange(60))
        cases += [(middle**2 + CHANCE.choice([-1, 1]) * Fraction(1, 10**40), 2, "float64"), (middle**2, 2, "float64")]
    code = f"data.map(([t, degree, type]) => {WRITTEN}(nearestRoot(read(t, false), degree, type)))"
    found = computed(code, [[text(base), degree, dtype] for base, degree, dtype in cases])
    for (base, degree, dtype), made in zip(cases, found, strict=True):
        assert same(made, nearest_root(base, degree, dtype)), (base, degree, dtype)
