"""Floor 5: how one output element came to be, in Python's own numbers; the readable reference."""

from convcli.trace.convolution import Cells, Step, Term, Trace, Window, exact_sum

__all__ = ["Cells", "Step", "Term", "Trace", "Window", "exact_sum"]
