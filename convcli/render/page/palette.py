"""The page's colours, each for light and for dark: the hues of `render.roles`, as dark or as light as text has to be.

Text has a contrast of at least 4.5 to 1 on every ground it stands on, and marks of at least 3 to 1 (WCAG 2.2, AA).
"""

GROUNDS = ("paper", "card", "input-tint", "kernel-tint", "output-tint", "product-tint")
"""What text stands on."""

TEXTS = ("ink", "note", "input", "padding", "kernel", "product", "sum", "bias", "output")
"""What text is written in."""

MARKS = ("edge", "focus")
"""What outlines are drawn in."""

PALETTE = {
    "paper": ("#fbfbf9", "#14171a"),
    "card": ("#ffffff", "#1b1f23"),
    "rule": ("#dcdfe2", "#343a41"),
    "ink": ("#1c2126", "#e7e9ec"),
    "note": ("#565e68", "#a9b1bb"),
    "edge": ("#7d858f", "#818a95"),
    "focus": ("#1a5fd0", "#8ab6ff"),
    "input": ("#006577", "#5fcbe0"),
    "input-tint": ("#e0f1f4", "#123138"),
    "padding": ("#5c636b", "#a3abb4"),
    "kernel": ("#9a2f98", "#e79ae6"),
    "kernel-tint": ("#f8e9f8", "#35203a"),
    "product": ("#735600", "#deb958"),
    "product-tint": ("#f8f1dc", "#322a14"),
    "sum": ("#2458ac", "#90bbfb"),
    "bias": ("#a93723", "#f59c88"),
    "output": ("#17692f", "#74d28d"),
    "output-tint": ("#e2f3e6", "#163323"),
}
"""By name: the colour in light, and in dark."""


def stylesheet() -> str:
    """The palette as custom properties: as the system has it, unless the reader chose; and light on paper."""
    light, dark = (" ".join(f"--{name}: {pair[at]};" for name, pair in PALETTE.items()) for at in (0, 1))
    return (
        f":root {{ color-scheme: light; {light} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root:not([data-theme=light]) {{ color-scheme: dark; {dark} }} }}\n"
        f":root[data-theme=dark] {{ color-scheme: dark; {dark} }}\n"
        f"@media print {{ :root, :root[data-theme], :root:not([data-theme=light]) "
        f"{{ color-scheme: light; {light} --paper: #ffffff; }} }}\n"
    )
