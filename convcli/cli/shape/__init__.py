"""`convcalc shape`, from words to answer: layers without data, and the questions the other way round."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from convcli.cli.answer import deliver, rendered
from convcli.cli.form import Form, requested_form
from convcli.cli.options import Common
from convcli.cli.shape.flags import FORMATS, Flags
from convcli.cli.shape.request import Asked, missing_input, requested, requested_bounds
from convcli.cli.world import World
from convcli.document import Document
from convcli.document.shapes import explain_inputs, explain_settings, explain_stack
from convcli.errors import UsageError, quoted
from convcli.layers import BYTES, Layer, Shape, check_kernels, inputs_for, settings_for, stack
from convcli.reading.settings import parse_choice
from convcli.reading.shapes import parse_sizes
from convcli.render import shapes as render
from convcli.render.formats import Kind
from convcli.spec import times

__all__ = ["Flags", "run"]

LISTED = 20
"""Layers that `--want` lists unless told otherwise."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """One answer in each form; only the one that is asked for is made."""

    document: Callable[[], Document]
    mapping: Callable[[str], str]
    plain: Callable[[], str]


def run(command: str, flags: Flags, world: World) -> None:
    """Run `convcalc shape` on what was typed. Raises ConvError if there is no answer."""
    form = _form(flags, world)
    asked = requested(flags, form.limits, world)
    if flags.want is not None and flags.inputs_for is not None:
        raise _two_questions(flags.want, flags.inputs_for)
    if flags.want is None and flags.up_to:
        world.say("convcalc: note: --up-to has no effect without --want")
    if flags.want is None:
        check_kernels(asked.layers)
    if flags.inputs_for is not None:
        answer = _inputs(asked, flags.inputs_for, world)
    else:
        shape = asked.shape()
        if shape is None:
            raise missing_input()
        if asked.input is not None and asked.channels is None and "@" not in asked.input:
            _note_channels_last(shape, world)
        answer = _stack(asked, shape, flags) if flags.want is None else _settings(asked, shape, flags, form)
    _write(answer, form, world)


def _note_channels_last(shape: Shape, world: World) -> None:
    """Say how 224x224x3 was read, which may be an image with its channels last."""
    channels, last = shape.numbers[0], shape.numbers[-1]
    if len(shape.numbers) == 3 and shape.channels is not None and last in (1, 3, 4) and channels > 16:
        sizes, other = times(shape.sizes), times(shape.numbers[:-1])
        world.say(f"convcalc: note: read as {channels} channels of {sizes}; write {last}@{other} if channels come last")


def _stack(asked: Asked, shape: Shape, flags: Flags) -> _Answer:
    dtype = parse_choice("dtype", flags.dtype or "float32", BYTES)
    net = stack(asked.layers, shape)
    return _Answer(
        lambda: explain_stack(net, dtype),
        lambda name: render.stack_to_mapping(name, net, dtype),
        lambda: render.stack_to_plain(net),
    )


def _inputs(asked: Asked, text: str, world: World) -> _Answer:
    shape = asked.shape()
    rank = shape.rank if shape else next((layer.rank for layer in asked.layers if layer.rank is not None), None)
    want = parse_sizes("inputs-for", text, rank)
    found = inputs_for(asked.layers, want)
    if any(along.gaps for along in found):
        world.say("convcalc: note: not every size between them: at some, a window of a pool may lie wholly in padding")
    return _Answer(
        lambda: explain_inputs(asked.layers, want, found),
        lambda name: render.inputs_to_mapping(name, asked.layers, want, found),
        lambda: render.inputs_to_plain(found),
    )


def _settings(asked: Asked, shape: Shape, flags: Flags, form: Form) -> _Answer:
    if len(asked.layers) > 1:
        raise _one_layer(asked.layers)
    layer, bounds = asked.layers[0], requested_bounds(flags.up_to)
    want = parse_sizes("want", flags.want or "", shape.rank)
    found = settings_for(layer, shape.sizes, want, bounds)
    shown = None if form.everything else form.show or LISTED
    told = None if form.show is None else form.show  # machines get all, unless told otherwise
    return _Answer(
        lambda: explain_settings(layer, shape.sizes, want, found, bounds, shown),
        lambda name: render.settings_to_mapping(name, shape.sizes, want, found, told),
        lambda: render.settings_to_plain(found, told),
    )


def _write(answer: _Answer, form: Form, world: World) -> None:
    if form.kind is Kind.MAPPING:
        content = answer.mapping(form.format)
    elif form.kind is Kind.NUMBERS:
        content = answer.plain()
    else:
        content = rendered(answer.document(), form, form.format)
    deliver(content, form, world)


def _form(flags: Flags, world: World) -> Form:
    """The form of the answer; a shape is no tensor, and has none of a tensor's own formats."""
    names = ("explain", "show", "format", "output", "color", "ascii", "width", "limit")
    form = requested_form(Common(**{name: getattr(flags, name) for name in names}), world)
    if form.format not in FORMATS:
        raise UsageError(
            f"{form.format} is a form of tensors, and shapes are none",
            given=f"--format {form.format}" if flags.format else f"--output {quoted(flags.output or '')}",
            expected=", ".join(FORMATS),
            fix="write -f json",
        )
    return form


def _two_questions(want: str, inputs_for: str) -> UsageError:
    return UsageError(
        "--want and --inputs-for are two questions",
        given=f"--want {quoted(want)} --inputs-for {quoted(inputs_for)}",
        expected="one of them",
        fix="ask for the settings with --want, for the inputs with --inputs-for",
    )


def _one_layer(layers: Sequence[Layer]) -> UsageError:
    return UsageError(
        "--want looks for the settings of one layer",
        given=f"{len(layers)} layers",
        expected="one layer, what is fixed of it in words or by options",
        fix=f"write '{layers[-1]}' alone, with the shape that it gets as the input",
    )
