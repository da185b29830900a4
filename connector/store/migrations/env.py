"""How alembic meets the bridge's database: on the connection that it is handed, or the one named."""

import os

from alembic import context

from connector.store.database import Store
from connector.store.tables import metadata


def run() -> None:
    connection = context.config.attributes.get("connection")
    if connection is None:  # called by alembic's own command line, to write a new migration
        with Store(os.environ["DATABASE_URL"]).write() as connection:
            context.configure(connection=connection, target_metadata=metadata)
            context.run_migrations()
        return
    context.configure(connection=connection, target_metadata=metadata)
    context.run_migrations()


run()
