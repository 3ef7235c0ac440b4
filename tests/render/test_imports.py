"""What is imported for which output: Rich for colours and pictures only, the document for documents only."""

import subprocess
import sys

import pytest


def loaded(code: str) -> list[str]:
    """The packages among those watched that `code` loads in a fresh process."""
    watched = "{'rich', 'yaml', 'typer', 'textual', 'convcli.document', 'convcli.trace'}"
    names = "sorted({n if n.startswith('convcli.') else n.partition('.')[0] for n in sys.modules}"
    program = f"import sys\n{code}\nprint(*{names} & {watched}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.parametrize(
    ("code", "modules"),
    [
        ("from convcli.render import to_plain, to_csv, to_npy", []),
        ("from convcli.render import to_mapping", []),
        (
            "from convcli.render import plain_text, html_fragment, terminal_text, picture",
            ["convcli.document", "convcli.trace"],
        ),
        (
            "from convcli.render import terminal_text; terminal_text((), 80)",
            ["convcli.document", "convcli.trace", "rich"],
        ),
    ],
)
def test_each_output_loads_what_it_needs(code: str, modules: list[str]) -> None:
    assert loaded(code) == modules
