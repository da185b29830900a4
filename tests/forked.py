"""Python programs of tests, forked from a process that has loaded the modules already.

A run of all tests starts some hundreds of them, and each would load a thousand modules first. What
a program does is its own: its process, its environment, its group. Tests of a start, or of what a
program loads, use `subprocess`, and the bench does so throughout.
"""

import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing import active_children, get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Protocol

from connector.cli.metrics_folder import METRICS_TOKEN

WAYS = ("-m", "-c")
LOADED = (
    *("app", "connector.cli.web_server", "connector.cli.worker", "connector.sandbox.app"),
    *("alembic.command", "argon2", "gunicorn.workers.gthread", "werkzeug.serving"),
    *("psycopg", "sqlalchemy.dialects.postgresql.psycopg", "sqlalchemy.dialects.sqlite"),
    "tests.warmed",
)
CONTEXT = get_context("forkserver")
CONTEXT.set_forkserver_preload(list(LOADED))


class Program(Protocol):
    """A running program, as `subprocess.Popen` is one."""

    @property
    def pid(self) -> int: ...
    @property
    def returncode(self) -> Any: ...
    @property
    def stdout(self) -> IO[str] | None: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, sig: int, /) -> None: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...


def can_fork(words: Sequence[str], environ: Mapping[str, str]) -> bool:
    """Return whether a test starts Python, and what is loaded is as the program would load it."""
    return (
        "PYTEST_CURRENT_TEST" in os.environ
        and words[0] == sys.executable
        and words[1] in WAYS
        # prometheus-client reads the environment when it is loaded
        and not any(map(environ.get, METRICS_TOKEN))
    )


class Forked:
    """A program that writes both of its outputs to `stdout`, and leads a group of its own."""

    def __init__(self, words: Sequence[str], environ: Mapping[str, str], root: Path) -> None:
        read, written = os.pipe()
        with Path(os.devnull).open() as nothing:
            self._process = _started(words, environ, root, nothing.fileno(), written, written)
        os.close(written)
        self.stdout: IO[str] | None = os.fdopen(read)

    @property
    def pid(self) -> int:
        """Return the process's id."""
        assert self._process.pid is not None
        return int(self._process.pid)

    @property
    def returncode(self) -> int | None:
        """Return what it ended with, or minus the signal that ended it; None while it runs."""
        code: int | None = self._process.exitcode
        return code

    def poll(self) -> int | None:
        """Return what it ended with, None while it runs."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended. Raises TimeoutExpired after so many seconds."""
        self._process.join(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0)
        return self.returncode

    def send_signal(self, sig: int, /) -> None:
        """Send it a signal, if it still runs."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, sig)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it without a warning."""
        self.send_signal(signal.SIGKILL)


def end_all() -> None:
    """End what tests that failed have left running, for which the interpreter would wait."""
    for each in active_children():
        each.kill()


def run_to_its_end(
    words: Sequence[str], environ: Mapping[str, str], root: Path, *, given: str, timeout: float
) -> subprocess.CompletedProcess[str]:
    """Run a program that reads what is `given`, and return what it wrote.

    Raises TimeoutExpired after so many seconds.
    """
    with TemporaryFile("w+") as read, TemporaryFile("w+") as output, TemporaryFile("w+") as errors:
        read.write(given)
        read.seek(0)
        streams = (read.fileno(), output.fileno(), errors.fileno())
        process = _started(words, environ, root, *streams)
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(list(words), timeout)
        output.seek(0)
        errors.seek(0)
        return subprocess.CompletedProcess(
            list(words), process.exitcode, output.read(), errors.read()
        )


def _started(words: Sequence[str], environ: Mapping[str, str], root: Path, *streams: int) -> Any:
    # what multiprocessing hands over to another process, whatever is behind it
    handed = [Connection(os.dup(each), readable=False) for each in streams]
    process = CONTEXT.Process(
        target=_become, args=(list(words), dict(environ), str(root), *handed), daemon=True
    )
    process.start()
    for each in handed:
        each.close()
    return process


def _become(words: list[str], environ: dict[str, str], root: str, *handed: Connection) -> None:
    """Become the program, as `python -m …` or `python -c …` would."""
    os.setsid()
    for stream, each in enumerate(handed):
        os.dup2(each.fileno(), stream)
        each.close()
    sys.stdin = os.fdopen(0)
    # kept here: a program may put another in the place of its own, whose end would close it
    streams = os.fdopen(1, "w"), os.fdopen(2, "w", buffering=1)
    sys.stdout, sys.stderr = streams
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(root)
    sys.path.insert(0, root)
    _, way, code, *rest = words
    sys.orig_argv = list(words)
    sys.argv = [code if way == "-m" else way, *rest]
    try:
        if way == "-m":
            runpy.run_module(code, run_name="__main__", alter_sys=True)
        else:
            exec(compile(code, "<string>", "exec"), {"__name__": "__main__"})
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
