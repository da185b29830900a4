"""Brings the database to the schema of this release, once, however many processes start."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script.revision import RevisionError
from alembic.util import CommandError
from sqlalchemy import text

from connector.store.database import Store, StoreUnavailable

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 0x52474F  # any number that nobody else locks


def migrate(store: Store) -> None:
    """Run the migrations that this database has not seen, in one transaction.

    Safe to call from several processes at once: one does the work, the others find it done. Raises
    StoreUnavailable when the database is of a release that this one does not know.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with store.write() as connection:
        if connection.dialect.name == "postgresql":
            # SQLite's writers stand in a queue anyhow.
            connection.execute(
                text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK}
            )
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            if not isinstance(error.__cause__, RevisionError):
                raise
            raise StoreUnavailable(f"it is of another release of the bridge ({error})") from error
