"""SQL that one database of a test has had compiled serves those of the same sort, too.

Each test has a database of its own, and each would compile the same statements anew.
"""

from typing import Any

from sqlalchemy import Connection, Engine, event


class Compiled(dict[Any, Any]):
    """Statements by sort of database: each database has a dialect object of its own."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_alike(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(_alike(key), compiled)


def _alike(key: Any) -> Any:
    dialect, *rest = key
    return dialect.name, *rest


SHARED = Compiled()


def share() -> None:
    """Let all engines of this process share what they compile."""
    event.listen(Engine, "engine_connect", _share)


def _share(connection: Connection) -> None:
    connection.execution_options(compiled_cache=SHARED)
