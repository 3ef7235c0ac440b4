"""Floor 6: what there is to say about a convolution, by role. It formats nothing for a width, and computes nothing."""

from convcli.document.explain import explain, table
from convcli.document.model import (
    Block,
    Document,
    Equation,
    Grid,
    Heading,
    Line,
    Paragraph,
    Role,
    Span,
    Working,
)
from convcli.document.results import output_heading
from convcli.document.style import Style, Writer

__all__ = [
    "Block", "Document", "Equation", "Grid", "Heading", "Line", "Paragraph", "Role", "Span", "Style", "Working",
    "Writer", "explain", "output_heading", "table",
]  # fmt: skip
