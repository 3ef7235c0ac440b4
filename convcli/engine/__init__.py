"""Floor 4: the numbers of an operation, fast. `run` plans, computes and rounds; it never formats."""

from convcli.engine.products import Means
from convcli.engine.run import Result, run, stream, streamed_as
from convcli.engine.threads import Tick

__all__ = ["Means", "Result", "Tick", "run", "stream", "streamed_as"]
