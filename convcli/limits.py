"""Floor 1: how much text, data and work one run takes on before it asks.

Every size is computed in Python integers and checked here before anything of that size is allocated.
The command line binds these limits; the Python API binds none.
"""

from dataclasses import dataclass, fields

from convcli.errors import ConvError, FitError, InputError

ASTRONOMIC = 10**18
"""What no machine holds and no limit is raised to."""

_WHAT = {
    "text": ("bytes of text", InputError),
    "cells": ("numbers in one tensor", InputError),
    "depth": ("levels of nesting", InputError),
    "output": ("numbers in the output", FitError),
    "padded": ("numbers in the padded input", FitError),
    "products": ("products of single numbers", FitError),
    "work": ("multiply-adds", FitError),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most that is taken on; each is raised with `--limit NAME=COUNT`."""

    text: int = 64 * 2**20
    cells: int = 10**7
    depth: int = 64
    output: int = 10**8
    padded: int = 10**9
    products: int = 10**6
    work: int = 10**12

    def check(self, name: str, count: int, *, of: str) -> None:
        """Raise the limit's own error if `count` is past it; `of` says whose count it is.

        >>> Limits(work=100).check("work", 101, of="the convolution")
        Traceback (most recent call last):
            ...
        convcli.errors.FitError: the convolution is larger than convcalc takes on unasked
          given     101 multiply-adds
          expected  at most 100
          fix       raise the limit with --limit work=101
        """
        if count > getattr(self, name):
            shown = f"{count:,}" if count < ASTRONOMIC else f"over {ASTRONOMIC:,}"
            raise self.exceeded(name, shown, of=of, enough=count)

    def exceeded(self, name: str, count: str, *, of: str, enough: int | None = None) -> ConvError:
        """The error of a limit passed; `enough` is a limit that would let it through, where known."""
        unit, kind = _WHAT[name]
        limit = int(getattr(self, name))
        wanted = limit * 10 if enough is None else enough
        return kind(
            f"{of} is larger than convcalc takes on unasked",
            given=f"{count} {unit}",
            expected=f"at most {limit:,}",
            fix=f"raise the limit with --limit {name}={wanted}" if wanted < ASTRONOMIC else "ask for less",
        )


NAMES = tuple(field.name for field in fields(Limits))
