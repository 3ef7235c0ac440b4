"""Floor 7: documents and results as text for a terminal, a pipe, a page or another program. Nothing is computed here.

Names are loaded when first used, and Rich inside the functions that need it: machine formats must not wait for either.
"""

from convcli.lazy import loader

__getattr__ = loader(__name__, {
    "animation": "convcli.render.drawing",
    "gradients_to_mapping": "convcli.render.mapping",
    "heat_map": "convcli.render.heat",
    "html_fragment": "convcli.render.html",
    "picture": "convcli.render.drawing",
    "plain_text": "convcli.render.plain",
    "terminal_text": "convcli.render.terminal",
    "to_csv": "convcli.render.data",
    "to_image": "convcli.render.image",
    "to_mapping": "convcli.render.mapping",
    "to_npy": "convcli.render.data",
    "to_plain": "convcli.render.data",
})  # fmt: skip

__all__ = [
    "animation", "gradients_to_mapping", "heat_map", "html_fragment", "picture", "plain_text", "terminal_text",
    "to_csv", "to_image", "to_mapping", "to_npy", "to_plain",
]  # fmt: skip

TYPE_CHECKING = False  # typing's, which type checkers know by this name, as in convcli/__init__.py
if TYPE_CHECKING:
    from convcli.render.data import to_csv, to_npy, to_plain
    from convcli.render.drawing import animation, picture
    from convcli.render.heat import heat_map
    from convcli.render.html import html_fragment
    from convcli.render.image import to_image
    from convcli.render.mapping import gradients_to_mapping, to_mapping
    from convcli.render.plain import plain_text
    from convcli.render.terminal import terminal_text
