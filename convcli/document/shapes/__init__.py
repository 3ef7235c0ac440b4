"""What there is to say about layers without data: sizes, costs, receptive fields, and the inverse questions."""

from convcli.document.shapes.explain import explain_stack
from convcli.document.shapes.inverse import explain_inputs, explain_settings

__all__ = ["explain_inputs", "explain_settings", "explain_stack"]
