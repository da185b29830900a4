"""Stamps: telling, for next to nothing, that nobody has written to the database since."""

import threading
import time
from collections.abc import Hashable
from contextlib import suppress

from sqlalchemy.engine import Engine

from connector.store.engine import DriversStamp, errors_of, open_stamp

REST = 1.0  # seconds for which a database that failed is left alone


class Stamps:
    """Stamps states of a database: as long as the stamp is the same, so is all that is there.

    Safe among threads. Those who ask at once share one look, which begins after each of them has
    asked.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._driver: DriversStamp | None = None
        self._opened = 0
        self._stamp: Hashable | None = None
        self._looked_at = 0.0
        self._failed_at = -REST

    def now(self) -> Hashable | None:
        """Return the stamp of what the database holds now, or None where it does not say."""
        asked_at = time.monotonic()
        with self._lock:
            if self._looked_at <= asked_at:
                self._looked_at = time.monotonic()
                self._stamp = self._look()
            return self._stamp

    def close(self) -> None:
        """Give the connection back; another look opens one anew."""
        with self._lock:
            self._close()

    def _look(self) -> Hashable | None:
        if time.monotonic() < self._failed_at + REST:
            return None
        try:
            if self._driver is None:
                self._driver = open_stamp(self._engine)
                self._opened += 1
            # what two connections count has nothing to do with each other
            return self._opened, self._driver.read()
        except errors_of(self._engine):
            # the caller goes on without a stamp, and meets the trouble where it lasts
            self._close()
            self._failed_at = time.monotonic()
            return None

    def _close(self) -> None:
        driver, self._driver = self._driver, None
        if driver is not None:
            with suppress(*errors_of(self._engine)):
                driver.close()
