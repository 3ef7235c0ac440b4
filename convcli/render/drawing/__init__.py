"""Documents and problems as pictures: still ones of any document, moving ones of what slides or stamps.

A picture is one SVG file that plays in an `img`: no script, no font and nothing else to load. Names are loaded when
first used.
"""

from convcli.lazy import loader

__getattr__ = loader(__name__, {
    "animation": "convcli.render.drawing.moving",
    "picture": "convcli.render.drawing.still",
})  # fmt: skip

__all__ = ["animation", "picture"]

TYPE_CHECKING = False  # typing's, which type checkers know by this name, as in convcli/__init__.py
if TYPE_CHECKING:
    from convcli.render.drawing.moving import animation
    from convcli.render.drawing.still import picture
