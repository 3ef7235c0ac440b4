"""Running convcalc as people do: as a process, in a pipe or in a real pseudo-terminal."""

import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from dataclasses import dataclass
from fcntl import ioctl
from pathlib import Path

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
CONVCALC = [sys.executable, "-m", "convcli"]
PATIENCE = 60


@dataclass(frozen=True)
class Run:
    """What came of a run: exit code, both streams, and the most memory it had, in MiB."""

    code: int
    out: bytes
    err: str
    peak: float

    @property
    def text(self) -> str:
        return self.out.decode()


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment without anything that says how output should look."""
    unwanted = (
        "NO_COLOR",
        "FORCE_COLOR",
        "CLICOLOR",
        "COLUMNS",
        "TERM",
        "COLORTERM",
        "CONVCALC",
        "PYTHONIO",
        "LC_",
        "LANG",
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    return kept | {"LC_ALL": "C.UTF-8", "TERM": "xterm-256color"} | dict(extra or {})


def convcalc(
    *arguments: str | bytes, stdin: bytes | int = b"", cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> Run:
    """Run in a pipe."""
    process = subprocess.Popen(
        [*CONVCALC, *arguments],
        stdin=stdin if isinstance(stdin, int) else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=cwd or ROOT,
        env=environment(env),
    )
    try:
        out, err = process.communicate(None if isinstance(stdin, int) else stdin, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    return Run(process.returncode, out, err.decode(errors="replace"), 0.0)


PEAK = """
import os, resource, subprocess, sys
code = subprocess.call(sys.argv[2:])
with open(sys.argv[1], "w") as file:
    file.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(code)
"""
"""A small process between us and convcalc: a child's peak memory begins with that of the process that forked it."""


def measured(*arguments: str | bytes, cwd: Path, stdin: int = subprocess.DEVNULL) -> Run:
    """Run with the peak memory taken, for input that means harm."""
    peak = cwd / ".peak"
    run = subprocess.run(
        [sys.executable, "-S", "-c", PEAK, str(peak), *CONVCALC, *arguments],
        stdin=stdin,
        capture_output=True,
        cwd=cwd,
        env=environment(),
        timeout=PATIENCE,
    )
    mebibytes = int(peak.read_text()) / 1024
    peak.unlink()
    return Run(run.returncode, run.stdout, run.stderr.decode(errors="replace"), mebibytes)


def in_terminal(
    *arguments: str, columns: int = 80, env: Mapping[str, str] | None = None, errors_too: bool = True
) -> Run:
    """Run in a pseudo-terminal of `columns`, with stdout (and stderr) on it; out is what the screen was sent."""
    leader, follower = pty.openpty()
    ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
    process = subprocess.Popen(
        [*CONVCALC, *arguments],
        stdin=follower,
        stdout=follower,
        stderr=follower if errors_too else subprocess.PIPE,
        cwd=ROOT,
        env=environment(env),
        start_new_session=True,
    )
    os.close(follower)
    out = b""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        ready, _, _ = select.select([leader], [], [], 0.1)
        if ready:
            try:
                chunk = os.read(leader, 65536)
            except OSError:
                break
            if not chunk:
                break
            out += chunk
        elif process.poll() is not None:
            break
    os.close(leader)
    err = b""
    if process.stderr is not None:
        with process.stderr as stderr:
            err = stderr.read()
    return Run(process.wait(PATIENCE), out.replace(b"\r\n", b"\n"), err.decode(), 0.0)
