"""Brings the database to the schema of this release, once, however many processes start."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from connector.store.database import Store

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 0x52474F  # any number that nobody else locks


def migrate(store: Store) -> None:
    """Run the migrations that this database has not seen, in one transaction.

    Safe to call from several processes at once: one does the work, the others find it done.
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
        command.upgrade(config, "head")
