"""Floor 4: the numbers of an operation, fast. `run` plans, computes and rounds; it never formats."""

from convcli.engine.products import Means
from convcli.engine.run import Result, Streamed, run, stream, streamed_as
from convcli.engine.threads import Tick

__all__ = ["Means", "Result", "Streamed", "Tick", "run", "stream", "streamed_as"]
