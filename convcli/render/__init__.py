"""Floor 7: documents and results as text for a terminal, a pipe, a page or another program. Nothing is computed here.

Names are loaded when first used, and Rich inside the functions that need it: machine formats must not wait for either.
"""

from convcli.lazy import loader

__getattr__ = loader(__name__, {
    "gradients_to_mapping": "convcli.render.mapping",
    "html_fragment": "convcli.render.html",
    "plain_text": "convcli.render.plain",
    "svg": "convcli.render.terminal",
    "terminal_text": "convcli.render.terminal",
    "to_csv": "convcli.render.data",
    "to_mapping": "convcli.render.mapping",
    "to_npy": "convcli.render.data",
    "to_plain": "convcli.render.data",
})  # fmt: skip

__all__ = [
    "gradients_to_mapping", "html_fragment", "plain_text", "svg", "terminal_text", "to_csv", "to_mapping", "to_npy",
    "to_plain",
]  # fmt: skip

TYPE_CHECKING = False  # typing's, which type checkers know by this name, as in convcli/__init__.py
if TYPE_CHECKING:
    from convcli.render.data import to_csv, to_npy, to_plain
    from convcli.render.html import html_fragment
    from convcli.render.mapping import gradients_to_mapping, to_mapping
    from convcli.render.plain import plain_text
    from convcli.render.terminal import svg, terminal_text
