"""Floor 4: the numbers of a convolution, fast. `run` plans, computes and rounds; it never formats."""

from convcli.engine.run import Result, run

__all__ = ["Result", "run"]
