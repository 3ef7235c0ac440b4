"""What displays itself in notebooks: as HTML on the page, as Markdown or LaTeX where that is turned into a document."""

from abc import ABC, abstractmethod

TYPE_CHECKING = False  # typing's, which type checkers know by this name, as in convcli/__init__.py
if TYPE_CHECKING:
    from convcli.document import Document


class Displayed(ABC):
    """Something that there is a document about."""

    @property
    @abstractmethod
    def _document(self) -> "Document":
        """What there is to say: worked out once, since a notebook asks for every format."""

    def _repr_html_(self) -> str:
        from convcli.render import html_fragment

        return html_fragment(self._document)

    def _repr_markdown_(self) -> str:
        from convcli.render.markdown import markdown

        return markdown(self._document)

    def _repr_latex_(self) -> str:
        from convcli.render.latex import displays

        return displays(self._document)
