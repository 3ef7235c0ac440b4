"""Floor 0: packages whose names are loaded when first used.

An answer should not wait for what it does not need: each module costs a part of a millisecond, and there are many.
"""

from collections.abc import Callable, Mapping


def loader(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """The `__getattr__` of a package (PEP 562), each of whose names comes from the module that is its home.

    >>> loader("numbers", {"Fraction": "fractions"})("Fraction").__name__
    'Fraction'
    """

    def load(name: str) -> object:
        if name in homes:
            from importlib import import_module

            return getattr(import_module(homes[name]), name)
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return load
