"""Watching for what others write, so that whoever works on it need not keep asking for it."""

from contextlib import suppress

from connector.store.database import Store, StoreUnavailable, reason_of
from connector.store.engine import DriversWatch, errors_of, open_watch


class Watch:
    """Tells when somebody has written to a database. For one thread.

    A file shows each write; PostgreSQL those that were announced, by `Store.announce`.
    """

    def __init__(self, store: Store) -> None:
        self._engine = store.engine
        self._watch: DriversWatch | None = None

    def wait(self, seconds: float) -> bool:
        """Return True as soon as somebody has written, else False after so many seconds.

        The first look returns True: who has just begun has seen nothing. Raises StoreUnavailable.
        """
        try:
            if self._watch is None:
                self._watch = open_watch(self._engine)
                return True
            return self._watch.wait(seconds)
        except errors_of(self._engine) as error:
            self.close()
            raise StoreUnavailable(reason_of(error)) from error

    def close(self) -> None:
        """Give the connection back; another wait opens one anew."""
        watch, self._watch = self._watch, None
        if watch is not None:
            with suppress(*errors_of(self._engine)):
                watch.close()
