"""Documents in LaTeX: whole ones that compile as they are, fragments to include, and displays for notebooks.

All of it is ASCII, and whatever a document says prints as itself: nothing in it is a command.
"""

from convcli.render.latex.displays import displays
from convcli.render.latex.page import latex

__all__ = ["displays", "latex"]
