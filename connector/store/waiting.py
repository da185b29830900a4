"""How long whoever uses the database waits for others: for a lock, or for a connection."""

from typing import Any

LOCK_WAIT = 10.0  # seconds a transaction waits for a lock, at most
POOL: dict[str, Any] = {
    "pool_size": 20,
    "pool_timeout": 2,  # seconds a caller waits for a connection
    "hide_parameters": True,  # an error's text goes to the log; what it was about does not
}


def milliseconds(seconds: float) -> int:
    """Return a time for a lock as both databases take it."""
    return max(1, int(1000 * seconds))  # 0 would be for ever on PostgreSQL
