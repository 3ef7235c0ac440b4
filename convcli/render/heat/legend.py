"""What the colours and shades of a heat map stand for, in numbers, and what is not in it."""

from dataclasses import dataclass

import numpy as np

from convcli.errors import plural
from convcli.numbers.show import display
from convcli.numbers.tensor import Tensor
from convcli.render.heat.cells import Signs
from convcli.render.heat.colors import Ramp
from convcli.render.heat.planes import Plan
from convcli.render.heat.scale import Scale

_BAR = 24  # columns of the scale, of an even count


@dataclass(frozen=True, slots=True)
class Legend:
    """The tensor that is drawn, on which scale, and with which signs or colours."""

    tensor: Tensor
    scale: Scale
    signs: Signs
    ramp: Ramp | None
    precision: int
    ascii: bool

    def lines(self, width: int, plan: Plan, planes: int, marked: set[int]) -> list[str]:
        """The scale, and under it what else there is to say, for a drawing with these marks in it."""
        lines = [self._scale(width) + self._marks(marked)]
        if self.scale.diverges and self.scale.low != -self.scale.high:
            lines.append(f"values from {self._number(self.scale.low)} to {self._number(self.scale.high)}")
        if plan.by != (1, 1):
            rows, columns = plan.by
            lines.append(f"each cell: of {rows}x{columns} elements the one of largest magnitude")
        if left := planes - plan.count:
            dots = "..." if self.ascii else "…"
            lines.append(f"{dots} {plural(left, 'more plane')} of {planes:,} not shown")
        return lines

    def _scale(self, width: int) -> str:
        scale = self.scale
        if not scale.finite:
            return "no value is finite"
        if scale.low == scale.high:
            return f"every finite value is {self._number(scale.low)}"
        first, last = map(self._number, scale.ends)
        if self.ramp is None:
            above = [self.signs.cell(level + 1) for level in range(len(self.signs.shades))]
            below = [self.signs.cell(-level - 1) for level in reversed(range(len(self.signs.shades)))]
            return " ".join(
                [first, *below, "0 is blank", *above, last] if scale.diverges else [first, "is blank", *above, last]
            )
        room = max(width - len(first) - len(last) - 5, 2)
        half = min(room, _BAR) // 2
        if scale.diverges:
            return f"{first} {self._bar(-1, 0, half)} 0 {self._bar(0, 1, half)} {last}"
        return f"{first} {self._bar(0, 1, 2 * half)} {last}"

    def _bar(self, start: float, end: float, columns: int) -> str:
        assert self.ramp is not None
        levels = self.ramp.levels(np.linspace(start, end, columns), diverges=self.scale.diverges)
        return "".join(f"\x1b[{self.ramp.behind[level]}m " for level in levels.tolist()) + "\x1b[0m"

    def _marks(self, marked: set[int]) -> str:
        signs = self.signs
        words = {1: f"{signs.infinite} inf", 2: f"{signs.negative_infinite} -inf", 3: f"{signs.nan} nan"}
        return "".join(f"   {word}" for mark, word in words.items() if mark in marked)

    def _number(self, value: int | float) -> str:
        text = display(self.tensor.number(value), self.precision, self.tensor.dtype)
        return text.replace("…", "...").replace("\N{NO-BREAK SPACE}", " ") if self.ascii else text
