"""What a block is to a reader, where the layout is not the terminal's."""

from enum import Enum, auto

from convcli.document import Block, Heading, Paragraph, Role, Working


class Kind(Enum):
    """Kinds of blocks."""

    HEADING = auto()
    PROSE = auto()
    LIST = auto()  # names, and what is said about each
    STEPS = auto()  # elements worked out one by one
    FIGURE = auto()  # other grids, tables and formulas


def kind_of(block: Block) -> Kind:
    """The kind of a block. What is named by a grid's, an element's or a place's name, or stands below such a name, are
    steps; a note is prose, however far in."""
    if isinstance(block, Heading):
        return Kind.HEADING if block.level < 4 else Kind.STEPS
    if isinstance(block, Working):
        named = any(e.label and e.label[0].role is not Role.NOTE for e in block.equations)
        return Kind.STEPS if named or block.indent > 2 else Kind.FIGURE
    if block.hang and block.indent <= 2:
        return Kind.LIST
    if not block.indent or _is_note(block):
        return Kind.PROSE
    named = any(line and line[0].role is Role.OUTPUT for line in block.lines)
    return Kind.STEPS if named or block.indent > 2 else Kind.FIGURE


def _is_note(block: Paragraph) -> bool:
    return all(line and {span.role for span in line} <= {Role.NOTE, Role.PADDING} for line in block.lines)
