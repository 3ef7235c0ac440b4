"""Rows of words and numbers that stand in columns, and under their names."""

from collections.abc import Collection, Mapping, Sequence

from convcli.document.model import Line, Role, Span

_GAP = "  "


def aligned(
    rows: Sequence[Sequence[str]], right: Collection[int] = (), roles: Mapping[int, Role] | None = None
) -> list[Line]:
    """The rows as lines, the columns of `right` ending at one place; `roles` says what the text of a column is."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        line: list[Span] = []
        for column, (cell, width) in enumerate(zip(row, widths, strict=True)):
            space, gap = " " * (width - len(cell)), _GAP if column else ""
            before, after = (gap + space, "") if column in right else (gap, space)
            line += [Span(Role.TEXT, before), Span((roles or {}).get(column, Role.TEXT), cell), Span(Role.TEXT, after)]
        lines.append(tuple(span for span in line if span.text))
    return lines


def table(names: Sequence[str], rows: Sequence[Sequence[str]], right: Collection[int]) -> list[Line]:
    """Rows under the names of their columns, the first of which numbers them."""
    first, *lines = aligned([names, *rows], right, {0: Role.NOTE, 2: Role.OUTPUT})
    return [tuple(Span(Role.NOTE, span.text) for span in first), *lines]
