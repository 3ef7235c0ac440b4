import io

from hypothesis import given
from hypothesis import strategies as st

from convcli.cli.app import _parse
from convcli.cli.request import requested
from convcli.cli.world import World
from convcli.limits import Limits
from convcli.reading import read_problem, read_tensor
from convcli.request import Asked, operation
from convcli.request.words import inline, problem_text, words
from convcli.workbench.asking import posed
from convcli.workbench.edit import with_tensor
from convcli.workbench.state import State
from tests.request.problems import same
from tests.workbench.requests import states


def quiet() -> World:
    return World(stdin=io.BytesIO(), out=None, err=io.StringIO(), env={})


def typed(asked: Asked) -> Asked:
    """A request as it is after an edit: nothing that was given goes without saying."""
    for role, tensor in asked.tensors.items():
        asked = with_tensor(asked, role, tensor)
    return asked


def parsed(arguments: list[str]) -> Asked:
    """What the command line makes of arguments."""
    found, said = _parse(arguments)
    assert isinstance(found, tuple), said
    command, flags = found
    return requested(command, flags, Limits(), quiet())[1]


@given(states())
def test_the_command_asks_for_the_same_problem(state: State) -> None:
    arguments = words(typed(state.asked))
    assert arguments is not None
    assert same(posed(parsed(arguments), Limits()), state.problem)


@given(states())
def test_the_problem_file_holds_the_same_problem(state: State) -> None:
    asked = typed(state.asked)
    wanted = operation(asked.command)
    rank, roles, known = wanted.ranks[asked.command], wanted.roles, tuple(wanted.parsers)
    source = problem_text(asked).encode()
    file = read_problem("-", Limits(), io.BytesIO(source), rank=rank, roles=roles, known=known)
    texts = {name: setting.text for name, setting in file.settings.items()}
    assert same(posed(wanted.asked(asked.command, file.tensors, texts), Limits()), state.problem)


@given(states(), st.data())
def test_a_tensor_typed_inline_is_read_as_it_was(state: State, data: st.DataObject) -> None:
    role = data.draw(st.sampled_from(sorted(state.asked.tensors)))
    tensor, rank = state.asked.tensors[role], state.problem.spec.rank
    text = inline(tensor, rank)
    assert text is not None
    read = read_tensor(text, role, Limits(), io.BytesIO(), rank=rank)
    assert read.shape == tensor.shape
    assert not tensor.is_exact or read.equals(tensor)
