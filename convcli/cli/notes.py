"""What is said on stderr beside a result: settings that had no effect, operands that were altered."""

from collections.abc import Iterator

from convcli.axis import PaddingMode
from convcli.cli.options import Common
from convcli.engine import Result
from convcli.errors import plural
from convcli.numbers.arithmetic import INTEGERS, Overflow
from convcli.problem import Convolution, Problem

TYPE_CHECKING = False  # typing's, which type checkers know by this name
if TYPE_CHECKING:
    from convcli.cli.convolution.flags import Flags  # whose package needs this module
    from convcli.cli.effort import Effort

ALTERED = {Overflow.WRAP: "wrapped", Overflow.SATURATE: "saturated"}


def of_numbers(problem: Problem, flags: Common, *, whole: bool) -> Iterator[str]:
    """What became of the numbers; the input is looked through only as a `whole`."""
    arithmetic = problem.arithmetic
    if flags.overflow is not None and arithmetic.name not in INTEGERS:
        yield f"--overflow has no effect on {arithmetic.name} numbers"
    if arithmetic.overflow not in ALTERED:  # what does not fit is refused when it is taken
        return
    for role, count in (problem.altered if whole else problem.altered_weights).items():
        verb = ("was " if count == 1 else "were ") + ALTERED[arithmetic.overflow]
        yield f"{plural(count, 'value')} of the {role} {verb} to fit {arithmetic.name}"


def of_roots(result: Result[Problem]) -> Iterator[str]:
    """That an exact arithmetic has numbers in it which no fraction equals."""
    if result.problem.arithmetic.name == "exact" and not result.output.is_exact:
        yield "some roots are irrational, so each number was rounded once to the nearest double"


def of_memory(effort: "Effort | None") -> Iterator[str]:
    """That the whole output is held in memory, where less is asked for."""
    if effort is not None and effort.memory is not None:
        kinds = "convolutions, transposed or not, whose numbers go to a .npy file and fit 64 bits"
        yield f"--memory has no effect but on {kinds}"


def of_padding(problem: Convolution, flags: "Flags") -> Iterator[str]:
    """Settings of padding where there is none to set."""
    spec = problem.spec
    if flags.pad_value is not None and spec.mode is not PaddingMode.ZEROS:
        yield f"--pad-value has no effect with --padding-mode {spec.mode.value}"
    elif flags.pad_value is not None and not spec.is_padded:
        yield "--pad-value has no effect without --padding"
    if flags.padding_mode is not None and not spec.is_padded:
        yield "--padding-mode has no effect without --padding"
