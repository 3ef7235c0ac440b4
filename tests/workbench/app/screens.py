"""The workbench without a terminal: keys and clicks go in, the text of the screen comes out."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from textual.pilot import Pilot

from convcli.workbench.app.app import Workbench
from convcli.workbench.state import Effect, State

Script = Callable[[Workbench, Pilot[Any]], Awaitable[None]]


def text(app: Workbench) -> str:
    """What is on the screen, without its colours."""
    return "".join(f"{strip.text.rstrip()}\n" for strip in app.screen._compositor.render_strips())


def nowhere(state: State, effect: Effect) -> State:
    """An outside in which nothing is read or written."""
    raise AssertionError(effect)


def played(
    state: State, script: Script, size: tuple[int, int] = (80, 24), outside: Callable[[State, Effect], State] = nowhere
) -> str:
    """The screen at the end of a script."""

    async def run() -> str:
        app = Workbench(state, outside)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await script(app, pilot)
            await pilot.pause()
            return text(app)

    return asyncio.run(run())


def screen(state: State, *keys: str, size: tuple[int, int] = (80, 24)) -> str:
    """The screen after some keys."""

    async def script(app: Workbench, pilot: Pilot[Any]) -> None:
        await pilot.press(*keys)

    return played(state, script, size)
