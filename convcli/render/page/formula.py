"""What every output element is, with the problem's own numbers in its indices: y[i] = Σ_u x[2·i + u - 1] · w[u].

Output places are i, j (h before them in a volume), taps are u, v (t), input places that are summed over p, q (r). What
has one place only is 0 and needs no letter.
"""

from collections.abc import Sequence

from convcli.axis import Axis, TransposedAxis
from convcli.document import Line, Role, Span
from convcli.layout import View
from convcli.problem import Bilinear, Convolution, KernelGradient, Pooling, Problem, Transposed
from convcli.settings import PoolKind

OUTS = {1: ("i",), 2: ("i", "j"), 3: ("h", "i", "j")}
TAPS = {1: ("u",), 2: ("u", "v"), 3: ("t", "u", "v")}
PLACES = {1: ("p",), 2: ("p", "q"), 3: ("r", "p", "q")}
ONLY = "0"

Letters = tuple[str, ...]


def formula(problem: Problem) -> Line:
    """The formula of an output element.

    >>> from convcli.numbers.tensor import Tensor
    >>> from convcli.problem import convolution
    >>> from convcli.settings import Settings
    >>> settings = Settings(stride=2, padding=1)
    >>> problem = convolution(Tensor.of([[1, 2], [3, 4]]), Tensor.of([[1, 1]]), rank=2, settings=settings)
    >>> "".join(span.text for span in formula(problem))
    'y[i, j] = Σ_v x[2·i - 1, 2·j + v - 1] · w[0, v]'
    """
    if isinstance(problem, Pooling):
        return _pooling(problem)
    if isinstance(problem, KernelGradient):
        return _of_kernel(problem) if problem.symbol == "dw" else _of_bias(problem)
    if isinstance(problem, Transposed):
        return _transposed(problem)
    assert isinstance(problem, Convolution)
    return _convolution(problem)


def _convolution(problem: Convolution) -> Line:
    spec = problem.spec
    outs, taps = OUTS[spec.rank], _letters(TAPS, spec.kernels)
    channel = "c" if spec.group_in > 1 else ONLY
    reads = _of_group(spec.groups, spec.group_in, _group("o", spec.group_out), channel)
    return (
        Span(Role.OUTPUT, _element("y", problem.view, "n", "o", outs)),
        _over(channel, *taps),
        Span(Role.INPUT, _element("x", problem.input_view, "n", reads, _windows(spec.axes, taps))),
        Span(Role.TEXT, " · "),
        Span(Role.KERNEL, _weight(problem.view, "o", channel, _read(spec.axes, taps, flipped=spec.flipped))),
        *_bias(problem),
    )


def _transposed(problem: Transposed) -> Line:
    """A transposed convolution; or the gradient of an input, whose output channels are input channels."""
    from convcli.problem import InputGradient

    spec, is_gradient = problem.spec, isinstance(problem, InputGradient)
    out, within = ("c", "o") if is_gradient else ("o", "c")
    taps, places = _letters(TAPS, spec.kernels), _letters(PLACES, spec.sizes)
    channel = within if spec.group_in > 1 else ONLY
    reads = _of_group(spec.groups, spec.group_in, _group(out, spec.group_out), channel)
    second = ONLY if spec.group_out == 1 else out if spec.groups == 1 else f"{out} mod {spec.group_out}"
    pairs = zip(spec.axes, places, taps, OUTS[spec.rank], strict=True)
    where = ", ".join(
        f"{_sum(_times(axis.stride, place), _times(axis.dilation, tap), -axis.pad_before)} = {at}"
        for axis, place, tap, at in pairs
    )
    kernel = problem.forward.view if isinstance(problem, InputGradient) else problem.view
    return (
        Span(Role.OUTPUT, _element(problem.symbol, problem.view, "n", out, OUTS[spec.rank])),
        _over(channel, *places, *taps),
        Span(Role.INPUT, _element("dy" if is_gradient else "x", problem.input_view, "n", reads, places)),
        Span(Role.TEXT, " · "),
        Span(Role.KERNEL, _weight(kernel, reads, second, _read(spec.axes, taps, flipped=spec.flipped))),
        *_bias(problem),
        Span(Role.NOTE, f" over all with {where}{_folded(spec.axes)}"),
    )


def _of_kernel(problem: KernelGradient) -> Line:
    forward = problem.forward
    spec = forward.spec
    taps, outs = _letters(TAPS, spec.kernels), _letters(OUTS, spec.outputs)
    channel = "c" if spec.group_in > 1 else ONLY
    reads = _of_group(spec.groups, spec.group_in, _group("o", spec.group_out), channel)
    item = "n" if spec.batch > 1 else ONLY
    windows = _windows(spec.axes, _read(spec.axes, taps, flipped=spec.flipped), outs)
    return (
        Span(Role.OUTPUT, _element("dw", problem.view, "o", channel, taps)),
        _over(item, *outs),
        Span(Role.INPUT, _element("x", problem.input_view, item, reads, windows)),
        Span(Role.TEXT, " · "),
        Span(Role.KERNEL, _element("dy", forward.view, item, "o", outs)),
    )


def _of_bias(problem: KernelGradient) -> Line:
    spec = problem.forward.spec
    item, outs = "n" if spec.batch > 1 else ONLY, _letters(OUTS, spec.outputs)
    summed = Span(Role.KERNEL, _element("dy", problem.forward.view, item, "o", outs))
    return (Span(Role.OUTPUT, "db[o]"), _over(item, *outs), summed)


def _pooling(problem: Pooling) -> Line:
    spec = problem.spec
    taps = _letters(TAPS, spec.kernels)
    reads = Span(Role.INPUT, _element("x", problem.input_view, "n", "c", _windows(spec.axes, taps)))
    output = Span(Role.OUTPUT, _element("y", problem.view, "n", "c", OUTS[spec.rank]))
    over = ",".join(letter for letter in taps if letter != ONLY) or ONLY
    if spec.kind is PoolKind.MAX:
        return (output, Span(Role.TEXT, f" = max_{over} "), reads)
    if spec.kind is PoolKind.AVERAGE:
        below = str(spec.divisor) if spec.divisor is not None else "how many cells count"
        return (output, Span(Role.TEXT, f" = (Σ_{over} "), reads, Span(Role.TEXT, f") / {below}"))
    if spec.power == 1:
        return (output, Span(Role.TEXT, f" = Σ_{over} |"), reads, Span(Role.TEXT, "|"))
    end = Span(Role.TEXT, f"|^{spec.power})^(1/{spec.power})")
    return (output, Span(Role.TEXT, f" = (Σ_{over} |"), reads, end)


def _letters(letters: dict[int, Letters], lengths: Sequence[int]) -> Letters:
    """A letter for each axis that is longer than one."""
    pairs = zip(letters[len(lengths)], lengths, strict=True)
    return tuple(letter if length > 1 else ONLY for letter, length in pairs)


def _over(*letters: str) -> Span:
    """The sum over some letters; of one product where there are none."""
    summed = ",".join(letter for letter in letters if letter != ONLY)
    return Span(Role.TEXT, f" = Σ_{summed} " if summed else " = ")


def _bias(problem: Bilinear) -> Line:
    return () if problem.bias is None else (Span(Role.TEXT, " + "), Span(Role.BIAS, "b[o]"))


def _weight(view: View, first: str, second: str, taps: Letters) -> str:
    """An element of the kernel; without its channels where data has none."""
    return f"w[{', '.join((first, second, *taps) if view.channels else taps)}]"


def _element(symbol: str, view: View, first: str, second: str, places: Letters) -> str:
    """An element by what stands for its indices, as it is laid out."""
    letters = (first, second, *places)
    return f"{symbol}[{', '.join(letters[axis] for axis in view.order)}]"


def _group(out: str, size: int) -> str:
    """The number of an output channel's group."""
    return out if size == 1 else f"⌊{out}/{size}⌋"


def _of_group(groups: int, size: int, group: str, within: str) -> str:
    """The channel that is read: of several groups, that in the output channel's."""
    return within if groups == 1 else _sum(_times(size, group), within)


def _windows(axes: Sequence[Axis], taps: Letters, outs: Letters = ()) -> Letters:
    """Where taps lie on the input: 2·i + u - 1."""
    return tuple(
        _sum(_times(axis.stride, out), _times(axis.dilation, tap), -axis.pad_before)
        for axis, out, tap in zip(axes, outs or OUTS[len(axes)], taps, strict=True)
    )


def _read(axes: Sequence[Axis | TransposedAxis], taps: Letters, *, flipped: bool) -> Letters:
    """The kernel's index, which runs backwards if it is read so."""
    pairs = zip(axes, taps, strict=True)
    return tuple(f"{axis.kernel - 1} - {tap}" if flipped and tap != ONLY else tap for axis, tap in pairs)


def _times(factor: int, index: str) -> str:
    if factor == 1 or index == ONLY:
        return index
    return f"{factor}·({index})" if " " in index else f"{factor}·{index}"


def _sum(one: str, other: str, more: int = 0) -> str:
    """Two indices added, and a number that is not positive."""
    parts = " + ".join(part for part in (one, other) if part != ONLY)
    return (f"{parts} - {-more}" if more else parts) if parts else str(more)


def _folded(axes: Sequence[TransposedAxis]) -> str:
    """What is added besides, where the padding mode showed an element more than once."""
    mode = axes[0].mode.value
    cropped = any(axis.pad_before or axis.pad_after for axis in axes)
    return f", or at a place where {mode} padding shows the element" if mode != "zeros" and cropped else ""
