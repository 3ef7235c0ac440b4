"""Floor 3: tensors and the spec they agree with, in one layout."""

from convcli.problem.convolution import Problem, problem

__all__ = ["Problem", "problem"]
