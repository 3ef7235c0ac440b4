"""When what is seen: frames as steps of CSS animations, which play in an `img` and need no script.

At rest (where motion is not wanted, or a viewer knows no animations) everything is as in the last frame.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from convcli.render.drawing.scene import During
from convcli.render.drawing.shapes import Shape, moved, shape

HOLD = 2
"""Seconds for which the last frame stays longer than the others, which have one each."""

Pixels = Sequence[tuple[int, int]]
"""Where something is in each frame: so many pixels right and down."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The times of an animation of so many frames; `name` tells its rules from those of others on one page."""

    frames: int
    name: str

    @property
    def seconds(self) -> int:
        """How long it all takes."""
        return self.frames + HOLD

    def seen(self, during: During, *shapes: Shape) -> tuple[Shape, ...]:
        """The shapes, to be seen then and only then."""
        if self._always(during) or not shapes:
            return shapes
        delay = f"animation-delay:{during.start - self.seconds}s" if self._brief(during) else None
        return (shape("g", *shapes, look=self._name(during), style=delay),)

    def moving(self, path: str, at: Pixels, *shapes: Shape) -> Shape:
        """The shapes, to be moved along the path of that name."""
        return shape("g", *shapes, look=_along(path), transform=moved(*at[-1]))

    def rules(self, durings: Iterable[During], paths: Mapping[str, Pixels]) -> list[str]:
        """The style sheet of everything that is seen for a while, or moves."""
        steps: dict[str, dict[int, str]] = {}
        hidden = []
        for during in sorted({*durings}):
            name = self._name(during)
            if name and name not in steps:
                steps[name] = self._visibility(During(0, 1) if self._brief(during) else during)
                hidden += [self._selector(name)] if during.stop < self.frames else []
        steps |= {_along(path): _moves(at) for path, at in paths.items() if len({*at}) > 1}
        if not steps:
            return []
        all_of_them = ",".join(map(self._selector, steps))
        each = "".join(f"{self._selector(name)}{{animation-name:{self.name}-{name}}}" for name in steps)
        plays = f"{all_of_them}{{animation:{self.seconds}s step-end infinite}}{each}"
        return [
            *([f"{','.join(hidden)}{{visibility:hidden}}"] if hidden else []),
            f"@media(prefers-reduced-motion:no-preference){{{plays}}}",
            *(self._keyframes(name, at) for name, at in steps.items()),
        ]

    def _always(self, during: During) -> bool:
        return during == During(0, self.frames)

    def _brief(self, during: During) -> bool:
        """Whether it is seen in one frame that is not the last: all such have one rule, with delays of their own."""
        return during.stop - during.start == 1 and during.stop < self.frames

    def _name(self, during: During) -> str:
        if self._always(during):
            return ""
        return "brief" if self._brief(during) else f"f{during.start}-{during.stop}"

    def _selector(self, name: str) -> str:
        return f".{self.name} .{name}"

    def _visibility(self, during: During) -> dict[int, str]:
        seen = {0: "hidden"} | {during.start: "visible"}
        seen |= {during.stop: "hidden"} if during.stop < self.frames else {}
        return {frame: f"visibility:{how}" for frame, how in seen.items()}

    def _keyframes(self, name: str, at: Mapping[int, str]) -> str:
        return f"@keyframes {self.name}-{name}{{{''.join(f'{self._share(n)}{{{how}}}' for n, how in at.items())}}}"

    def _share(self, frame: int) -> str:
        """When a frame begins, in percent of the whole.

        >>> Clock(4, "a")._share(2), Clock(4, "a")._share(0)
        ('33.3333%', '0%')
        """
        return f"{100 * frame / self.seconds:.4f}".rstrip("0").rstrip(".") + "%"


def _along(path: str) -> str:
    return f"along-{path}"


def _moves(at: Pixels) -> dict[int, str]:
    """The frames in which the place changes.

    >>> _moves([(0, 0), (0, 0), (40, 0)])
    {0: 'transform:translate(0px,0px)', 2: 'transform:translate(40px,0px)'}
    """
    changes = [frame for frame, place in enumerate(at) if frame == 0 or place != at[frame - 1]]
    return {frame: f"transform:translate({at[frame][0]}px,{at[frame][1]}px)" for frame in changes}
