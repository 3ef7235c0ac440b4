"""Floor 7: documents and results as text for a terminal, a pipe, a page or another program. Nothing is computed here.

Rich is imported inside the functions that need it: machine formats and plain text must not wait for it.
"""
