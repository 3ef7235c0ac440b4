"""Changing settings: by a step, to the next choice, to a text; and from one operation to another."""

from dataclasses import replace
from typing import Any

from convcli.axis import PaddingMode
from convcli.errors import ConvError, plural
from convcli.problem import Problem
from convcli.reading.wording import did_you_mean
from convcli.request import operation
from convcli.settings import PoolKind
from convcli.workbench.asking import changed
from convcli.workbench.edit import with_tensor, with_text
from convcli.workbench.state import State, refusing, saying

DEFAULTS = {
    "stride": "1", "padding": "0", "dilation": "1", "groups": "1", "padding-mode": "zeros", "flip": "false",
    "transposed": "false", "kind": "max", "ceil": "false", "global": "false", "output-padding": "0",
    "count-include-pad": "true", "power": "2",
}  # fmt: skip
"""What a setting is where nothing is said of it; pooling steps by its window."""

OF_CONVOLUTIONS = ("groups", "padding-mode", "pad-value", "flip", "transposed", "output-padding", "output-size")
OF_POOLING = ("kind", "kernel-size", "global", "ceil", "count-include-pad", "divisor", "power")


def current(state: State, name: str) -> str:
    """What a setting is, in its spelling on the command line."""
    if name in state.asked.texts:
        return state.asked.texts[name]
    if name == "stride" and state.asked.command.startswith("pool"):
        return current(state, "kernel-size")
    if name == "kernel-size":  # of global pooling
        return ",".join(map(str, _window(state.problem)))
    return DEFAULTS.get(name, "")


def assigned(state: State, name: str, text: str | None) -> State:
    """A setting is what a text says; without one, what it is by default."""
    known = operation(state.asked.command).parsers
    if name not in known:
        return refusing(state, unknown(name, tuple(known)))
    keeps = name == "stride" and state.asked.command.startswith("pool")  # where 1 is not what goes without saying
    said = None if text in (None, DEFAULTS.get(name)) and not (keeps and text) else text
    try:
        asked = with_text(state.asked, name, said)
    except ConvError as error:
        return refusing(state, error)
    if name == "transposed":
        return _transposed(state, asked.settings.get(name, False))
    after = changed(state, asked)
    return after if after.refused else saying(after, f"{name} {current(after, name) or 'as by default'}")


def unknown(name: str, known: tuple[str, ...]) -> str:
    """What is wrong with the name of a setting, or another word, that there is not."""
    if name in OF_CONVOLUTIONS or name in OF_POOLING:
        return f"{name} is a setting of {'convolutions' if name in OF_CONVOLUTIONS else 'pooling'}"
    return f"there is no {name} here; {did_you_mean(name, known) or 'there are ' + ', '.join(known)}"


def nudged(state: State, name: str, by: int) -> State:
    """A setting of numbers, one larger or smaller along every axis."""
    if name not in operation(state.asked.command).parsers:
        return refusing(state, unknown(name, ()))
    text = current(state, name)
    if name == "padding" and not text[:1].isdigit():  # a rule's name: go on from the numbers that it gives
        text = ",".join(f"{before}:{after}" for before, after in _pads(state.problem))
    entries = [":".join(str(int(n) + by) for n in entry.split(":")) for entry in text.split(",")]
    return assigned(state, name, ",".join(entries))


def _pads(problem: Problem) -> tuple[tuple[int, int], ...]:
    of: Any = getattr(problem, "forward", problem)
    found: tuple[tuple[int, int], ...] = of.spec.pads
    return found


def regrouped(state: State) -> State:
    """The next number of groups that divides the channels on both sides and that the kernel fits."""
    if "groups" not in operation(state.asked.command).parsers:
        return refusing(state, "pooling takes each channel by itself")
    channels = state.problem.spec.channels_in
    now = int(current(state, "groups"))
    for groups in [*range(now + 1, channels + 1), *range(1, now)]:
        after = assigned(state, "groups", str(groups))
        if not after.refused:
            return after
    return refusing(state, f"no other number of groups fits the kernel and {plural(channels, 'input channel')}")


def remoded(state: State) -> State:
    """The next padding mode that this padding allows; what was passed over is said."""
    modes = [mode.value for mode in PaddingMode]
    now = modes.index(current(state, "padding-mode") or "zeros")
    passed: list[str] = []
    for mode in (*modes[now + 1 :], *modes[:now]):
        after = assigned(state, "padding-mode", mode)
        if not after.refused:
            return replace(after, said="; ".join([after.said, *passed]))
        passed.append(after.said)
    return refusing(state, passed[0])


def flipped(state: State) -> State:
    """The kernel is read the other way."""
    return assigned(state, "flip", "false" if current(state, "flip") == "true" else "true")


def ceiled(state: State) -> State:
    """The ceil mode of pooling, or the floor."""
    return assigned(state, "ceil", "false" if current(state, "ceil") == "true" else "true")


def transposed_toggled(state: State) -> State:
    """Convolution, or transposed convolution."""
    if state.asked.command == "1x1":
        return refusing(state, "a transposed 1x1 convolution is a 1x1 convolution with its kernel transposed")
    return assigned(state, "transposed", "false" if current(state, "transposed") == "true" else "true")


def _transposed(state: State, on: bool) -> State:
    """One or the other: what only one has is left out, and a kernel's channel axes change places where they must."""
    dropped = ("padding-mode", "pad-value", "grad") if on else ("output-padding", "output-size")
    texts = {name: said for name, said in state.asked.texts.items() if name not in ("transposed", *dropped)}
    wanted = operation(state.asked.command)
    tensors = {role: tensor for role, tensor in state.asked.tensors.items() if role != "dy"}
    asked = wanted.asked(
        state.asked.command, tensors, texts | ({"transposed": "true"} if on else {}), sources=state.asked.sources
    )
    said = "transposed convolution: each input element stamps the kernel" if on else "convolution"
    lost = [name for name in (*state.asked.texts, *state.asked.tensors) if name in (*dropped, "dy")]
    said += f"; without {' and '.join(lost)}, which u brings back" if lost else ""
    after = changed(state, asked, said)
    kernel, rank = asked.tensors["kernel"], state.problem.spec.rank
    if after.refused and len(kernel.shape) == rank + 2 and "kernel-layout" not in asked.texts:
        exchanged = with_tensor(asked, "kernel", kernel.with_values(kernel.values.swapaxes(0, 1)))
        if not (again := changed(state, exchanged, f"{said}; the kernel's channel axes changed places")).refused:
            return again
    return after


def operated(state: State) -> State:
    """The next operation on the same input: convolution, max, average and Lp pooling."""
    asked = state.asked
    kinds = [kind.value for kind in PoolKind]
    if not asked.command.startswith("pool"):
        return _pooled(state, kinds[0])
    place = kinds.index(current(state, "kind")) + 1
    if place < len(kinds):
        return _pooled(state, kinds[place])
    if state.left is None:
        return _pooled(state, kinds[0])
    back = with_tensor(state.left, "input", asked.tensors["input"], asked.sources.get("input"))
    return changed(state, back, "convolution, with its own settings again")


def _pooled(state: State, kind: str) -> State:
    asked = state.asked
    left_out = (*OF_CONVOLUTIONS, "kernel-layout", "grad", "divisor", "count-include-pad", "power", "kind")
    texts = {name: text for name, text in asked.texts.items() if name not in left_out}
    if "kernel-size" not in texts and "global" not in texts:
        texts["kernel-size"] = ",".join(map(str, _window(state.problem)))
        texts.setdefault("stride", "1")
    command, texts = f"pool{state.problem.spec.rank}d", texts | ({"kind": kind} if kind != "max" else {})
    tensors = {"input": asked.tensors["input"]}
    said = {"max": "max pooling", "avg": "average pooling", "lp": "Lp pooling: the root of the sum of squares"}[kind]
    after = changed(state, operation(command).asked(command, tensors, texts, sources=asked.sources), said)
    return after if after.refused or asked.command.startswith("pool") else replace(after, left=asked)


def _window(problem: Problem) -> tuple[int, ...]:
    """The kernel's size."""
    of: Any = getattr(problem, "forward", problem)
    found: tuple[int, ...] = of.spec.kernels
    return found
