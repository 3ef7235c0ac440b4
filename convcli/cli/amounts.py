"""Amounts as people say them, to three digits."""

BINARY = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")

SI = ("", "k", "M", "G", "T", "P", "E")


def memory(count: int) -> str:
    """An amount of memory.

    >>> memory(512), memory(600_000), memory(1023 * 2**20), memory(2**40)
    ('512 bytes', '586 KiB', '0.999 GiB', '1 TiB')
    """
    return " ".join(_in_units(count, 1024, BINARY))


def rate(count: float, unit: str) -> str:
    """So many units a second.

    >>> rate(12_345_678_900, "MAC"), rate(999.9, "MAC"), rate(0, "MAC")
    ('12.3 GMAC/s', '1 kMAC/s', '0 MAC/s')
    """
    number, prefix = _in_units(count, 1000, SI)
    return f"{number} {prefix}{unit}/s"


def duration(seconds: float) -> str:
    """A time.

    >>> duration(0.01234), duration(12.34), duration(75), duration(7384)
    ('0.0123 s', '12.3 s', '1 min 15 s', '2 h 3 min')
    """
    if seconds < 60:
        return f"{seconds:.3g} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _in_units(count: float, base: int, units: tuple[str, ...]) -> tuple[str, str]:
    power = 0
    while count >= 999.5 and power + 1 < len(units):
        count, power = count / base, power + 1
    return f"{count:.3g}", units[power]
