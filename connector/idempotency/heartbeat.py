"""Holding a key as long as the work takes, so that the lease itself can be short."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from connector.idempotency.keys import BEAT, KeyClaim, Keys
from connector.store import StoreUnavailable

log = structlog.get_logger()


@contextmanager
def prolonged(keys: Keys, claim: KeyClaim) -> Iterator[None]:
    """Prolong the claim's lease every now and then until the block ends."""
    has_ended = threading.Event()

    def beat() -> None:
        while not has_ended.wait(BEAT.total_seconds()):
            try:
                keys.prolong(claim)
            except StoreUnavailable as error:  # the lease outlasts several beats
                log.warning("once.not_prolonged", action=claim.action, reason=str(error))

    heart = threading.Thread(target=beat, name="heartbeat", daemon=True)
    heart.start()
    try:
        yield
    finally:
        has_ended.set()
        heart.join()  # a late beat would prolong what is left
