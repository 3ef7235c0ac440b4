"""What a picture is made of, and how it is written as XML: nothing that stands in a text gets out of it."""

from dataclasses import dataclass
from html import escape

from convcli.errors import safe

Value = str | int | float


@dataclass(frozen=True, slots=True)
class Shape:
    """An element: its tag, its attributes in order, and what stands in it."""

    tag: str
    attributes: tuple[tuple[str, Value], ...] = ()
    children: tuple["Shape | str", ...] = ()

    def __str__(self) -> str:
        """The element as XML.

        >>> print(shape("text", "1 < 2", x=1.5, text_length=8, look="input"))
        <text x="1.5" textLength="8" class="input">1 &lt; 2</text>
        """
        attributes = "".join(f' {name}="{escape(_value(value))}"' for name, value in self.attributes)
        pieces = [escape(inert(c), quote=False) if isinstance(c, str) else str(c) for c in self.children]
        inside = "".join(pieces) if self.tag in ("text", "tspan") else "\n".join(pieces)
        return f"<{self.tag}{attributes}>{inside}</{self.tag}>" if inside else f"<{self.tag}{attributes}/>"


_NAMES = {"look": "class", "text_length": "textLength", "view_box": "viewBox"}


def shape(tag: str, *children: Shape | str, **attributes: Value | None) -> Shape:
    """An element, its attributes named as in Python; those that are None or empty are left out."""
    given = ((_NAMES.get(name, name), value) for name, value in attributes.items())
    return Shape(tag, tuple((name, value) for name, value in given if value is not None and value != ""), children)


def inert(text: str) -> str:
    r"""Text that XML can hold: controls, surrogates and direction marks are written out.

    >>> inert("a\x00b\u202ec\u00a0d")
    'a\\x00b\\u202ec d'
    """
    return safe(text.replace("\N{NO-BREAK SPACE}", " "), limit=len(text))


def moved(x: float, y: float) -> str:
    """A transform by so much.

    >>> moved(1.0, 2.5)
    'translate(1,2.5)'
    """
    return f"translate({_value(x)},{_value(y)})"


def _value(value: Value) -> str:
    """A value; a float to a hundredth of a pixel."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else inert(str(value))
