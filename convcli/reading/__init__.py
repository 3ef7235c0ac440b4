"""Floor 7: text, files and names to tensors and settings, with the place of every mistake."""

from convcli.lazy import loader
from convcli.reading.settings import (
    parse_choice,
    parse_flag,
    parse_index,
    parse_integers,
    parse_number,
    parse_padding,
)
from convcli.reading.tensors import read_tensor

__getattr__ = loader(
    __name__, dict.fromkeys(("ProblemFile", "Setting", "read_problem"), "convcli.reading.problem_file")
)

__all__ = [
    "ProblemFile",
    "Setting",
    "parse_choice",
    "parse_flag",
    "parse_index",
    "parse_integers",
    "parse_number",
    "parse_padding",
    "read_problem",
    "read_tensor",
]

TYPE_CHECKING = False  # typing's, which type checkers know by this name
if TYPE_CHECKING:
    from convcli.reading.problem_file import ProblemFile, Setting, read_problem
