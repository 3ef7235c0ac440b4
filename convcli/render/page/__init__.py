"""A problem as one self-contained web page, to look at, to step through, to edit; and a document as a page to read."""

from convcli.lazy import loader

__getattr__ = loader(__name__, dict.fromkeys(("document_page", "page"), "convcli.render.page.assembly"))

__all__ = ["document_page", "page"]

TYPE_CHECKING = False  # typing's, which type checkers know by this name
if TYPE_CHECKING:
    from convcli.render.page.assembly import document_page, page
