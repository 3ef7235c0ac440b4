"""Methods in blocks of a size, whatever the planner would have taken."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace

import pytest

from convcli.engine import band, lower, plan, products, rows, stack
from convcli.engine.convolve import Sums, Work
from convcli.engine.method import Method
from convcli.spec import ConvSpec


@contextlib.contextmanager
def forced(method: Method, side: int | None = None) -> Iterator[None]:
    """Every convolution by `method`, its output cut into boxes of such sides, each group and channel by itself."""

    def planned(spec: ConvSpec, sums: Sums, *, memory: int | None = None) -> Work:
        cut = method.cut(spec)
        if side is not None:
            sides = [min(side, size) for size in spec.outputs]
            if method.name == "row-lowered":  # which takes whole rows
                sides[1:] = spec.outputs[1:]
            cut = replace(cut, sides=tuple(sides), groups=spec.groups, outs=spec.group_out)
        return Work(spec, method, "it was told to", sums, cut)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(products, "planned", planned)
        yield


@contextlib.contextmanager
def bands(columns: int) -> Iterator[None]:
    """Bands of rows, with so many columns at once, wherever there can be any, or none with 0: whatever BLAS does best."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "LARGE", 2)
        patch.setattr(rows, "columns_at_once", lambda rows, terms: columns)
        yield


@contextlib.contextmanager
def tiny_tiles() -> Iterator[None]:
    """Tiles, within blocks, of one row each."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (band, lower, rows, stack):
            patch.setattr(module, "TILE", 1)
        patch.setattr(lower, "LEAST", 2)
        plan.planned.cache_clear()
        yield
    plan.planned.cache_clear()
