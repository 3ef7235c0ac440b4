"""What is a number in text: one grammar for YAML, JSON, CSV, rows, inline text and options.

    decimal   [+-]? ( (0 | [1-9][0-9]*) (. [0-9]*)? | . [0-9]+ ) ([eE] [+-]? [0-9]+)?
    fraction  [+-]? int / int            no leading zeros, no zero below
    special   [+-]? .? (inf | nan), NaN, Infinity

ASCII only. Nothing else is a number; `reason` says why a near miss is one.
"""

import re
from fractions import Fraction

MAX_DIGITS = 4300
"""Digits a number may have when written out: as many as Python converts by default, for the same reason."""

Number = int | Fraction | float

DECIMAL = re.compile(r"([+-]?)(?:(0|[1-9][0-9]*)(?:\.([0-9]*))?|\.([0-9]+))(?:[eE]([+-]?[0-9]+))?", re.ASCII)
FRACTION = re.compile(r"([+-]?(?:0|[1-9][0-9]*))/([1-9][0-9]*)", re.ASCII)
SPECIAL = re.compile(r"([+-]?)(?:\.?(inf|nan)|(NaN)|(Infinity))", re.ASCII)


def parse(token: str) -> Number:
    """The number that `token` is: an int, a Fraction, or a float for inf and nan only.

    >>> parse("-.5"), parse("1e3"), parse("2/6"), parse("-.inf")
    (Fraction(-1, 2), 1000, Fraction(1, 3), -inf)

    Raises ValueError with the reason if it is none.
    """
    if len(token) > 2 * MAX_DIGITS + 2:
        raise ValueError(reason(token))
    if decimal := parse_decimal(token):
        mantissa, power = decimal
        return mantissa * 10**power if power >= 0 else _whole(Fraction(mantissa, 10**-power))
    if match := FRACTION.fullmatch(token):
        above, below = match.groups()
        if max(len(above.lstrip("+-")), len(below)) > MAX_DIGITS:
            raise ValueError(_too_long())
        return _whole(Fraction(int(above), int(below)))
    if match := SPECIAL.fullmatch(token):
        return float(token.replace(".", ""))
    raise ValueError(reason(token))


def parse_decimal(token: str) -> tuple[int, int] | None:
    """The mantissa and power of ten of a decimal, as they are written; None if it is no decimal.

    >>> parse_decimal("-1.50")
    (-150, -2)

    Raises ValueError with the reason if it is one and too long.
    """
    match = DECIMAL.fullmatch(token) if len(token) <= 2 * MAX_DIGITS + 2 else None
    if match is None:
        return None
    sign, whole, after, bare, exponent = match.groups(default="")
    digits = (whole + (after or bare)).lstrip("0") or "0"
    fractional = len(after or bare)
    if len(exponent) > 8 or len(whole) + fractional > MAX_DIGITS:
        raise ValueError(_too_long())
    power = int(exponent or 0) - fractional
    if max(len(digits) + power, -power, len(digits)) > MAX_DIGITS:
        raise ValueError(_too_long())
    return int(sign + digits), power


def _whole(value: Fraction) -> Number:
    return value.numerator if value.denominator == 1 else value


def _too_long() -> str:
    return f"it has more than {MAX_DIGITS:,} digits when written out"


_REASONS = (
    (r"[+-]?[0-9]+(:[0-9]+)+(\.[0-9]*)?", "YAML 1.1 reads it in base 60; write one number"),
    (r"[+-]?0[0-9]+(\.[0-9]*)?", "a leading zero means octal to some readers and nothing to others; leave it out"),
    (r"[+-]?[0-9][0-9_]*(\.[0-9_]*)?", "write digits without `_`"),
    (r"[+-]?0[xobXOB][0-9a-fA-F_]+", "write it in decimal"),
    (r"(?i:y|n|yes|no|on|off|true|false)", "write 1 or 0"),
    (r"(?i:null|none|~)|", "every cell needs a number; write 0 if that is meant"),
    (r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*", "it is a date"),
    (r"[+-]?[0-9]+/0+", "nothing can be divided by zero"),
    (r"[+-]?[0-9.]+/[+-]?[0-9.]+", "a fraction is one integer over another, without leading zeros"),
    (r"[+-]?\d+(\.\d*)?", "write the digits 0 to 9"),
    (r"[+-]?\.?(?i:inf|nan|infinity)", "write inf, nan, NaN or Infinity"),
    (r"(?s:(\"|').*)", "quoted text is not a number; leave the quotes out"),
    (r"[+-]?[0-9.]+(e[+-]?[0-9]*)?[jJ]", "complex numbers are not convolved here"),
    (r"\.\.\.|…", "the print leaves numbers out; print the whole tensor"),
)


def reason(token: str) -> str:
    """Why `token` is not a number, as a hint that ends a sentence.

    >>> reason("010")
    'a leading zero means octal to some readers and nothing to others; leave it out'
    """
    if len(token) > 2 * MAX_DIGITS + 2 or DECIMAL.fullmatch(token) or FRACTION.fullmatch(token):
        return _too_long()
    for pattern, hint in _REASONS:
        if re.fullmatch(pattern, token):
            return hint
    return "write a decimal (-1.5, 2e3) or a fraction (1/3)"
