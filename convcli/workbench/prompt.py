"""What is typed after a colon: a setting and its value, or a verb."""

from convcli.errors import ConvError
from convcli.reading.settings import parse_integers
from convcli.request import operation
from convcli.request.words import command_line
from convcli.workbench.change import assigned, unknown
from convcli.workbench.edit import resized
from convcli.workbench.moves import gone
from convcli.workbench.state import Effect, State, refusing

VERBS = {
    "at": "choose the output element of an index: at 0,1,2",
    "size": "resize the focused input or kernel: size 5,5",
    "save": "write the problem to a file: save problem.yaml",
    "export": "write what is shown: export page.html, or a format and a file: export pytorch y.py",
}
"""What can be typed beside the settings, and the tensors' names, each of which reads another: kernel @sobel-x."""


def known(state: State) -> tuple[str, ...]:
    """Every word that a prompt may begin with."""
    of = operation(state.asked.command)
    return (*VERBS, *of.roles, *of.parsers)


def obeyed(state: State, text: str) -> State | Effect:
    """What becomes of the state, or what is to be done around it."""
    word, _, rest = text.strip().partition(" ")
    rest = rest.strip()
    if not word:
        return state
    if word == "at":
        return gone(state, rest)
    if word == "size":
        return _sized(state, rest)
    if word.removesuffix("!") in ("save", "export"):
        verb = word.removesuffix("!")
        if not rest:
            return refusing(state, f"say where to: {VERBS[verb].partition(': ')[2]}")
        return Effect(verb, rest, replacing=word.endswith("!"))
    if word in operation(state.asked.command).roles:
        return Effect("read", rest, word)
    if word not in known(state):
        return refusing(state, unknown(word, known(state)))
    return assigned(state, word, rest or None)


def _sized(state: State, text: str) -> State:
    try:
        sizes = parse_integers("size", text.replace("x", ","))
    except ConvError as error:
        return refusing(state, error)
    return resized(state, (sizes,) if isinstance(sizes, int) else sizes)


def copied(state: State) -> State | Effect:
    """The command for this state, to be copied."""
    line = command_line(state.asked, state.shown_with)
    if line is None:
        return refusing(state, "a tensor is too large to be typed: save the problem with w, and use its file")
    return Effect("copy", line)
