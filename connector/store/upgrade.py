"""Runs the migrations that a database has not seen, by alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script.revision import RevisionError
from alembic.util import CommandError
from sqlalchemy import text

from connector.store.database import Store, StoreUnavailable

LOCK = 0x52474F  # any number that nobody else locks
UPGRADE_WAIT = 60.0  # seconds for whoever finds another at it, or a bridge that is still busy


def upgrade(store: Store, migrations: Path) -> None:
    """Bring a database to the newest of the migrations. Raises StoreUnavailable."""
    config = Config()
    config.set_main_option("script_location", str(migrations))
    with store.write(wait=UPGRADE_WAIT) as connection:
        if connection.dialect.name == "postgresql":
            # SQLite's writers stand in a queue anyhow.
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            if MigrationContext.configure(connection).get_current_revision() is not None:
                # older bridges that still run end what they do first, and then find it changed
                connection.execute(text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            if not isinstance(error.__cause__, RevisionError):
                raise
            raise StoreUnavailable(f"it is of another release of the bridge ({error})") from error
