"""One browser for all tests of pages, and a page opened in it; afterwards it must not have asked for anything."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from convcli.document import Style
from convcli.engine import run
from convcli.problem import Problem
from convcli.render.page import page
from tests.render.page.browser import Browser, browsing, chromium


class Opened(Protocol):
    """Opens a problem as a page."""

    def __call__(self, problem: Problem, style: Style = ..., *, width: int = ..., touch: bool = ...) -> Browser: ...


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = chromium()
    if program is None:
        pytest.skip("no Chromium to look at the page with")
    with browsing(program) as found:
        yield found


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    file = tmp_path / "page.html"

    def opening(problem: Problem, style: Style | None = None, *, width: int = 1280, touch: bool = False) -> Browser:
        file.write_text(page(problem, run(problem).output, style or Style()), encoding="utf-8")
        browser.look(width, 900, touch=touch)
        browser.open(file)
        return browser

    yield opening
    assert browser.complaints == []
    assert set(browser.requests) <= {file.as_uri()}
