"""Every refusal of a text, by its whole message."""

from pathlib import Path

import pytest

from convcli.errors import InputError
from tests.reading.helpers import problem_file, read
from tests.reading.refusals import REFUSALS


@pytest.mark.parametrize(("kind", "source", "message"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_says_all_of_this(
    kind: str, source: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name = "p.yaml" if kind == "problem" else f"x{kind}"
    if kind != "inline":
        Path(name).write_text(source, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        refused(kind, source, name)
    assert str(caught.value) + "\n" == message


def refused(kind: str, source: str, name: str) -> object:
    if kind == "problem":
        return problem_file(name)
    return read(source if kind == "inline" else name)
