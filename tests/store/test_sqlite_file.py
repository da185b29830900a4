"""A SQLite database is its owner's alone."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.store import Store, migrate

OTHERS_WARNING = "database.others_may_read"


@pytest.fixture(autouse=True)
def easy_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {each.name: stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()}


def test_a_new_file_and_those_beside_it_are_for_their_owner_alone(tmp_path: Path, log):
    store = Store(f"sqlite:///{tmp_path}/bridge.sqlite3")
    migrate(store)
    with store.write():
        assert modes(tmp_path) == {f"bridge.sqlite3{end}": 0o600 for end in ("", "-wal", "-shm")}
    store.close()
    assert [each for each in log if each["event"] == OTHERS_WARNING] == []


def test_a_file_that_others_may_read_is_left_so_and_told_once(tmp_path: Path, log):
    file = tmp_path / "bridge.sqlite3"
    file.touch(0o644)
    for _ in range(2):
        Store(f"sqlite:///{file}").close()
    (told,) = [each for each in log if each["event"] == OTHERS_WARNING]
    assert (told["log_level"], told["file"], told["mode"]) == ("warning", str(file), "0644")
    assert "chmod 600" in told["advice"]
    assert modes(tmp_path) == {"bridge.sqlite3": 0o644}
