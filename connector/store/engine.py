"""Opening the database: SQLite or PostgreSQL, whose driver alone is loaded."""

from sqlalchemy.engine import Engine, make_url


def open_engine(url: str) -> Engine:
    """Open the database at `url`.

    The execution options `writes` and `wait` tell what a transaction is for, and how many seconds
    it may wait for a lock. One that may wait longer than others may also work longer.
    """
    if make_url(url).get_backend_name() == "sqlite":
        from connector.store import sqlite  # noqa: PLC0415

        return sqlite.open_engine(url)
    from connector.store import postgresql  # noqa: PLC0415

    return postgresql.open_engine(url)
