"""The ground that a soak stands on: a database that can be restarted, and its disk filled."""

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.cluster import running_cluster
from tests.end_to_end.outages import write_without_end
from tests.tools import missing

SIZE = 800  # MB
FULL = 20.0  # seconds for which the disk stays full
LATEST = 120.0  # seconds, where nothing needs more room than it has
AWAY = 5.0  # seconds for which a stopped server is away


@dataclass(frozen=True)
class Ground:
    """A database's URL, and the troubles that it has; `restart` where there is a server.

    `fill` takes what tells whether the full disk has been felt, and lasts until it has.
    """

    url: str
    fill: Callable[[Callable[[], bool]], None]
    restart: Callable[[], None] | None


@contextmanager
def ground(database: str) -> Iterator[Ground]:
    """Make a database, "postgresql" or "sqlite", on a disk of its own."""
    with _disk() as disk:
        if database == "sqlite":
            url = f"sqlite:///{disk / 'bridge.sqlite3'}"
            yield Ground(url, lambda is_felt: _fill(disk, is_felt), None)
            return
        with running_cluster(within=disk) as cluster:

            def fill(is_felt: Callable[[], bool]) -> None:
                _fill(disk, is_felt)
                while not cluster.takes_connections():
                    if not (cluster.folder / "postmaster.pid").exists():
                        cluster.start()  # it has given up, as its journal found no room
                    time.sleep(0.2)

            def restart() -> None:
                cluster.stop()
                time.sleep(AWAY)
                cluster.start()

            yield Ground(cluster.url(), fill, restart)


def _fill(disk: Path, is_felt: Callable[[], bool]) -> None:
    """Leave no byte for a while and until it is felt, also where a little becomes free."""
    ballast = disk / "ballast"
    began = time.monotonic()
    with ballast.open("wb", buffering=0) as file:
        while (passed := time.monotonic() - began) < FULL or not (passed > LATEST or is_felt()):
            with suppress(OSError):
                write_without_end(file)
            time.sleep(0.05)
    ballast.unlink()


@contextmanager
def _disk() -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # the server is another user
        mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m,mode=755", "tmpfs", folder]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            missing("the right to mount a file system")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)
