"""Floor 7: text, files and names to tensors and settings, with the place of every mistake."""

from convcli.reading.problem_file import ProblemFile, Setting, read_problem
from convcli.reading.settings import (
    parse_choice,
    parse_flag,
    parse_index,
    parse_integers,
    parse_number,
    parse_padding,
)
from convcli.reading.tensors import read_tensor

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
