"""Typer as a parser: arguments in, a command's name and its `Flags` out. Commands are built when first asked for."""

import contextlib
import difflib
import importlib
import inspect
import io
from dataclasses import dataclass
from typing import Any

import typer
import typer.core
from typer._click.exceptions import ClickException, NoSuchOption  # vendored since 0.26; no public name for them

from convcli.cli.help import COMMANDS, EXAMPLES, HOMES, PLAY, TOP
from convcli.cli.world import World
from convcli.errors import ConvError, UsageError, quoted

GROUPS = ("Arguments", "Tensors", "Settings", "Numbers", "Explanation", "Output")
"""The headings of options in a command's help, in order."""

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 80}


@dataclass(frozen=True)
class NoFlags:
    """The options of a command that has none of its own."""


class Command(typer.core.TyperCommand):
    """A command whose help shows examples first and options by purpose, without loading Rich."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Usage, what it is, examples, then each group of options."""
        self.format_usage(ctx, formatter)
        self.format_help_text(ctx, formatter)
        with formatter.section("Examples"):
            for example in EXAMPLES[str(self.name)]:
                formatter.write(f"  $ {example}\n")
        groups: dict[str, list[tuple[str, str]]] = {group: [] for group in GROUPS}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                group = getattr(parameter, "rich_help_panel", None) or "Arguments"
                groups["Output" if record[0].endswith("--help") else group].append(record)
        for group, records in groups.items():
            if records:
                with formatter.section(group):
                    formatter.write_dl(records)


class LazyGroup(typer.core.TyperGroup):
    """The commands by name, each built only when it is run, so that none waits for another."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Every command, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command called `cmd_name`, or None."""
        if cmd_name in COMMANDS and cmd_name not in self.commands:
            self.commands[cmd_name] = _command(cmd_name)
        return self.commands.get(cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that `args` names; an unknown one is answered with the nearest."""
        if args and args[0] not in COMMANDS and not ctx.resilient_parsing:  # completion asks with half-typed words
            raise _unknown_command(args[0])
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The same text that answers `convcalc --help` without Typer."""
        formatter.write(TOP)


def _command(name: str) -> Any:
    def parse(**given: Any) -> tuple[str, Any]:
        return name, flags(**given)

    # `play` is another command's by the time that it is parsed, and is here for completion only.
    flags = importlib.import_module(HOMES[name]).Flags if name in HOMES else NoFlags
    parse.__signature__ = inspect.signature(flags)  # type: ignore[attr-defined]  # which Typer asks for
    parse.__annotations__ = inspect.get_annotations(flags.__init__)
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    summary = COMMANDS[name]
    app.command(name, cls=Command, context_settings=CONTEXT, help=summary[0].upper() + summary[1:] + ".")(parse)
    return typer.main.get_command(app)


def _group() -> Any:
    app = typer.Typer(cls=LazyGroup, rich_markup_mode=None, context_settings=CONTEXT, no_args_is_help=True)
    app.callback()(lambda: None)
    return typer.main.get_command(app)


def run(arguments: list[str]) -> int:
    """Parse the arguments, run the command, and give the exit code."""
    world = World.of_process()
    try:
        if arguments[:1] == ["play"]:
            if arguments[1:2] in (["-h"], ["--help"]):
                world.write(PLAY)
                return 0
            from convcli.cli.play import worded

            arguments = worded(arguments)
        parsed, said = _parse(arguments)
        if said:
            world.write(said)
        if not isinstance(parsed, tuple):
            return parsed
        command, flags = parsed
        importlib.import_module(HOMES[command]).run(command, flags, world)
    except ClickException as error:
        return world.complain(_usage_error(error, arguments))
    except ConvError as error:
        return world.complain(error)
    except MemoryError:
        return world.complain(_out_of_memory())
    return 0


def _parse(arguments: list[str]) -> tuple[tuple[str, Any] | int, str]:
    """What Typer makes of the arguments, or its exit code where it has answered itself (help, completion); and
    what it had to say, which is ours to write, so that a full disk or a closed pipe is met in one place."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            parsed = _group().main(arguments, prog_name="convcalc", standalone_mode=False)
    except SystemExit as done:
        parsed = int(done.code or 0)
    return parsed or 0, said.getvalue()


def _usage_error(error: Any, arguments: list[str]) -> UsageError:
    """What Typer says of the command line, in four parts."""
    command = f"convcalc {arguments[0]}" if arguments and arguments[0] in COMMANDS else "convcalc"
    from convcli.cli.meant import OTHERS

    fix = f"see {command} --help"
    if isinstance(error, NoSuchOption) and command == "convcalc":
        fix = f"name a command before the options: one of {', '.join(COMMANDS)}"
    elif isinstance(error, NoSuchOption) and error.option_name in OTHERS:
        fix = f"write {OTHERS[error.option_name]}"
    elif isinstance(error, NoSuchOption):
        fix = _nearest_option(error) or fix
    message = str(error.message if isinstance(error, NoSuchOption) else error.format_message()).rstrip(".")
    return UsageError(
        message[0].lower() + message[1:],
        given="convcalc "
        + " ".join(quoted(argument) if not argument.isprintable() else argument for argument in arguments),
        expected=_usage(arguments[0]) if command != "convcalc" else "convcalc COMMAND [OPTIONS]",
        fix=fix,
    )


def _nearest_option(error: NoSuchOption) -> str | None:
    """The option that was probably meant: a very like one, one of another command, one that is a little like it."""
    possible, commands = error.possibilities or (), ", ".join(_commands_with(error.option_name))
    if near := difflib.get_close_matches(error.option_name, possible, n=1, cutoff=0.7):
        return f"did you mean {near[0]}?" + (
            f" {error.option_name} is an option of convcalc {commands}" if commands else ""
        )
    if commands:
        return f"it is an option of convcalc {commands}"
    least = difflib.get_close_matches(error.option_name, possible, n=1, cutoff=0.0)
    return f"did you mean {least[0]}?" if least else None


def _commands_with(option: str) -> list[str]:
    """The commands that have an option."""
    spellings = {
        command: {
            name for parameter in _command(command).params for name in (*parameter.opts, *parameter.secondary_opts)
        }
        for command in HOMES
    }
    return [command for command, options in spellings.items() if option in options]


def _usage(name: str) -> str:
    """A command's usage in one line, its arguments as its own help calls them."""
    command = _command(name)
    _, *places = command.collect_usage_pieces(typer.Context(command))
    return " ".join(["convcalc", name, *places, "[OPTIONS]"])


def _unknown_command(name: str) -> UsageError:
    from convcli.cli.meant import MEANT

    meant = MEANT.get(name.lower())
    near = [meant] if meant else difflib.get_close_matches(name, COMMANDS, n=1, cutoff=0.3)
    return UsageError(
        f"{quoted(name)} stands where a command should"
        if name.startswith("-")
        else f"there is no command {quoted(name)}",
        given=f"convcalc {quoted(name)}",
        expected="one of " + ", ".join(COMMANDS),
        fix=f"did you mean convcalc {near[0]}?" if near else "write convcalc 2d ..., or see convcalc --help",
    )


def _out_of_memory() -> ConvError:
    from convcli.errors import FitError

    return FitError(
        "there is not enough memory for this problem",
        given="a tensor that the system has no room for",
        expected="input, kernel, output and one block of patches in memory",
        fix="convolve a part of it, or explain single elements with --at",
    )
