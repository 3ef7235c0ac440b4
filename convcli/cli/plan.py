"""How a result was computed, in words: what `--explain-plan` says on stderr."""

from collections.abc import Iterator

from convcli.cli.amounts import duration, memory, rate
from convcli.cli.effort import Effort
from convcli.cli.form import Form
from convcli.cli.world import World
from convcli.document.model import Heading, Paragraph, Role, Span, text
from convcli.engine import Means
from convcli.engine.blas import kernels
from convcli.engine.outline import Outline, outline
from convcli.errors import plural
from convcli.problem import Bilinear
from convcli.render import plain_text
from convcli.spec.base import times

EXACT_TO = {"float32": 24, "float64": 53}
"""Bits up to which a float type has every integer."""


def tell(problem: Bilinear, means: Means, effort: Effort, seconds: float, form: Form, world: World) -> None:
    """Say how `problem` was computed with these means, which were allowed that effort, in so many seconds."""
    plan = outline(problem, means)
    rows = (*_rows(problem, plan), ("threads", _threads(plan, means, effort)), ("memory", _memory(problem, plan)))
    taken = f"{duration(seconds)}, {rate(plan.work / max(seconds, 1e-9), 'MAC')}"
    if (processor := kernels()) is not None:  # sums of floats may end otherwise with another's
        taken += f"; OpenBLAS for {processor}"
    lines = tuple(text(Span(Role.NOTE, name), said) for name, said in (*rows, ("time", taken)))
    title = text(f"convcalc: plan: {problem.op}: {problem.spec}")
    document = (Heading(1, title), Paragraph(lines, indent=2, hang=1))
    world.say(plain_text(document, form.width, ascii=form.ascii).rstrip("\n"))


def _rows(problem: Bilinear, plan: Outline) -> Iterator[tuple[str, str]]:
    several = sum(part.phases for part in plan.parts) > 1
    for part in plan.parts:
        yield "method", (f"{plural(part.phases, 'phase')} " if several else "") + f"{part.method}: {part.says}"
        yield "why", part.why
        yield "blocks", f"{part.blocks}, each {times(part.block)} of the output at most" if part.blocks > 1 else "1"
    yield "arithmetic", _arithmetic(problem, plan)
    yield "multiply-adds", f"{plan.work:,}" + (f", each {plan.products} products of limbs" if plan.products > 1 else "")


def _arithmetic(problem: Bilinear, plan: Outline) -> str:
    rule = problem.arithmetic.rule
    if problem.arithmetic.is_float:
        return rule
    if plan.dtype is None or plan.limbs is None:
        return f"{rule}; in Python's integers"
    bound = f"which has every integer up to 2^{EXACT_TO[plan.dtype]}; no sum of magnitudes is larger"
    if plan.limbs.whole:
        return f"{rule}; on {plan.dtype}, {bound}"
    limbs = (plan.limbs.x[1], plan.limbs.w[1])
    first, second = (f"{name} in {count}" for name, count in zip(_operands(problem), limbs, strict=True))
    return f"{rule}; in {times(limbs)} limbs, {first} and {second}, on {plan.dtype}, {bound}"


def _operands(problem: Bilinear) -> tuple[str, str]:
    """What the two operands are called."""
    return ("dy" if problem.symbol == "dx" else "input"), ("dy" if problem.symbol in ("dw", "db") else "kernel")


def _threads(plan: Outline, means: Means, effort: Effort) -> str:
    if plan.threads == effort.threads:
        return str(plan.threads)
    why = "there is no room for more blocks at once"
    if plan.threads < means.threads:
        most = max(part.blocks for part in plan.parts)
        why = "there are no more blocks" if most <= plan.threads else "it is too little work for more"
    return f"{plan.threads} of {effort.threads}, as {why}"


def _memory(problem: Bilinear, plan: Outline) -> str:
    names, sizes = (*_operands(problem), "output"), (plan.input, plan.kernel, plan.output)
    whole = ", ".join(f"{name} {_size(size)}" for name, size in zip(names, sizes, strict=True))
    held = " and ".join(
        f"{part.at_once} × {_size(part.held)}".replace(" ", "\N{NO-BREAK SPACE}") for part in plan.parts if part.held
    )
    return whole + (f"; blocks {held}" if held else "")


def _size(count: int) -> str:
    return memory(count).replace(" ", "\N{NO-BREAK SPACE}")
