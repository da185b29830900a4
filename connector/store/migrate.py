"""Brings the database to the schema of this release, once, however many processes start."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util import CommandError
from sqlalchemy import Connection, text

from connector.store.database import Store, StoreUnavailable

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 0x52474F  # any number that nobody else locks
MIGRATION_WAIT = 60.0  # seconds for whoever finds another at it, or a bridge that is still busy


def migrate(store: Store) -> None:
    """Run the migrations that this database has not seen, in one transaction.

    Safe to call from several processes at once: one does the work, the others find it done. From
    then on the store keeps off a database of another release. Raises StoreUnavailable, also when it
    is of a release that this one does not know.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    head = ScriptDirectory.from_config(config).get_current_head()
    store.schema = None
    try:
        with store.read() as connection:
            found = _revision(connection)
        if found != head:
            _upgrade(store, config)
    finally:
        store.schema = head


def _upgrade(store: Store, config: Config) -> None:
    with store.write(wait=MIGRATION_WAIT) as connection:
        if connection.dialect.name == "postgresql":
            # SQLite's writers stand in a queue anyhow.
            connection.execute(
                text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK}
            )
            if _revision(connection) is not None:
                # older bridges that still run end what they do first, and then find it changed
                connection.execute(text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            if not isinstance(error.__cause__, RevisionError):
                raise
            raise StoreUnavailable(f"it is of another release of the bridge ({error})") from error


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
