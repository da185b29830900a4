"""How long whoever uses the database waits for others: for a lock, or for a connection."""

from typing import Any

LOCK_WAIT = 10.0  # seconds a transaction waits for a lock, at most
CONNECTIONS = 32  # of a process, unless it is set otherwise
ASIDE = 2  # of these, beside transactions: a worker's watch, a web process's stamp
LEAST_CONNECTIONS = ASIDE + 3
KEPT_OPEN = 20
CONNECTION_WAIT = 8.0  # seconds it waits for its turn at a connection, at most
POOL: dict[str, Any] = {
    "hide_parameters": True,  # an error's text goes to the log; what it was about does not
}


def milliseconds(seconds: float) -> int:
    """Return a time for a lock as both databases take it."""
    return max(1, int(1000 * seconds))  # 0 would be for ever on PostgreSQL
