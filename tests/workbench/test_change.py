"""From one operation to another and back, with everything that was said of it."""

from convcli.request.words import command_line
from convcli.workbench.change import operated, transposed_toggled
from convcli.workbench.state import State
from tests.workbench.requests import state_of


def round_again(state: State) -> State:
    for _ in ("max", "avg", "lp", "back"):
        state = operated(state)
        assert not state.refused, state.said
    return state


def test_a_convolution_comes_back_from_pooling_with_its_own_settings() -> None:
    texts = {"stride": "2", "padding": "1", "padding_mode": "reflect", "flip": "true"}
    state = state_of("1d", {"input": [1, 2, 3, 4], "kernel": [1, 0, -1]}, **texts)
    assert command_line(round_again(state).asked) == command_line(state.asked)


def test_a_1x1_convolution_comes_back_as_one() -> None:
    state = state_of("1x1", {"input": [[1, 2], [4, 5]], "kernel": [[1], [10], [100]]})
    assert command_line(round_again(state).asked) == command_line(state.asked)


def test_a_gradient_comes_back_with_its_dy() -> None:
    state = state_of("1d", {"input": [1, 2, 3], "kernel": [1, 0], "dy": [10, 1]}, grad="kernel")
    assert command_line(round_again(state).asked) == command_line(state.asked)


def test_pooling_alone_goes_round_its_kinds() -> None:
    state = state_of("pool1d", {"input": [1, 2, 3, 4]}, kernel_size="2")
    said = []
    for _ in range(3):
        state = operated(state)
        said.append(state.said.split(":")[0])
    assert said == ["average pooling", "Lp pooling", "max pooling"]


def test_what_only_one_of_the_two_has_is_named_when_it_is_left_out() -> None:
    tensors = {"input": [1, 2, 3, 4], "kernel": [1, 0, -1], "dy": [1, 1]}
    state = state_of("1d", tensors, padding_mode="reflect", grad="input")
    after = transposed_toggled(state)
    assert after.said.endswith("; without padding-mode and grad and dy, which u brings back")
    plain = transposed_toggled(state_of("1d", {"input": [1, 2], "kernel": [1, 3]}))
    assert plain.said == "transposed convolution: each input element stamps the kernel"
