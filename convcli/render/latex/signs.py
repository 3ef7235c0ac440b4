"""Text and numbers for TeX: every character prints as itself, or as the sign of mathematics that it stands for."""

import re

from convcli.document import Line, Role, Span
from convcli.errors import safe

PAD = "░"

_SIGNS = {
    "∗": r"\ast", "⊙": r"\odot", "·": r"\cdot", "→": r"\to", "…": r"\ldots", "×": r"\times", "≈": r"\approx",
    "ᵀ": r"{}^{\mathsf{T}}", "$": r"{\$}", "<": "<", ">": ">", "|": "|",
}  # fmt: skip
"""Signs that are set as mathematics everywhere."""

_TEXT = {c: "\\" + c for c in "{}&#_%"} | {
    "\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "`": "{`}",
    "'": "{'}", '"': r"{\char34}", "\N{NO-BREAK SPACE}": "~",
}  # fmt: skip

_MATHEMATICS = {c: "\\" + c for c in "{}&#_%"} | {c: rf"\text{{{_TEXT[c]}}}" for c in "^'`\""} | {
    "\\": r"\backslash", "~": r"\sim", "*": "{*}", "[": "{[}", "]": "{]}", "\N{NO-BREAK SPACE}": "~",
}  # fmt: skip


def pad(text: str) -> str:
    """A cell of the padding, in a frame: no colour is needed to tell it. `text` is what stands after its mark."""
    shown = mathematics(text) if text.strip() else r"\phantom{0}"
    return rf"\convpad{{{shown}}}"


def mathematics(text: str) -> str:
    r"""Text as mathematics, for a place where mathematics is set already.

    >>> mathematics("-1.5e+20"), mathematics("2·3-inf"), mathematics("n + before - 1")
    ('-1.5 \\times 10^{20}', '2\\cdot 3-\\infty', 'n + \\text{before} - 1')
    """
    return " ".join(_MATH_TOKENS.sub(_as_mathematics, _printable(text)).split())


_POWER_OF_TEN = r"(?P<factor>\d[\d.]*)e(?P<ten>[+-]?\d{1,9})(?!\d)"
_MATH_TOKENS = re.compile(
    rf"{_POWER_OF_TEN} | (?P<words>[A-Za-z]{{2,}}(?:\ [A-Za-z]{{2,}})*) | (?P<sign>.)", re.VERBOSE | re.ASCII
)


def _as_mathematics(match: re.Match[str]) -> str:
    if match["factor"]:
        return _power_of_ten(match)
    if words := match["words"]:
        return {"inf": r"\infty ", "nan": r"\mathrm{nan}"}.get(words, rf"\text{{{words}}}")
    sign = match["sign"]
    if sign == PAD:
        return pad("")
    if found := _SIGNS.get(sign) or _MATHEMATICS.get(sign):
        return f"{found} " if found[-1].isalpha() else found
    return sign if sign.isascii() else rf"\text{{{_unknown(sign)}}}"


def _power_of_ten(match: re.Match[str]) -> str:
    power = f"10^{{{int(match['ten'])}}}"
    return power if match["factor"] == "1" else rf"{match['factor']} \times {power}"


def prose(text: str) -> str:
    r"""Text as text, its numbers and signs as mathematics.

    >>> print(prose("y[0,1] = 2·(-1) = -2 & --show"))
    $y_{0,1}$ = 2$\cdot$($-$1) = $-$2 \& -{}-{}show
    >>> print(prose("floor((n + before - 1)/s) + 25^(1/2)"))
    $\left\lfloor \dfrac{n + \text{before} - 1}{s} \right\rfloor$ + 25${}^{1/2}$
    """
    return merged(_TEXT_TOKENS.sub(_as_prose, _printable(text)))


_TEXT_TOKENS = re.compile(
    rf"""
      (?P<variable>(?<![\w.-])d?[A-Za-z](?=[·()^/|]|\ [-+=·]\ ) | (?<=[·/|])[A-Za-z]\b | (?<=\()[A-Za-z](?=,))
    | \b(?P<rounding>floor|ceil)\(\((?P<over>.*)\)/(?P<under>[^\s()]+)\)
    | \b(?P<name>[A-Za-z]+)\[(?P<at>\d+(?:,\d+)*)\]
    | \^(?P<exponent>\w+|\([\w/]+\))
    | (?<![\w.]){_POWER_OF_TEN}\b
    | (?P<alone>-?\binf\b | (?<!\S)-(?!\S) | (?<![\w)\]-])-(?=[\d.(|]))
    | (?P<hyphens>--+)
    | (?P<spaces>\ \ +)
    | (?P<sign>.)""",
    re.VERBOSE | re.ASCII,
)


def _as_prose(match: re.Match[str]) -> str:
    kind, said = match.lastgroup, match[0]
    if kind == "sign":
        if said == PAD:
            return _padding("")
        if said in _SIGNS:
            return f"${_SIGNS[said]}$"
        return _TEXT.get(said) or (said if said.isascii() else _unknown(said))
    if kind == "spaces":
        return rf"\hspace*{{{0.4 * len(said):.1f}em}}"
    if kind == "hyphens":
        return "-{}" * len(said)
    if kind == "variable":
        return f"${said}$"
    if kind == "at" and len(match["name"]) > 2:
        return f"{match['name']}${{}}_{{{match['at']}}}$"
    return f"${_formula(match)}$"


def _formula(match: re.Match[str]) -> str:
    """What of a text is mathematics: y[0,1], floor((n - 1)/s), ^(1/2), 1e+20, infinity and minus."""
    if match["at"]:
        return f"{match['name']}_{{{match['at']}}}"
    if match["under"]:
        side = "floor" if match["rounding"] == "floor" else "ceil"
        fraction = rf"\dfrac{{{mathematics(match['over'])}}}{{{mathematics(match['under'])}}}"
        return rf"\left\l{side} {fraction} \right\r{side}"
    if match["exponent"]:
        return f"{{}}^{{{mathematics(match['exponent'].strip('()'))}}}"
    return _power_of_ten(match) if match["ten"] else mathematics(match[0])


def _padding(text: str) -> str:
    """A cell of the padding in text, whose frame takes no room."""
    return rf"$\;{pad(text)}\;$"


def _unknown(sign: str) -> str:
    """A character that fonts of TeX may not have, by its number."""
    return f"U+{ord(sign):04X}"


def _printable(text: str) -> str:
    return "\N{NO-BREAK SPACE}".join(safe(part, limit=len(part)) for part in text.split("\N{NO-BREAK SPACE}"))


def merged(text: str) -> str:
    """Text in which mathematics that touch are one."""
    return text.replace("$$", " ")


def sentence(line: Line) -> str:
    """A line of text."""
    return merged("".join(map(_span, line)))


def _span(span: Span) -> str:
    if span.role is Role.PADDING and span.text[:1] == PAD:
        return _padding(span.text[1:])
    if span.role is Role.INPUT and len(span.text) == 1 and span.text.isascii() and span.text.isalpha():
        return f"${span.text}$"  # a matrix with a name
    return prose(span.text)
