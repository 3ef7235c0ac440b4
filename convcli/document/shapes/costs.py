"""What layers cost: parameters, multiply-adds and memory, with the numbers put in."""

from decimal import Decimal

from convcli.document.model import Line, Role, Span, text
from convcli.layers import BYTES, Fitted, Kind, Stack

_UNITS = ("KiB", "MiB", "GiB", "TiB", "PiB", "EiB")


def cost(net: Stack, dtype: str) -> list[Line]:
    """Parameters, multiply-adds and memory of the whole stack; of a single layer with their derivation."""
    fit = net.layers[0] if len(net.layers) == 1 else None
    lines = []
    if fit is not None and fit.layer.kind.pools:
        lines.append(_line("parameters", "none: pooling has no weights, and multiplies nothing"))
    else:
        lines.append((_label("parameters"), *(_parameters(fit) if fit else _number(net.parameters))))
        lines.append((_label("MACs"), *(_macs(fit) if fit else _number(net.macs)), *_convention(net)))
    lines.append(_line("memory", f"in {dtype}, {BYTES[dtype]} {'byte' if BYTES[dtype] == 1 else 'bytes'} a number"))
    amounts = {"input": net.input.elements, "output": net.output.elements, "parameters": net.parameters}
    if fit is None:
        amounts = {
            "parameters": net.parameters,
            "activations": net.activations,
            "at once": net.widest,
        }
    said = {"activations": "the input and every output, as training keeps them",
            "at once": "the largest input and output of one layer, as running it needs"}  # fmt: skip
    for name, count in amounts.items():
        if count:
            after = f"; {said[name]}" if name in said else ""
            lines.append(text(Span(Role.NOTE, f"  {name}"), f"{memory(count * BYTES[dtype])}{after}"))
    return lines


def memory(count: int) -> str:
    """An amount of memory, exactly and as people say it.

    >>> memory(602112), memory(512), memory(10**400)[-15:]
    ('602,112 bytes (588 KiB)', '512 bytes', '(8.67e+381 EiB)')
    """
    power = (count >= 1024) + sum(count >= 1000 * 1024**unit for unit in range(1, len(_UNITS)))
    said = f"{count:,} {'byte' if count == 1 else 'bytes'}"
    if not power:
        return said
    digits, e, exponent = f"{Decimal(count) / 1024**power:.3g}".partition("e")
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return f"{said} ({digits}{e}{exponent} {_UNITS[power - 1]})"


def share(part: int, whole: int) -> str:
    """A part in per cent, of which only all is 100.

    >>> share(169, 225), share(999999, 1000000), share(5, 5)
    ('75.1 %', '99.9 %', '100 %')
    """
    return f"{1000 * part // whole / 10:g} %"


def _label(name: str) -> Span:
    return Span(Role.NOTE, name)


def _line(name: str, said: str) -> Line:
    return text(_label(name), said)


def _number(count: int) -> Line:
    return text(Span(Role.OUTPUT, f"{count:,}"))


def _parameters(fit: Fitted) -> Line:
    """O·(C/G)·k·k + O with its numbers."""
    ks = "·".join(["k"] * len(fit.axes))
    letters, numbers = f"O·C·{ks}", f"{fit.channels_out}·{fit.channels_in}"
    if fit.groups > 1:
        letters, numbers = f"O·(C/G)·{ks}", f"{fit.channels_out}·({fit.channels_in}/{fit.groups})"
    numbers += "".join(f"·{axis.kernel}" for axis in fit.axes)
    letters, numbers = (f"{letters} + O", f"{numbers} + {fit.biases}") if fit.biases else (letters, numbers)
    return text(f"{letters} = {numbers} = ", *_number(fit.parameters))


def _macs(fit: Fitted) -> Line:
    """Each weight is multiplied once for each place."""
    transposed = fit.layer.kind is Kind.TRANSPOSED
    sizes = fit.input.sizes if transposed else fit.output.sizes
    batch = "" if (fit.input.batch or 1) == 1 else f"{fit.input.batch}·"
    what = ("input" if transposed else "output") + (" place" if fit.places == 1 else " places")
    weights = f"{fit.weights:,} {'weight' if fit.weights == 1 else 'weights'}"
    return text(f"{weights} · {batch}{'·'.join(map(str, sizes))} {what} = ", *_number(fit.macs))


def _convention(net: Stack) -> Line:
    """How many multiply-adds have to do with real numbers."""
    if net.macs_touching == net.macs:
        return ()
    kinds = {each.layer.kind for each in net.layers if each.macs_touching != each.macs}
    if Kind.TRANSPOSED not in kinds:
        what = "touch real input, the others padding"
    elif kinds == {Kind.TRANSPOSED}:
        what = "add to the output, the others to what is cropped"
    else:
        what = "count; the others touch padding, or add to what is cropped"
    touching = Span(Role.OUTPUT, f"{net.macs_touching:,}")
    return text(", of which ", touching, f" ({share(net.macs_touching, net.macs)}) {what}")
