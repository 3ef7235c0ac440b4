"""The page in a real browser: what lights up, what keys do, what an edit changes, and that nothing leaves it."""

import itertools
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from convcli.axis import PaddingMode
from convcli.document import Style
from convcli.engine import run
from convcli.numbers import Overflow, Tensor
from convcli.numbers.grammar import parse
from convcli.numbers.show import shown
from convcli.problem import Problem, convolution, pooling
from convcli.settings import PoolKind, PoolSettings, Settings
from tests.cli.running import CONVCALC, environment
from tests.document.cases import X5, d2l, derived, dumoulin, floats, int8, made, pointwise, stamped, textbook_1d
from tests.render.page.browser import Browser
from tests.render.page.conftest import Opened

T = Tensor.of

PROBLEMS: dict[str, Callable[[], Problem]] = {
    "1d": textbook_1d,
    "2d": d2l,
    "3d": lambda: convolution(made(2, 3, 4, 4), made(2, 2, 2, 2, 2), rank=3, settings=Settings(padding=1)),
    "1x1": lambda: pointwise(bias=T([1, 2, 3])),
    "reflected": lambda: dumoulin(padding=2, padding_mode=PaddingMode.REFLECT, flip=True),
    "depthwise": lambda: convolution(made(3, 3, 3), made(2, 2), rank=2, settings=Settings(groups=3)),
    "thirds": lambda: convolution(Tensor.exact([[1, 2, 3]], 3), T([[1, -7]]), rank=2),
    "huge": lambda: convolution(Tensor.exact([[10**50 + 7, 10**60]]), T([[3, 4]]), rank=2),
    "float32": lambda: floats("float32"),
    "int8": lambda: int8(two_channels=True, overflow=Overflow.WRAP),
    "transposed": lambda: stamped(made(2, 3, 3), made(2, 2, 3, 3), T([10, 20]), stride=2, padding=1, output_padding=1),
    "gaps": lambda: stamped(T([7, 8]), T([1]), T([5]), stride=3, output_padding=2),
    "input gradient": lambda: derived(padding=1, stride=2).input,
    "kernel gradient": lambda: derived(batch=2, padding=1).kernel,
    "bias gradient": lambda: derived(batch=2).bias,
    "max": lambda: pooling(T([X5]), rank=2, settings=PoolSettings(kernel_size=3, stride=2, padding=1, ceil=True)),
    "average": lambda: pooling(T(X5), rank=2, settings=PoolSettings(kind=PoolKind.AVERAGE, kernel_size=2, padding=1)),
    "norm": lambda: pooling(T(X5), rank=2, settings=PoolSettings(kind=PoolKind.LP, kernel_size=2, stride=1)),
    "many": lambda: convolution(made(40, 6, 6), made(3, 40, 3, 3), rank=2),
    "large": lambda: convolution(made(60, 70), made(3, 3), rank=2),
}  # fmt: skip


def cell(panel: str, number: int) -> str:
    """An expression for a cell of a panel, by its place in the page."""
    return f"document.querySelectorAll('.panel.{panel} .cell')[{number}]"


def marked(browser: Browser, panel: str, name: str) -> list[int]:
    """Which cells of a panel have a mark."""
    code = f"[...document.querySelectorAll('.panel.{panel} .cell')].flatMap((c, i) => c.classList.contains('{name}') ? [i] : [])"
    found: list[int] = browser.run(code)
    return found


def weights(browser: Browser, panel: str) -> dict[int, str]:
    code = f"[...document.querySelectorAll('.panel.{panel} .cell')].flatMap((c, i) => c.firstChild.dataset.weight ? [[i, c.firstChild.dataset.weight]] : [])"
    return dict(browser.run(code))


def texts(browser: Browser, panel: str) -> list[str]:
    found: list[str] = browser.run(
        f"[...document.querySelectorAll('.panel.{panel} .cell .value')].map(c => c.textContent)"
    )
    return found


def equation(browser: Browser) -> str:
    found: str = browser.run("document.getElementById('equation').textContent")
    return found


def displayed(problem: Problem, style: Style | None = None) -> list[str]:
    """The output as convcli shows it."""
    dtype = problem.arithmetic.name if problem.arithmetic.is_float else "exact"
    chosen = style or Style()
    return [shown(n, chosen.precision, dtype, fractions=chosen.fractions)[0] for n in run(problem).output.numbers()]


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_operation_is_shown_with_its_output(opened: Opened, name: str) -> None:
    problem = PROBLEMS[name]()
    browser = opened(problem)
    found = texts(browser, "output")
    assert found == displayed(problem)[: len(found)]
    assert equation(browser).startswith(problem.symbol)
    browser.key("n")
    browser.key("p")
    for panel in ("input", "kernel", "output"):
        if browser.run(f"!!{cell(panel, 0)}"):
            browser.hover(cell(panel, 0))
    browser.click("document.getElementById('last')")
    assert browser.run("document.getElementById('next').isConnected")


def test_the_gradient_of_a_bias_sums_dy_and_shows_nothing_else(opened: Opened) -> None:
    browser = opened(derived(batch=2).bias)
    assert browser.run("document.querySelector('.panel.input')") is None
    assert equation(browser) == "db[0] = 0 + (-6) = -6"
    browser.hover(cell("kernel", 0))
    assert marked(browser, "output", "reached") == [0]


def test_an_output_lights_its_patch_with_the_weights(opened: Opened) -> None:
    browser = opened(dumoulin(padding=1, stride=2))  # 7 x 7 with its padding
    browser.hover(cell("output", 4))
    assert marked(browser, "input", "lit") == [16, 17, 18, 23, 24, 25, 30, 31, 32]
    assert marked(browser, "kernel", "lit") == list(range(9))
    assert list(weights(browser, "input").values()) == [f"×{w}" for w in (0, 1, 2, 2, 2, 0, 0, 1, 2)]
    assert marked(browser, "output", "held") == [4]
    assert equation(browser).endswith(" = 17")
    browser.hover("document.querySelector('h1')")
    assert marked(browser, "input", "lit") == [0, 1, 2, 7, 8, 9, 14, 15, 16], "back to the chosen one"


def test_an_input_lights_every_output_that_it_reaches(opened: Opened) -> None:
    browser = opened(dumoulin(padding=1, stride=2))
    browser.hover(cell("input", 16))  # x[1,1]
    assert marked(browser, "output", "reached") == [0, 1, 3, 4]
    assert weights(browser, "output") == {0: "×2", 1: "×0", 3: "×2", 4: "×0"}
    assert marked(browser, "kernel", "one") == [8], "what multiplies it in the chosen output"
    browser.hover(cell("input", 0))
    assert marked(browser, "output", "reached") == [0], "a padding cell reaches the one window that lies on it"


def test_an_element_shown_again_in_the_padding_is_one_element(opened: Opened) -> None:
    browser = opened(
        convolution(
            T([1, 2, 3]), T([1, 10, 100]), rank=1, settings=Settings(padding=1, padding_mode=PaddingMode.REFLECT)
        )
    )
    browser.hover(cell("input", 2))  # x[1], which both ends show
    assert marked(browser, "input", "same") == [0, 4]
    assert marked(browser, "output", "reached") == [0, 1, 2]
    assert weights(browser, "output") == {0: "×1+100", 1: "×10", 2: "×1+100"}
    browser.hover(cell("input", 4))
    assert marked(browser, "output", "reached") == [2], "the padding cell by itself"


def test_a_weight_lights_every_input_that_it_multiplies(opened: Opened) -> None:
    browser = opened(dumoulin(padding=1, stride=2))
    browser.hover(cell("kernel", 4))
    assert marked(browser, "input", "one") == [8]
    assert marked(browser, "input", "lit") == [10, 12, 22, 24, 26, 36, 38, 40]
    assert browser.run("[...document.querySelectorAll('.matrix.product .marked')].map(c => c.textContent)") == ["6"]


def test_a_product_lights_its_two_factors(opened: Opened) -> None:
    browser = opened(d2l())
    browser.hover("document.querySelectorAll('.matrix.product td')[3]")
    assert (marked(browser, "input", "one"), marked(browser, "kernel", "one")) == ([4], [3])


def test_what_is_held_stays_lit_until_escape(opened: Opened) -> None:
    browser = opened(d2l())
    browser.click(cell("kernel", 1))
    browser.hover("document.querySelector('h1')")
    assert marked(browser, "kernel", "held") == [1]
    browser.key("Escape")
    assert marked(browser, "kernel", "held") == []
    assert marked(browser, "output", "held") == [0]


def test_arrows_move_in_a_grid_and_into_the_next(opened: Opened) -> None:
    browser = opened(d2l())
    browser.click(cell("output", 0))
    seen = []
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "End", "ArrowUp", "Home", "PageUp", "PageDown"):
        browser.key(key)
        seen.append(browser.run("document.activeElement.getAttribute('aria-label')"))
    assert seen == [
        "output channel 0 row 0 column 1: 73", "output channel 0 row 1 column 1: 121", "output channel 1 row 0 column 1: 100.5",
        "output channel 1 row 0 column 1: 100.5", "output channel 0 row 1 column 1: 121", "output channel 0 row 1 column 0: 105",
        "output channel 0 row 1 column 0: 105", "output channel 1 row 1 column 0: 148.5",
    ]  # fmt: skip
    browser.key("Home", "Control")
    assert equation(browser).startswith("y[1,0,0] = ")
    browser.key("End", "Control")
    assert equation(browser).startswith("y[1,1,1] = ")
    assert browser.run("document.querySelectorAll('.panel.output .cell[tabindex=\"0\"]').length") == 1


def test_stepping_visits_every_output_once_and_ends(opened: Opened) -> None:
    browser = opened(d2l())
    names = [f"y[{','.join(map(str, at))}]" for at in itertools.product(range(2), repeat=3)]
    seen = []
    for _ in names:
        seen.append(equation(browser).split(" ")[0])
        browser.key("n")
    assert seen == names
    assert equation(browser).startswith(names[-1])
    assert browser.run("document.getElementById('count').textContent") == "8 of 8"
    browser.key("p")
    browser.click("document.getElementById('first')")
    assert browser.run("document.getElementById('position').getAttribute('aria-valuetext')") == names[0]
    browser.run("{ const p = document.getElementById('position'); p.value = 6; p.dispatchEvent(new Event('input')); }")
    assert equation(browser).startswith(names[6])


def test_space_plays_and_pauses(opened: Opened) -> None:
    browser = opened(d2l())
    browser.run("{ const s = document.getElementById('speed'); s.value = '60'; s.dispatchEvent(new Event('change')); }")
    browser.key(" ")
    assert browser.run("document.getElementById('play').getAttribute('aria-label')") == "Pause"
    browser.wait_for("document.getElementById('count').textContent === '8 of 8'")
    browser.wait_for("document.getElementById('play').getAttribute('aria-label') === 'Play'")
    browser.run(
        "{ const s = document.getElementById('speed'); s.value = '2000'; s.dispatchEvent(new Event('change')); }"
    )
    browser.key(" ")
    assert browser.run("document.getElementById('count').textContent") == "1 of 8", "from the start again"
    browser.key(" ")
    assert browser.run("document.getElementById('play').getAttribute('aria-label')") == "Play"


def test_typing_edits_and_the_output_follows_exactly(opened: Opened) -> None:
    browser = opened(textbook_1d())  # [1, 2, 3, 4] and [1, 0, -1]
    browser.click(cell("input", 0))
    browser.type("1/3")
    assert texts(browser, "output") == ["-2", "-2"], "not before it is kept"
    browser.key("Tab")
    assert texts(browser, "output") == ["-2.66667", "-2"]
    assert browser.run("document.activeElement.getAttribute('aria-label')") == "input element 1: 2"
    assert equation(browser) == "y[0] = (1/3)·1 + 2·0 + 3·(-1) ≈ -2.66667".replace("(1/3)", "0.333333")
    assert (marked(browser, "input", "changed"), marked(browser, "output", "changed")) == ([0], [0])
    assert "1 output elements changed" in browser.run("document.getElementById('live').textContent")


def test_a_kernel_and_a_bias_are_edited_too(opened: Opened) -> None:
    browser = opened(d2l())
    browser.click(cell("kernel", 3), times=2)
    assert browser.run("document.activeElement.value") == "3"
    browser.type("-.5e1")
    browser.key("Enter")
    browser.click(cell("bias", 1))
    browser.key("F2")
    browser.key("Backspace")
    browser.type("100")
    browser.key("Enter")
    problem = d2l()
    w = problem.w.values.copy()
    w[0, 0, 1, 1] = -5
    after = convolution(problem.source, Tensor(w), T([1, 100]), rank=2)
    assert texts(browser, "output") == displayed(after)


def test_undo_redo_and_reset(opened: Opened) -> None:
    browser = opened(textbook_1d())
    browser.click(cell("input", 1))
    browser.type("7")
    browser.key("Enter")
    browser.click(cell("kernel", 1))
    browser.type("9")
    browser.key("Enter")
    edited = texts(browser, "output")
    browser.key("u")
    browser.key("z", "Control")
    assert texts(browser, "output") == ["-2", "-2"]
    assert browser.run("document.getElementById('undo').disabled && document.getElementById('reset').disabled")
    browser.key("y", "Control")
    browser.click("document.getElementById('redo')")
    assert texts(browser, "output") == edited
    browser.click("document.getElementById('reset')")
    assert texts(browser, "output") == ["-2", "-2"]
    assert marked(browser, "input", "changed") == []
    browser.click("document.getElementById('undo')")
    assert texts(browser, "output") == edited, "a reset can be undone"
    browser.key("u")
    browser.click(cell("input", 0))
    browser.type("5")
    browser.key("Enter")
    assert browser.run("document.getElementById('redo').disabled"), "what was undone is gone once there is a new edit"


@pytest.mark.parametrize("typed", ["abc", "010", "1_0", "1/0", "", "inf", "1e9999"])
def test_what_is_no_number_is_refused_and_the_cell_keeps_its_own(opened: Opened, typed: str) -> None:
    browser = opened(textbook_1d())
    browser.click(cell("input", 1), times=2)
    browser.key("Backspace")
    browser.type(typed)
    browser.key("Enter")
    assert "cannot stand here" in browser.run("document.getElementById('message').innerText")
    assert browser.run("document.activeElement.getAttribute('aria-invalid')") == "true"
    browser.key("Escape")
    assert browser.run("document.getElementById('message').hidden")
    assert (texts(browser, "input"), texts(browser, "output")) == (["1", "2", "3", "4"], ["-2", "-2"])


def test_an_integer_type_refuses_what_it_does_not_hold_and_says_so_of_outputs(opened: Opened) -> None:
    browser = opened(convolution(T([100, 2]), T([1]), rank=1, dtype="int8"))
    browser.click(cell("kernel", 0), times=2)
    browser.type("1.5")
    browser.key("Enter")
    assert "int8 holds integers only" in browser.run("document.getElementById('message').textContent")
    browser.key("Backspace")
    browser.type("2")
    browser.key("Enter")
    assert texts(browser, "output") == ["✕", "4"]
    assert "int8 holds -128 to 127 only" in equation(browser)


def test_padding_is_not_edited(opened: Opened) -> None:
    browser = opened(dumoulin(padding=1, stride=2))
    browser.click(cell("input", 0))
    browser.key("5")
    assert "Padding cannot be edited" in browser.run("document.getElementById('message').textContent")


def test_a_float_says_where_the_engine_and_one_rounding_differ(opened: Opened) -> None:
    browser = opened(floats("float32"))
    assert "exact sum rounded once" in browser.run("document.getElementById('notes').textContent")
    browser.click(cell("input", 0))
    browser.type("0.1")
    browser.key("Enter")
    assert browser.run("document.querySelectorAll('.changed').length") == 0, "0.1 is 0.1, as a float32 too"


def test_a_tap_pins_and_a_second_one_edits(opened: Opened) -> None:
    browser = opened(d2l(), width=390, touch=True)
    browser.tap(cell("input", 4))
    assert marked(browser, "output", "reached") == [0, 1, 2, 3, 4, 5, 6, 7]
    time.sleep(0.6)  # longer than what makes two taps one
    browser.tap(cell("input", 4))
    assert browser.run("document.activeElement.className") == "editor"
    browser.type("0")
    browser.key("Enter")
    assert texts(browser, "input")[4] == "0"


@pytest.mark.parametrize("name", PROBLEMS)
def test_nothing_is_wider_than_a_phone(opened: Opened, name: str) -> None:
    browser = opened(PROBLEMS[name](), width=390, touch=True)
    assert browser.run("document.documentElement.scrollWidth") <= 390


def test_only_some_channels_are_drawn_and_the_reader_turns_to_others(opened: Opened) -> None:
    browser = opened(PROBLEMS["many"]())
    drawn = browser.run("document.querySelectorAll('.panel.input .sheet').length")
    assert drawn < 40
    captions = "[...document.querySelectorAll('.panel.input figcaption')].map(c => c.textContent)"
    assert browser.run(captions)[0] == "channel 0"
    browser.click("document.querySelector('.panel.input .pager button:last-child')")
    assert browser.run(captions)[0] == f"channel {drawn}"
    browser.click("document.getElementById('all-terms')")
    assert browser.run("document.querySelectorAll('.term').length") == 40


def test_other_channels_stay_in_view_until_another_element_is_chosen(opened: Opened) -> None:
    browser = opened(convolution(made(1, 6, 6), made(40, 1, 3, 3), rank=2))
    first = "document.querySelector('.panel.output figcaption').textContent"
    browser.click("document.querySelector('.panel.output .pager button:last-child')")
    turned = browser.run(first)
    assert turned != "channel 0"
    browser.hover(cell("input", 3))
    assert browser.run(first) == turned
    browser.key("n")
    assert browser.run(first) == "channel 0"


def test_the_focus_survives_a_look_at_another_channel(opened: Opened) -> None:
    browser = opened(d2l())
    browser.click(cell("kernel", 1))
    browser.hover(cell("output", 5))
    assert browser.run("document.querySelector('.panel.kernel .subtitle').textContent") == "output channel 1"
    browser.hover("document.querySelector('h1')")
    browser.key("ArrowLeft")
    label = browser.run("document.activeElement.getAttribute('aria-label')")
    assert label == "kernel output channel 0, input channel 0 row 0 column 0: 0"


def test_what_moves_below_a_resting_pointer_is_not_looked_at(opened: Opened) -> None:
    browser = opened(convolution(T([1, 2, 3, 4, 5, 6]), T([1, 0, -1]), rank=1))
    browser.click(cell("input", 5))
    browser.key("Home")
    browser.type("1234567890")
    browser.key("Tab")
    time.sleep(0.3)  # for the browser to notice what lies below the pointer now
    assert marked(browser, "input", "held") == [1]


def test_a_large_grid_scrolls_to_what_is_chosen(opened: Opened) -> None:
    browser = opened(PROBLEMS["large"]())
    before = browser.run("scrollY")
    browser.click("document.getElementById('last')")
    inside = "(r => (f => r.bottom <= f.bottom && r.right <= f.right)(document.querySelector('.panel.output .scroll').getBoundingClientRect()))"
    assert browser.run(f"{inside}(document.querySelector('.panel.output .chosen').getBoundingClientRect())")
    assert browser.run("scrollY") == before, "and the page stays where it is"


def test_counting_from_one_and_fractions(opened: Opened) -> None:
    style = Style(from_one=True, fractions=True)
    problem = PROBLEMS["thirds"]()
    browser = opened(problem, style)
    assert texts(browser, "output") == displayed(problem, style)
    assert equation(browser).startswith("y[1,1] = ")
    assert "counted from 0" in browser.run("document.getElementById('formula').textContent")


def test_the_theme_is_the_systems_until_it_is_chosen(opened: Opened, browser: Browser) -> None:
    opened(textbook_1d())
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = browser.run(ground)
    browser.look(1280, 900, dark=True)
    dark = browser.run(ground)
    assert light != dark
    browser.click("document.getElementById('theme')")
    assert browser.run(ground) == light
    browser.look(1280, 900)
    browser.click("document.getElementById('theme')")
    assert browser.run(ground) == dark


def test_assistive_technology_finds_named_grids_and_cells(opened: Opened) -> None:
    browser = opened(d2l())
    browser.call("Accessibility.enable")
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    browser.call("Accessibility.disable")
    found = {
        (node.get("role", {}).get("value"), node.get("name", {}).get("value")) for node in nodes if not node["ignored"]
    }
    for expected in (
        ("grid", "input, channel 0"),
        ("grid", "kernel, output channel 0, input channel 1"),
        ("gridcell", "input channel 0 row 1 column 2: 5"),
        ("gridcell", "kernel output channel 0 input channel 1 row 0 column 1: 2".replace(" input", ", input")),
        ("button", "Play"),
        ("slider", "Output element"),
        ("region", "Output (2, 2, 2)"),
        ("grid", "bias"),
        ("main", ""),
    ):
        assert expected in found, expected
    unnamed = [
        role
        for role, name in found
        if role in ("button", "grid", "gridcell", "slider", "combobox", "textbox") and not name
    ]
    assert unnamed == []


def test_the_chosen_equation_is_said(opened: Opened) -> None:
    browser = opened(d2l())
    browser.key("n")
    assert browser.run("document.getElementById('live').textContent") == "y[0,0,1] = 25 + 47 + bias 1 = 73"


def test_nothing_can_leave_the_page(opened: Opened, browser: Browser) -> None:
    opened(textbook_1d())
    for attempt in (
        "fetch('https://example.invalid/').then(() => 'sent', () => 'refused')",
        "new Promise(r => { const i = new Image(); i.onload = () => r('sent'); i.onerror = () => r('refused'); i.src = 'https://example.invalid/x.png'; })",
        "new Promise(r => { const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s); r(window.ran ? 'sent' : 'refused'); })",
        "new Promise(r => { document.body.insertAdjacentHTML('beforeend', '<p id=\"p\" style=\"color: rgb(1, 2, 3)\">'); r(getComputedStyle(document.getElementById('p')).color === 'rgb(1, 2, 3)' ? 'sent' : 'refused'); })",
    ):
        assert browser.run(attempt) == "refused", attempt
    assert [url for url in browser.requests if "example" in url and "blocked" not in url] == browser.requests[1:]
    assert all(
        "Content Security Policy" in text or "ERR_BLOCKED" in text or "Fetch" in text for text in browser.complaints
    )
    browser.complaints.clear()
    browser.requests.clear()


def test_the_page_prints(opened: Opened, browser: Browser, tmp_path: Path) -> None:
    opened(d2l())
    browser.printed(tmp_path / "page.pdf")
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
    browser.call("Emulation.setEmulatedMedia", media="print")
    assert browser.run("getComputedStyle(document.querySelector('.controls')).display") == "none"
    browser.call("Emulation.setEmulatedMedia", media="")


@pytest.mark.parametrize("name", [n for n in PROBLEMS if n not in ("huge", "many", "large")])
def test_the_problem_file_gives_convcalc_the_numbers_of_the_page(opened: Opened, tmp_path: Path, name: str) -> None:
    problem = PROBLEMS[name]()
    browser = opened(problem, Style(precision=17, fractions=True))
    panel = "kernel" if name == "bias gradient" else "input"
    at = browser.run(
        f"[...document.querySelectorAll('.panel.{panel} .cell')].findIndex(c => !c.classList.contains('padded'))"
    )
    browser.click(cell(panel, at))
    browser.type("2")
    browser.key("Enter")
    browser.click("document.getElementById('save')")
    file = tmp_path / "problem.yaml"
    file.write_text(browser.run("document.getElementById('text').value"), encoding="utf-8")
    command = browser.run("document.getElementById('command').textContent").split()
    assert command[0] == "convcalc"
    arguments = [argument for argument in command[1:] if argument != "--explain"]
    done = subprocess.run(
        [*CONVCALC, *arguments, "--fractions", "-f", "plain"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    on_page, computed = ([parse(text) for text in found] for found in (texts(browser, "output"), done.stdout.split()))
    if problem.arithmetic.is_float:  # where the engine's sum may be another than the exact one
        assert on_page == pytest.approx(computed, rel=1e-6)
    elif name == "norm":  # roots, which are doubles
        assert list(map(float, on_page)) == list(map(float, computed))
    else:
        assert on_page == computed[: len(on_page)]
