"""What is said on stderr beside a result: settings that had no effect, operands that were altered."""

from collections.abc import Iterator

from convcli.axis import PaddingMode
from convcli.cli.options import Flags
from convcli.errors import plural
from convcli.numbers.arithmetic import INTEGERS, Overflow
from convcli.problem import Problem

ALTERED = {Overflow.WRAP: "wrapped", Overflow.SATURATE: "saturated"}


def notes(problem: Problem, flags: Flags, *, whole: bool) -> Iterator[str]:
    """One line for each thing that the user may not have meant; the input is looked through only as a `whole`."""
    arithmetic, spec = problem.arithmetic, problem.spec
    if flags.overflow is not None and arithmetic.name not in INTEGERS:
        yield f"--overflow has no effect on {arithmetic.name} numbers"
    if flags.pad_value is not None and spec.mode is not PaddingMode.ZEROS:
        yield f"--pad-value has no effect with --padding-mode {spec.mode.value}"
    elif flags.pad_value is not None and not spec.is_padded:
        yield "--pad-value has no effect without --padding"
    if flags.padding_mode is not None and not spec.is_padded:
        yield "--padding-mode has no effect without --padding"
    for role, count in (problem.altered if whole else problem.altered_weights).items():
        verb = ("was " if count == 1 else "were ") + ALTERED[arithmetic.overflow]
        yield f"{plural(count, 'value')} of the {role} {verb} to fit {arithmetic.name}"
