"""The database: reachable, of this release, writable, with room left."""

import shutil

from connector.connections import AnotherKey
from connector.doctor.check import Check
from connector.doctor.setup import Setup, database_file
from connector.store import StoreUnavailable, WrongSecretKey

NAME = "database"
LEAST_ROOM = 200 * 1024 * 1024  # bytes
MEGABYTE = 1024 * 1024


def check_database(setup: Setup) -> Check:
    """Check that the database answers, takes something in, and has room."""
    try:
        setup.store.ping()
    except StoreUnavailable as error:
        return unusable(error)
    try:
        setup.store.try_writing()
    except StoreUnavailable as error:
        return Check.to_mend(
            NAME,
            f"It takes nothing in: {error}.",
            "Let the bridge's user write to the database, for SQLite to the file and its folder.",
        )
    schema = f"schema {setup.store.schema}"
    path = database_file(setup.settings.database_url)
    if path is None:
        return Check.ok(NAME, f"It answers and takes something in; PostgreSQL, {schema}.")
    free = shutil.disk_usage(path.absolute().parent).free
    room = f"{free // MEGABYTE} MB are free"
    if free < LEAST_ROOM:
        return Check.to_mend(
            NAME, f"Only {room} where it stands.", "Make room on its disk before it is full."
        )
    if setup.is_new:
        return Check.ok(
            NAME,
            f"Its file was made just now, so no bridge has used it before; SQLite, {schema},"
            f" {room}. If that surprises you, DATABASE_URL names another file than the bridge's.",
        )
    return Check.ok(NAME, f"It answers and takes something in; SQLite, {schema}, {room}.")


def unusable(error: StoreUnavailable) -> Check:
    """Tell that nothing can be done with the database at all."""
    return Check.to_mend(
        NAME,
        f"It cannot be used: {error}.",
        "Check DATABASE_URL, and that the database runs and can be reached from here.",
    )


def not_ours(error: AnotherKey | WrongSecretKey) -> Check:
    """Tell that the database is that of other keys, so that no bridge starts on it."""
    return Check.to_mend(NAME, "It was filled with other keys than those that are set.", str(error))
