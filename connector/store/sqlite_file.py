"""Who may read the file of a SQLite database: its owner alone."""

import os
import stat
from contextlib import suppress
from pathlib import Path

import structlog

OWNERS_FILE = 0o600
MAGIC = b"SQLite format 3\0"
OTHERS = stat.S_IRWXG | stat.S_IRWXO

_told: set[Path] = set()
log = structlog.get_logger()


def keep_to_owner(path: Path) -> None:
    """Make the file for its owner alone; say once where others may read it.

    SQLite gives the files beside it, `-wal` and `-shm`, the same mode. What is there already is
    left as it is: an operator may have given a group access to it, for backups.
    """
    # What cannot be made or looked at here, SQLite cannot open, and says so better.
    with suppress(OSError):
        _make(path)
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & OTHERS and path not in _told and _is_database(path):
            _told.add(path)
            log.warning(
                "database.others_may_read",
                file=str(path),
                mode=f"{mode:04o}",
                advice=f"Others on this machine can read or change it: chmod 600 {path}*",
            )


def _is_database(path: Path) -> bool:
    """Whether SQLite could open it: a slip in DATABASE_URL must not have another file closed."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) in (MAGIC, b"")


def _make(path: Path) -> None:
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, OWNERS_FILE))
