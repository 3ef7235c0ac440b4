"""An animated SVG as its reader sees it: what can be seen in a frame, and where. It reads the file, not our code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

SVG = "{http://www.w3.org/2000/svg}"
KEYFRAMES = re.compile(r"@keyframes [0-9a-z]+-([\w-]+)\{((?:[\d.]+%\{[^}]*\})+)\}")
STEP = re.compile(r"([\d.]+)%\{([^}]*)\}")
ROW = 40  # the height of a cell


@dataclass(frozen=True)
class Seen:
    """A text or a rectangle that can be seen: where it is anchored, its size, and the classes around it."""

    text: str
    x: float
    y: float
    classes: frozenset[str]
    width: float = 0
    height: float = 0
    length: float | None = None

    def covers(self, other: "Seen") -> bool:
        """Whether a text's baseline begins in this rectangle."""
        return self.x < other.x < self.x + self.width and self.y < other.y < self.y + self.height


class Film:
    """An animated SVG."""

    def __init__(self, svg: str) -> None:
        self.root = ElementTree.fromstring(svg)
        self.style = "\n".join(node.text or "" for node in self.root.iter(f"{SVG}style"))
        self.steps: dict[str, list[tuple[float, str]]] = {
            name: [(float(share), how) for share, how in STEP.findall(steps)]
            for name, steps in KEYFRAMES.findall(self.style)
        }
        found = re.search(r"animation:(\d+)s step-end infinite", self.style)
        self.seconds = int(found[1]) if found else 0
        rule = re.search(r"([^}\n]*)\{visibility:hidden\}", self.style)
        self.hidden = re.findall(r" \.([\w-]+)", rule[1]) if rule else []

    def at(self, frame: float | None) -> list[Seen]:
        """What can be seen in the middle of a frame, or at rest; from the top down, and from left to right."""
        seen = self._seen(self.root, None if frame is None else frame + 0.5, 0, 0, frozenset())
        return sorted(seen, key=lambda one: (one.y, one.x))

    def cells(self, frame: float | None, *names: str) -> list[Seen]:
        """The texts in the middle of cells that are of one of these classes."""
        return [
            one
            for one in self.at(frame)
            if one.text and "cells" in one.classes and "corner" not in one.classes and one.classes & {*names}
        ]

    def corners(self, frame: float | None) -> list[Seen]:
        """The texts in the corners of cells."""
        return [one for one in self.at(frame) if "corner" in one.classes]

    def rectangles(self, frame: float | None, *names: str) -> list[Seen]:
        """The rectangles of all these classes."""
        return [one for one in self.at(frame) if one.width and {*names} <= one.classes]

    def edges(self, drawn_as: str) -> int:
        """How many cells there are with such edges."""
        paths = (node for node in self.root.iter(f"{SVG}path") if node.get("class") == drawn_as)
        return sum(path.get("d", "").count("M") for path in paths)

    def lines(self, frame: float | None) -> list[str]:
        """The lines of running text."""
        return [one.text for one in self.at(frame) if one.length is not None]

    def _seen(self, node: Element, time: float | None, x: float, y: float, around: frozenset[str]) -> Iterator[Seen]:
        own = node.get("class", "").split()
        moves = re.match(r"translate\((-?[\d.]+),(-?[\d.]+)\)", node.get("transform", ""))
        by = (float(moves[1]), float(moves[2])) if moves else (0.0, 0.0)
        for name in own:
            how = self._how(name, node, time)
            if how == "visibility:hidden":
                return
            if moved := re.match(r"transform:translate\((-?\d+)px,(-?\d+)px\)", how):
                by = (float(moved[1]), float(moved[2]))
        x, y, around = x + by[0], y + by[1], around | {*own}
        place = (x + float(node.get("x", 0)), y + float(node.get("y", 0)))
        if node.tag == f"{SVG}text":
            length = node.get("textLength")
            yield Seen("".join(node.itertext()), *place, around, length=float(length) if length else None)
        elif node.tag == f"{SVG}rect":
            yield Seen("", *place, around, float(node.get("width", 0)), float(node.get("height", 0)))
        for child in node:
            yield from self._seen(child, time, x, y, around)

    def _how(self, name: str, node: Element, time: float | None) -> str:
        """What the style sheet says of a class: at rest, or at a time."""
        if time is None:
            return "visibility:hidden" if name in self.hidden else ""
        if name not in self.steps:
            return ""
        delay = re.search(r"animation-delay:(-?\d+)s", node.get("style", ""))
        share = 100 * ((time - (int(delay[1]) if delay else 0)) / self.seconds % 1)
        return next(how for start, how in reversed(self.steps[name]) if start <= share)
