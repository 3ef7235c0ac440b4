"""A page put together: one file with its style, its script and its data inside, which loads nothing and sends nothing.

Its content security policy allows the one style and the one script that are in it, by their hashes, and no request.
"""

import base64
import hashlib
import json
from html import escape
from importlib.resources import files
from string import Template

from convcli.document import Document, Paragraph, Style, Writer, table
from convcli.document.explain import telling_of
from convcli.engine import Result
from convcli.errors import safe
from convcli.numbers.tensor import Tensor
from convcli.problem import Problem
from convcli.render.layout import lay_out
from convcli.render.page.palette import stylesheet
from convcli.render.page.payload import MOST_TEXT, payload, too_large
from convcli.render.page.prose import article, inline, listed, preformatted

SCRIPTS = (
    "exact", "arithmetic", "show", "relation", "operation", "words", "panels", "working", "links", "editing", "player",
    "file", "moving", "main", "theme",
)  # fmt: skip
"""The page's script, in the order in which its parts need each other."""

_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})
"""Signs that could end a script element or a line of script, and what JSON has for them."""


_AFTER_AN_EDIT = "The values that an edit reaches are worked out in this page, as such values too."


def page(problem: Problem, output: Tensor, style: Style) -> str:
    """A problem to play with, `output` being the engine's (N, O, *o): every number linked to those that made it, input
    and kernel to be edited, the output computed again at once.

    Raises FitError for a problem that is too large to be looked at and worked out in a browser.
    """
    data = embedded(payload(problem, output, style))
    if len(data) > MOST_TEXT:
        raise too_large("the problem", f"{len(data):,} characters of numbers", f"at most {MOST_TEXT:,}")
    writer, telling = Writer(problem, style), telling_of(problem)
    header, sizes = telling.header(writer), telling.sizes(writer)
    rules = [line for block in telling.rule(writer) if isinstance(block, Paragraph) for line in block.lines]
    result = lay_out(table(Result(problem, output), style), 100)
    title = f"{problem.op}: how every number comes about"
    body = Template(_text("problem.html")).substitute(
        heading=inline(header[0].line),  # type: ignore[union-attr]  # every header begins with its title
        settings=listed(header),
        sizes=f"<details><summary>Output size</summary>{listed(sizes)}</details>" if sizes else "",
        rule="".join(f"<p>{inline(line)} {_AFTER_AN_EDIT}</p>" for line in rules),
        result=preformatted(result),
        data=data,
    )
    return _whole(title, body, SCRIPTS)


def document_page(document: Document, title: str) -> str:
    """A document to read: what is no single problem, as three gradients or the shapes of layers, with the same look."""
    title = safe(title, limit=200)
    body = Template(_text("document.html")).substitute(article=article(document, title))
    return _whole(title, body, ("theme",))


def embedded(data: object) -> str:
    """Data as JSON inside a script element, of which no text can break out.

    >>> embedded(["</script>", "a & b"])
    '["\\\\u003c/script\\\\u003e","a \\\\u0026 b"]'
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.translate(_ESCAPES)


def script(names: tuple[str, ...] = SCRIPTS) -> str:
    """The script, of these parts."""
    return "\n".join(_text(f"{name}.js") for name in names)


def _whole(title: str, body: str, scripts: tuple[str, ...]) -> str:
    style, code = stylesheet() + _text("style.css"), script(scripts)
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(code)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    return Template(_text("frame.html")).substitute(
        policy=policy, title=escape(title), style=style, body=body, script=code
    )


def _hash(text: str) -> str:
    """The source expression that allows this one inline text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _text(name: str) -> str:
    return files("convcli.render.page").joinpath(name).read_text(encoding="utf-8")
