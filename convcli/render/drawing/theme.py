"""How pictures look: the card that they stand on, light or dark as its reader likes, and the roles' colours."""

from convcli.document import Role
from convcli.render.drawing.shapes import Shape, shape
from convcli.render.roles import LOOKS

COLUMN = 8
"""The width of a character. Each is put in its column, so that nothing hangs on the reader's font."""

LINE = 20
"""The height of a line."""

MARGIN = 20
"""From the edge of the card to what is on it."""

LIGHT = {"card": "#ffffff", "ink": "#1f2328", "edge": "#d0d7de"}
DARK = {"card": "#0d1117", "ink": "#e6edf3", "edge": "#3d444d"}
"""The card, what is written on it, and its edge."""

ON_DARK = {
    Role.INPUT: "#56c2d6",
    Role.PADDING: "#9198a1",
    Role.KERNEL: "#e08fe0",
    Role.PRODUCT: "#d4b04c",
    Role.SUM: "#85aff0",
    Role.BIAS: "#f58f7c",
    Role.OUTPUT: "#56c271",
    Role.NOTE: "#9198a1",
}
"""The roles' colours where the card is dark: the same hues, lighter."""

_FONTS = "ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace"  # those there are; nothing is loaded


def look(role: Role) -> str:
    """The class of what has a role; none for ordinary text."""
    return "" if role is Role.TEXT else role.name.lower()


def on_card(
    title: str,
    said: str,
    shapes: tuple[Shape, ...],
    *,
    width: int,
    height: int,
    rules: tuple[str, ...] = (),
    name: str = "",
) -> str:
    """A whole SVG: shapes within a margin on a card, the style sheet with their own `rules`, and what it all is in
    words for who does not see it. Its class is `name`, beside the one that all have."""
    wide, high = width + 2 * MARGIN, height + 2 * MARGIN
    card = shape("rect", x=0.5, y=0.5, width=wide - 1, height=high - 1, rx=8, look="card")
    style = shape("style", *_sheet(rules))
    picture = shape(
        "svg", shape("title", title), shape("desc", said), style, card, *shapes,
        xmlns="http://www.w3.org/2000/svg", view_box=f"0 0 {wide} {high}", width=wide, height=high, role="img",
        look=f"convcalc {name}".strip(),
    )  # fmt: skip
    return f"{picture}\n"


def _sheet(rules: tuple[str, ...]) -> list[str]:
    """The style sheet. What is drawn has its role's colour, or the ink's, as `color`; its fill or stroke is that."""
    dark = [*_colours(DARK), *(f".convcalc .{look(role)}{{color:{colour}}}" for role, colour in ON_DARK.items())]
    return [
        f".convcalc{{font:13.3px {_FONTS}}}",
        *_colours(LIGHT),
        ".convcalc text{fill:currentColor;white-space:pre}",
        ".convcalc .line{fill:none;stroke:currentColor}",
        ".convcalc .ghost{fill:none}",
        *(f".convcalc .{look(role)}{{{LOOKS[role].css}}}" for role in Role if LOOKS[role].css),
        *rules,
        f"@media(prefers-color-scheme:dark){{{''.join(dark)}}}",
    ]


def _colours(of: dict[str, str]) -> list[str]:
    return [f".convcalc{{color:{of['ink']}}}", f".convcalc .card{{fill:{of['card']};stroke:{of['edge']}}}"]
