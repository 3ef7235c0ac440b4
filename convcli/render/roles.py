"""How each role looks: one table for terminal, page and picture, so that a colour means the same everywhere.

The page's colours stand out about equally on white and on black (4 to 1 and more), as a notebook may be either.
"""

from dataclasses import dataclass

from convcli.document import Role


@dataclass(frozen=True, slots=True)
class Look:
    """A style in Rich's words, and the same in CSS."""

    terminal: str
    css: str


LOOKS = {
    Role.TEXT: Look("", ""),
    Role.HEADING: Look("bold", "font-weight:bold"),
    Role.INPUT: Look("cyan", "color:#00849a"),
    Role.PADDING: Look("dim", "color:#7a7a7a"),
    Role.KERNEL: Look("magenta", "color:#c04fc0"),
    Role.PRODUCT: Look("yellow", "color:#947000"),
    Role.SUM: Look("bright_blue", "color:#477bd0"),
    Role.BIAS: Look("red", "color:#d2553f"),
    Role.OUTPUT: Look("bold green", "color:#1f8a3b;font-weight:bold"),
    Role.NOTE: Look("dim", "color:#7a7a7a"),
}
