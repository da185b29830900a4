"""How alembic meets the database: on the connection handed in, or the one in DATABASE_URL."""

import os
from typing import Any, Literal

from alembic import context

from connector.store.database import Store
from connector.store.instant import Instant
from connector.store.tables import metadata


def run() -> None:
    connection = context.config.attributes.get("connection")
    if connection is not None:
        migrate(connection)
        return
    # called by alembic's own command line, to write a new migration
    with Store(os.environ["DATABASE_URL"]).write() as connection:
        migrate(connection)


def migrate(connection: Any) -> None:
    context.configure(connection=connection, target_metadata=metadata, render_item=render)
    context.run_migrations()


def render(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Write our own column types as what they are in the database: migrations outlive code."""
    return "sa.BigInteger()" if kind == "type" and isinstance(item, Instant) else False


run()
