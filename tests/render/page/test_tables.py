"""The tables of a page: whatever meets by them is what makes each output element."""

from itertools import product
from typing import Any

import numpy as np
from hypothesis import given, settings

from convcli.problem import Problem
from convcli.render.page.tables import drawn, summands, tables
from convcli.trace import Step, trace_of
from tests.pools import pools
from tests.strategies import differentiated, problems, transposeds


def everything() -> Any:
    return (
        problems()
        | transposeds()
        | pools()
        | differentiated().map(lambda g: g.kernel)
        | differentiated().map(lambda g: g.input)
    )


@given(everything())
@settings(max_examples=150, deadline=None)
def test_tables_meet_as_the_trace_does(problem: Problem) -> None:
    lines, leads, x = tables(problem), summands(problem), problem.x
    assert [len(table.line) for table in lines] == list(drawn(problem))
    for at, step, parts in zip(
        product(*map(range, problem.spec.output_shape)),
        trace_of(problem),
        (lead for lead in leads for _ in range(int(np.prod(problem.spec.outputs)))),
        strict=True,
    ):
        lists = [table.meetings[out] for table, out in zip(lines, at[2:], strict=True)]
        patches = [term.patch for term in step.terms] if isinstance(step, Step) else [step.patch]
        for (_, item, channel, *_), patch in zip(parts, patches, strict=True):
            for told, meetings in zip(patch.ravel().tolist(), product(*lists), strict=True):
                index = [meeting[0] for meeting in meetings]
                if None not in index:
                    assert x.at((item, channel, *index)) == told  # type: ignore[arg-type]  # no None among them


@given(everything())
@settings(max_examples=100, deadline=None)
def test_what_is_read_is_what_is_drawn_at_its_place(problem: Problem) -> None:
    for table in tables(problem):
        for meetings in table.meetings:
            for source, _, lies, place in meetings:
                assert place is not None
                assert table.line[place] == [source, lies]
