"""A document block by block: headings, text, and workings as lists, which TeX breaks where a line is full."""

from collections.abc import Iterator, Sequence

from convcli.document import Block, Document, Equation, Grid, Heading, Line, Working
from convcli.render.kinds import Kind, kind_of
from convcli.render.latex.matrices import parts, width
from convcli.render.latex.signs import prose, sentence
from convcli.render.layout import lay_out

PICTURE = 60
"""Lines of text up to which a document is one picture; a longer one has pages."""

MURAL = 400
"""The same for a document with a matrix that no page holds."""

SHEET = 50
"""Rows of a matrix that a page holds."""

ROOM = 480
"""Points from margin to margin."""

_SIGN = 30  # points for a sign before a matrix, and for its brackets

_MACROS = r"""% A cell of the padding, in a frame that takes no room of its own.
\providecommand{\convpad}[1]{{\setlength{\fboxsep}{1pt}\setlength{\fboxrule}{0.3pt}\hspace{-1.3pt}\fbox{$#1$}\hspace{-1.3pt}}}
% Lines of working under each other: their labels, as wide as the argument, in one column.
\ifdefined\convsteps\else
\newenvironment{convsteps}[1]{\begin{list}{}{\settowidth{\labelwidth}{#1}\setlength{\labelsep}{1em}%
  \setlength{\leftmargin}{\labelwidth}\addtolength{\leftmargin}{2em}%
  \setlength{\topsep}{4pt}\setlength{\partopsep}{0pt}\setlength{\parsep}{0pt}\setlength{\itemsep}{3pt}%
  \renewcommand{\makelabel}[1]{##1\hfil}}%
  \raggedright\frenchspacing\setlength{\arraycolsep}{3pt}\setlength{\lineskiplimit}{1pt}\setlength{\lineskip}{6pt}}{\end{list}}
\fi
"""

_FRAGMENT = "% Needs \\usepackage{amsmath} in the preamble.\n"

_PICTURE = r"""\documentclass[varwidth=17cm,border=5mm]{standalone}
\usepackage{amsmath}
"""

_PAGES = r"""\documentclass[a4paper]{article}
\usepackage[margin=2cm]{geometry}
\usepackage{amsmath}
"""

_SECTIONS = {1: "section", 2: "subsection", 3: "subsubsection"}


def latex(document: Document, *, fragment: bool = False) -> str:
    """A document that compiles as it is: one picture, cropped, or pages if it is long. Or only what is inside, to be
    included in another."""
    body = "\n\n".join(filter(None, map(_block, document))) + "\n"
    if fragment:
        return f"{_FRAGMENT}{_MACROS}\n{body}"
    head = _PICTURE if _is_picture(document) else _PAGES
    return f"{head}{_MACROS}\n\\begin{{document}}\n\n{body}\n\\end{{document}}\n"


def _is_picture(document: Document) -> bool:
    lines = len(lay_out(document, 100))
    equations = (equation for block in document if isinstance(block, Working) for equation in block.equations)
    rows = (len(item.rows) for equation in equations for item in equation.items if isinstance(item, Grid))
    return lines <= PICTURE or (lines <= MURAL and max(rows, default=0) > SHEET)


def _block(block: Block) -> str:
    kind = kind_of(block)
    if isinstance(block, Heading):
        if kind is Kind.HEADING:
            return rf"\{_SECTIONS[block.level]}*{{\raggedright {sentence(block.line)}}}"
        return rf"\medskip\noindent {sentence(block.line)}\nopagebreak"
    if isinstance(block, Working):
        labels = [equation.label for equation in block.equations]
        return _steps(labels, [list(_equation(equation, _room(labels))) for equation in block.equations])
    lines = [line for line in block.lines if line]
    if block.hang:
        return _steps([line[: block.hang] for line in lines], [[sentence(line[block.hang :])] for line in lines])
    if kind is Kind.PROSE:
        return "\n\n".join(rf"\noindent {sentence(line)}" for line in lines)
    write = _in_columns if kind is Kind.FIGURE and _has_columns(lines) else sentence
    return _steps([()] * len(lines), [[write(line)] for line in lines])


def _steps(labels: Sequence[Line], bodies: Sequence[Sequence[str]]) -> str:
    """A list: a label and what is said there, in parts that stand on lines of their own in the source."""
    if not bodies:
        return ""
    widest = max(labels, key=_length)
    items = ["\n  ".join((rf"\item[{{{sentence(label)}}}]", *body)) for label, body in zip(labels, bodies, strict=True)]
    return "\n".join((rf"\begin{{convsteps}}{{{sentence(widest)}}}", *items, r"\end{convsteps}"))


def _length(line: Line) -> float:
    return sum(width(span.text) for span in line)


def _room(labels: Sequence[Line]) -> float:
    return ROOM - _SIGN - max(map(_length, labels)) - 20


def _equation(equation: Equation, room: float) -> Iterator[str]:
    """Matrices, each tied to the sign before it, and the text between; where there is no sign, a space."""
    apart, tallest = "", 0
    for part in parts(equation, room):
        if part.matrix:
            yield f"{sentence(part.sign)}~${part.matrix}$" if part.sign else f"{apart}${part.matrix}$"
        else:
            yield sentence(part.sign)
        apart = r"\quad " if part.matrix else ""
        tallest = max(tallest, part.height)
    if tallest > SHEET // 2:
        yield r"\clubpenalty=0"  # below a heading, LaTeX keeps two lines together, which a page may not hold


def _has_columns(lines: Sequence[Line]) -> bool:
    """Whether spaces make columns."""
    return any("  " in "".join(span.text for span in line).strip() for line in lines)


def _in_columns(line: Line) -> str:
    r"""Text in letters of one width, every space kept."""
    text = "".join(span.text for span in line)
    return r"\texttt{" + "~".join(map(prose, text.replace("\N{NO-BREAK SPACE}", " ").split(" "))) + "}"
