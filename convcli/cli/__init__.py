"""Floor 10: the command line, the only code that touches stdin, stdout, stderr, the environment and exit codes.

This module is what `convcalc` imports first: it answers `--version` and the top-level help by itself, because
loading Typer and NumPy would cost several times as much as the answer.
"""

import contextlib
import gc
import os
import sys

INTERRUPTED = 130
INTERNAL = 70


def main() -> None:
    """Run `convcalc` on the arguments of this process and leave with its exit code."""
    try:
        code = _run(sys.argv[1:])
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        code = 0
    except Exception as error:
        code = _internal_error(error)
    _leave(code)


def _run(arguments: list[str]) -> int:
    if "_CONVCALC_COMPLETE" not in os.environ:
        if arguments in (["--version"], ["-V"]):
            from convcli import __version__

            return _say(f"convcalc {__version__}\n")
        if not arguments and sys.stdout is not None and sys.stdout.isatty():  # in a pipe nothing more is loaded
            from convcli.cli.world import World

            arguments = ["play"] if World.of_process().has_screen else []
        if not arguments or arguments in (["-h"], ["--help"], ["help"]):
            from convcli.cli.help import TOP

            return _say(TOP)
        if arguments[0] == "help":
            arguments = [*arguments[1:], "--help"]
    # One BLAS thread: starting the others costs more CPU than most problems, and sums come out alike everywhere.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.disable()  # a short run makes no cycles worth collecting, and loading modules sets the collector off many times
    from convcli.cli.app import run

    return run(arguments)


def _say(text: str) -> int:
    """Write `text` to stdout: 0, or 5 with one line on stderr if it cannot be written."""
    try:
        if sys.stdout is None:
            raise OSError("standard output is closed")
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        from convcli.cli.world import World, cannot_write

        return World.of_process().complain(cannot_write("standard output", error))
    return 0


def _internal_error(error: Exception) -> int:
    """A bug of ours, in one line; the traceback only for who asks for it."""
    if "--debug" in sys.argv or os.environ.get("CONVCALC_DEBUG", "0") not in ("", "0"):
        import traceback

        traceback.print_exc()
    if sys.stderr is not None:
        from convcli.errors import safe

        text = safe(f"{type(error).__name__}: {error}", limit=300)
        sys.stderr.write(f"convcalc: internal error, please report it (--debug shows where): {text}\n")
    return INTERNAL


def _leave(code: int) -> None:
    """Exit at once, all having been written: taking the modules down would cost time, could be interrupted, and would
    complain a second time about a closed pipe or a full disk."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
    os._exit(code)
