"""Floor 4: the numbers of an operation, fast. `run` plans, computes and rounds; it never formats."""

from convcli.engine.algorithm import Tick
from convcli.engine.run import Result, run

__all__ = ["Result", "Tick", "run"]
