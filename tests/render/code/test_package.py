"""The package's names, and what they load."""

from importlib import import_module

import pytest

from tests.cli.running import ROOT
from tests.render.test_imports import loaded

PACKAGE = "convcli.render.code"


def test_every_name_is_there_and_no_module_has_it() -> None:
    module = import_module(PACKAGE)
    modules = {path.stem for path in (ROOT / "convcli" / "render" / "code").iterdir()}
    for name in module.__all__:
        assert getattr(module, name) is getattr(module, name)
        assert name not in modules, name


@pytest.mark.parametrize(
    ("code", "modules"),
    [
        (f"from {PACKAGE} import FRAMEWORKS", []),
        (f"from {PACKAGE} import script, model, archive", ["convcli.document", "convcli.trace"]),
    ],
)
def test_what_is_loaded(code: str, modules: list[str]) -> None:
    assert loaded(code) == modules


def test_frameworks_are_not_loaded_by_what_writes_for_them() -> None:
    homes = import_module(f"{PACKAGE}.scripts").HOMES
    code = f"import {', '.join(homes.values())}, {PACKAGE}.in_onnx"
    assert loaded(f"{code}\nassert not {{'torch', 'tensorflow', 'jax', 'onnx'}} & set(sys.modules)") != []
    assert tuple(homes) == import_module(PACKAGE).FRAMEWORKS
