"""Packages that load their names when first used, and what stays out of the way of a plain answer."""

from importlib import import_module
from pathlib import Path

import pytest

from convcli.lazy import loader
from tests.cli.running import ROOT
from tests.test_api import loaded_by

PACKAGES = (
    "convcli", "convcli.axis", "convcli.spec", "convcli.problem", "convcli.trace", "convcli.render",
    "convcli.render.code", "convcli.render.drawing", "convcli.render.page",
)  # fmt: skip


@pytest.mark.parametrize("package", PACKAGES)
def test_every_name_is_there_and_no_module_has_it(package: str) -> None:
    """A module of the same name would take the name's place as soon as it is imported."""
    module = import_module(package)
    folder = ROOT / Path(*package.split("."))
    modules = {path.stem for path in folder.iterdir() if path.suffix in ("", ".py")} - {"convolution"}
    for name in module.__all__:
        assert getattr(module, name) is getattr(module, name)
        assert name not in modules, name


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match=r"module 'convcli\.problem' has no attribute 'nothing'"):
        loader("convcli.problem", {})("nothing")


def test_a_plain_convolution_loads_nothing_of_its_relatives() -> None:
    code = "import sys; sys.argv = ['convcalc', '1d', '-i', '1 2', '-k', '1 1']; from convcli.cli.app import run; run(sys.argv[1:])"
    unwanted = ("transpos", "gradient", "pool", "trace", "document", "stamp", "layers")
    loaded = loaded_by(code)
    assert [name for name in loaded if name.startswith("convcli.") and any(word in name for word in unwanted)] == []
