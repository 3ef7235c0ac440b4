"""A real browser, headless, driven over the pipe of its own debugging protocol: nothing to install but the browser."""

import base64
import contextlib
import fcntl
import json
import os
import select
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PATIENCE = 60.0
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")

KEYS = {
    "Enter": (13, "\r"), "Tab": (9, "\t"), "Escape": (27, ""), " ": (32, " "), "ArrowLeft": (37, ""), "ArrowUp": (38, ""),
    "ArrowRight": (39, ""), "ArrowDown": (40, ""), "Home": (36, ""), "End": (35, ""), "PageUp": (33, ""),
    "PageDown": (34, ""), "F2": (113, ""), "Backspace": (8, ""),
}  # fmt: skip
"""The code of each key that is not a letter, and the text that it types."""

MODIFIERS = {"Alt": 1, "Control": 2, "Shift": 8}


def chromium() -> str | None:
    """Where a Chromium is, if there is one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """A browser and one page in it; what the page asks for, and what it complains of, is kept."""

    def __init__(self, program: str, home: str) -> None:
        to_child, self._write = _pipe()
        self._read, from_child = _pipe()
        arguments = [
            program, "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
            f"--user-data-dir={home}", "about:blank",
        ]  # fmt: skip
        files = [
            (os.POSIX_SPAWN_DUP2, to_child, 3),
            (os.POSIX_SPAWN_DUP2, from_child, 4),
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ]
        self._process = os.posix_spawn(program, arguments, os.environ, file_actions=files)
        os.close(to_child)
        os.close(from_child)
        self._buffer = b""
        self._number = 0
        self._session: str | None = None
        self.requests: list[str] = []
        self.complaints: list[str] = []
        targets = self.call("Target.getTargets")["targetInfos"]
        target = next(info["targetId"] for info in targets if info["type"] == "page")
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Ask for something and wait for the answer."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        self._send(message)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            answer = self._next(deadline - time.monotonic())
            if answer is not None and answer.get("id") == self._number:
                if "error" in answer:
                    raise AssertionError(f"{method}: {answer['error']}")
                found: dict[str, Any] = answer["result"]
                return found
        raise TimeoutError(method)

    def _send(self, message: dict[str, Any]) -> None:
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._write, data) :]

    def _next(self, patience: float) -> dict[str, Any] | None:
        """The next message, which is kept if it is news."""
        while b"\0" not in self._buffer:
            if not select.select([self._read], [], [], patience)[0]:
                return None
            chunk = os.read(self._read, 1 << 16)
            if not chunk:
                raise ConnectionError("the browser is gone")
            self._buffer += chunk
        text, _, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        self._note(message.get("method", ""), message.get("params", {}))
        return message

    def _note(self, method: str, news: dict[str, Any]) -> None:
        if method == "Network.requestWillBeSent":
            self.requests.append(news["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            details = news["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description") or details["text"])
        elif method == "Runtime.consoleAPICalled":
            self.complaints.append(" ".join(str(part.get("value")) for part in news["args"]))
        elif method == "Log.entryAdded":
            self.complaints.append(news["entry"]["text"])

    def open(self, path: Path) -> None:
        """Go to a file, and forget what was."""
        self.requests.clear()
        self.complaints.clear()
        self.call("Page.navigate", url=path.as_uri())
        self.wait_for("document.readyState === 'complete'")

    def run(self, code: str) -> Any:
        """The value of an expression in the page, as JSON has it."""
        found = self.call("Runtime.evaluate", expression=code, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in found:
            details = found["exceptionDetails"]
            raise AssertionError(details.get("exception", {}).get("description", details["text"]))
        return found["result"].get("value")

    def wait_for(self, code: str) -> None:
        """Wait until an expression is true."""
        deadline = time.monotonic() + PATIENCE
        while not self.run(code):
            if time.monotonic() > deadline:
                raise TimeoutError(code)
            time.sleep(0.02)

    def key(self, key: str, *modifiers: str) -> None:
        """Press and release a key, a letter or one of KEYS."""
        held = sum(MODIFIERS[name] for name in modifiers)
        code, typed = KEYS[key] if key in KEYS else (ord(key.upper()) if key.isalnum() else 0, key)
        common = {"key": key, "windowsVirtualKeyCode": code, "modifiers": held}
        typing = {"text": typed} if typed and not held & ~MODIFIERS["Shift"] else {}
        self.call("Input.dispatchKeyEvent", type="keyDown" if typing else "rawKeyDown", **common, **typing)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def type(self, text: str) -> None:
        """Type letter by letter."""
        for letter in text:
            self.key(letter)

    def middle(self, element: str) -> tuple[float, float]:
        """Where the middle of an element is, scrolled into view."""
        x, y = self.run(
            f"(e => {{ e.scrollIntoView({{block: 'center', inline: 'center', behavior: 'instant'}});"
            f"const r = e.getBoundingClientRect(); return [r.x + r.width/2, r.y + r.height/2]; }})({element})"
        )
        return x, y

    def hover(self, element: str) -> None:
        """Move the mouse over an element, given as an expression."""
        x, y = self.middle(element)
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def click(self, element: str, times: int = 1) -> None:
        """Click an element."""
        x, y = self.middle(element)
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        for count in range(1, times + 1):
            for kind in ("mousePressed", "mouseReleased"):
                self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=count)

    def tap(self, element: str) -> None:
        """Touch an element."""
        x, y = self.middle(element)
        self.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
        self.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    def look(self, width: int, height: int, *, dark: bool = False, touch: bool = False, scale: float = 1) -> None:
        """The size of the window, and how the system likes its colours."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=touch
        )
        self.call("Emulation.setTouchEmulationEnabled", enabled=touch)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def picture(self, path: Path, *, whole: bool = False) -> None:
        """A picture of the window, or of the whole page."""
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        path.write_bytes(base64.b64decode(data))

    def printed(self, path: Path) -> None:
        """The page on paper."""
        path.write_bytes(base64.b64decode(self.call("Page.printToPDF", printBackground=True)["data"]))

    def close(self) -> None:
        """End the browser that this started."""
        with contextlib.suppress(OSError, TimeoutError, AssertionError):
            self._session = None
            self.call("Browser.close")
        os.waitpid(self._process, 0)
        os.close(self._write)
        os.close(self._read)


def _pipe() -> tuple[int, int]:
    """The ends of a pipe, numbered above those that the browser is given them as."""
    low = os.pipe()
    reading, writing = (fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in low)
    for end in low:
        os.close(end)
    return reading, writing


@contextlib.contextmanager
def browsing(program: str) -> Iterator[Browser]:
    """A browser for as long as it is needed, with a profile of its own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        browser = Browser(program, home)
        try:
            yield browser
        finally:
            browser.close()
