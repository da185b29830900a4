"""A PostgreSQL server of a test's own, which it may stop, kill and replace by a standby.

Or of a whole run, which need not wait for the disk.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.end_to_end.waiting import eventually
from tests.tools import missing

USER = "postgres"  # the server refuses to run as root
START = ("-w", "-t", "60")


@dataclass
class Cluster:
    """A server: its files, the port that it has while it runs, and its settings."""

    folder: Path
    port: int
    settings: tuple[str, ...] = ()

    def start(self, *options: str) -> None:
        """Start it and wait until it takes connections."""
        settings = ("listen_addresses=127.0.0.1", *self.settings)
        words = " ".join(
            (f"-p {self.port}", f"-k {self.folder.parent}", *(f"-c {each}" for each in settings))
        )
        log = str(self.folder.parent / f"{self.folder.name}.log")
        _run("pg_ctl", "-D", str(self.folder), "-l", log, "-o", words, *START, *options, "start")

    def stop(self) -> None:
        """End every connection, and the server."""
        _run("pg_ctl", "-D", str(self.folder), "-m", "fast", *START, "stop")

    def takes_connections(self) -> bool:
        """Whether it runs and has recovered from what may have been."""
        try:
            self.sql("SELECT 1")
        except AssertionError:
            return False
        return True

    def kill(self) -> None:
        """Let it die in the middle of everything."""
        file = self.folder / "postmaster.pid"
        pid = int(file.read_text(encoding="ascii").split()[0])
        pids = {pid, *_children_of(pid)}
        for each in pids:
            with suppress(ProcessLookupError):  # it has ended with its parent
                os.kill(each, signal.SIGKILL)
        eventually(lambda: not any(_lives(each) for each in pids))
        # A dead process that its parent has not taken notice of would count as one that runs.
        for left in (file, *self.folder.parent.glob(f".s.PGSQL.{self.port}*")):
            left.unlink()

    def standby(self) -> "Cluster":
        """Start a second server that has all that this one has committed, as soon as it has."""
        other = Cluster(self.folder.parent / "standby", free_port())
        source = f"host=127.0.0.1 port={self.port} user={USER} application_name=standby"
        _run("pg_basebackup", "-D", str(other.folder), "-d", source, "-R", "-c", "fast")
        other.start()
        self.sql("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
        self.sql("SELECT pg_reload_conf()")
        return other

    def promote(self) -> None:
        """Let a standby take over."""
        _run("pg_ctl", "-D", str(self.folder), *START, "promote")
        self.sql("ALTER SYSTEM SET synchronous_standby_names = ''")
        self.sql("SELECT pg_reload_conf()")

    def sql(self, statement: str) -> str:
        """Run a statement; return what it says."""
        words = ("psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", USER, "-Atc", statement)
        return _run(*words, "postgres")

    def url(self, port: int | None = None) -> str:
        """Return what leads to it, by a proxy's port if one is given."""
        return f"postgresql+psycopg://{USER}@127.0.0.1:{port or self.port}/postgres"


@contextmanager
def running_cluster(*settings: str, within: Path | None = None) -> Iterator[Cluster]:
    """Run a server of its own until the end of the block, with settings such as `fsync=off`.

    Its files are `within` a folder, such as a disk of their own.
    """
    folder = Path(tempfile.mkdtemp(prefix="cluster-", dir=within))
    try:
        user = pwd.getpwnam(USER)
    except KeyError:
        missing("a user named postgres, who may run a server")
    os.chown(folder, user.pw_uid, user.pw_gid)
    cluster = Cluster(folder / "data", free_port(), settings)
    words = ("--no-sync", "--encoding=UTF8", "--locale=C.UTF-8")
    _run("initdb", "-D", str(cluster.folder), "-A", "trust", "-U", USER, *words)
    try:
        cluster.start()
        yield cluster
    finally:
        for data in folder.iterdir():
            if (data / "postmaster.pid").exists():
                Cluster(data, 0).kill()
        shutil.rmtree(folder, ignore_errors=True)


def can_run() -> bool:
    """Whether this machine has what a server needs: its programs, and a user who may run them."""
    try:
        pwd.getpwnam(USER)
    except KeyError:
        return False
    return _path_of("initdb") is not None and _path_of("pg_ctl") is not None


def _path_of(program: str) -> str | None:
    found = next(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), None)
    return str(found) if found else shutil.which(program)


def _run(program: str, *words: str) -> str:
    path = _path_of(program) or missing(program)
    as_user = ["runuser", "-u", USER, "--"] if os.getuid() == 0 else []
    done = subprocess.run(
        [*as_user, path, *words], capture_output=True, text=True, check=False, cwd="/"
    )
    assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"
    return done.stdout.strip()


def _children_of(pid: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [int(each) for each in found.stdout.split()]


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
