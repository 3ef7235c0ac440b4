"""Expected texts kept in files: compared byte by byte, and rewritten by `pytest --update-goldens`."""

from pathlib import Path

import pytest


def check(path: Path, content: bytes, config: pytest.Config) -> None:
    """`content` must be what `path` holds; with --update-goldens it becomes so, and the diff is the review."""
    if config.getoption("--update-goldens"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    assert path.exists(), f"{path.name} is missing: run pytest --update-goldens and review it"
    assert content == path.read_bytes()
