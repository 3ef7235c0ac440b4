"""What displays itself in notebooks: every format that they ask for, of the same document, worked out once."""

import numpy as np
import pytest

import convcli
from convcli import conv_grad, explain, explain_pool
from convcli.document import Style
from convcli.document import explain as told
from convcli.render import html_fragment
from convcli.render.latex import displays
from convcli.render.markdown import markdown


def test_an_explanation_in_every_format() -> None:
    trace = explain([1, 2, 3, 4], [1, 0, -1])
    document = told(trace.trace, trace.result.output, Style())
    assert trace._repr_html_() == html_fragment(document)
    assert trace._repr_markdown_() == markdown(document)
    assert trace._repr_latex_() == displays(document)
    assert r"\text{$y_{1}$ = 2$\cdot$1 + 3$\cdot$0 + 4$\cdot$($-$1) = $-$2}" in trace._repr_latex_()


def test_a_pooling_is_displayed_too() -> None:
    trace = explain_pool([[1, 2], [3, 4]], 2, kind="max")
    assert trace._repr_markdown_().startswith(
        "# max\\_pool2d" if "max\\_pool2d" in trace._repr_markdown_() else "# max_pool2d"
    )
    assert "4" in trace._repr_latex_()


def test_gradients_in_every_format() -> None:
    found = conv_grad([1, 2, 3, 4], [1, 0, -1], [10, 1])
    for text in (found._repr_html_(), found._repr_markdown_(), found._repr_latex_()):
        places = [text.index(heading) for heading in ("Gradient dx", "Gradient dw", "Gradient db")]
        assert places == sorted(places)
    assert "[10 1 -10 -1]" in found._repr_markdown_()
    assert "10 & 1 & -10 & -1" in found._repr_latex_()
    assert found._repr_html_().startswith("<pre")


def test_a_document_is_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found = conv_grad(np.arange(5), [1, 2], np.ones(4, int))
    trace = found.explain("weight")
    displayed = (found, trace)
    shown = [(one._repr_html_(), one._repr_markdown_(), one._repr_latex_()) for one in displayed]
    array = found.input
    monkeypatch.setattr(convcli.api.gradients, "run", None)
    monkeypatch.setattr(convcli.api.explanation, "run", None)
    monkeypatch.setattr("convcli.document.explain", None)
    monkeypatch.setattr("convcli.document.table", None)
    assert [(one._repr_html_(), one._repr_markdown_(), one._repr_latex_()) for one in displayed] == shown
    assert found.input is array
    assert found.weight.tolist() == [6, 10]
