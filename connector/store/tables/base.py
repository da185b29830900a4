"""What the tables have in common: names, and what differs by dialect."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    MetaData,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts up only what it calls INTEGER.
Serial = BigInteger().with_variant(Integer, "sqlite")


def only(which: ColumnElement[bool]) -> dict[str, Any]:
    """Index only some rows, in either dialect."""
    return {"sqlite_where": which, "postgresql_where": which}
