"""Brings the database to the schema of this release, once, however many processes start."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from connector.store.database import Store

MIGRATIONS = Path(__file__).parent / "migrations"
# A migration's file begins with its revision, which counts up: alembic need not be loaded to look.
HEAD = max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("*_*.py"))


def migrate(store: Store) -> None:
    """Run the migrations that this database has not seen, in one transaction.

    Safe to call from several processes at once: one does the work, the others find it done. From
    then on the store keeps off a database of another release. Raises StoreUnavailable, also when it
    is of a release that this one does not know, or behind a pooler that keeps no sessions.
    """
    store.schema = None
    store.check_sessions()
    try:
        with store.read() as connection:
            found = revision(connection)
        if found != HEAD:
            from connector.store.upgrade import upgrade  # noqa: PLC0415 - loads alembic

            upgrade(store, MIGRATIONS)
    finally:
        store.schema = HEAD


def revision(connection: Connection) -> str | None:
    """Return the revision of a database, None where it is new."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found
