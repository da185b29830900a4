"""Admission: a ReturnGO key that a caller brings comes in once ReturnGO has accepted it.

Until then nothing of it is written, and only so many are asked about.
"""

from datetime import datetime, timedelta
from threading import Lock

import structlog
from cachetools import LRUCache

from connector.clock import SYSTEM_CLOCK, Clock, furthest
from connector.connections import Connection, TooManyTries
from connector.connections.wrong_tries import WrongTries
from connector.returngo import KeyRefused, QuotaReached, ReturnGOError, ShopRefused
from connector.threads import Bulkhead, Overloaded
from connector.verification.verification import VERIFIED_FOR, Verification

KNOWN_FOR = timedelta(days=30)  # after which a key is as one that never came
TRIED_EVERY = timedelta(days=1)  # while it is known
MOST_AT_ONCE = 4  # unknown keys that a process asks about
MOST_UNKNOWN = 100  # that a process takes in ten minutes, from all addresses
MOST_REMEMBERED = 1024
EVERYWHERE = ""

Refusal = KeyRefused | ShopRefused

log = structlog.get_logger()


class KeyUntried(Exception):
    """ReturnGO could not be asked whether it knows a key. `retry_after` is in seconds."""

    retry_after = 10


class Admission:
    """Lets callers in. One object a process, safe among threads.

    `wrong_tries` are those of the addresses, with tokens or keys. What ReturnGO said of a key is
    remembered for VERIFIED_FOR; a refusal of one that it never accepted, in no other place.
    """

    def __init__(
        self, verification: Verification, wrong_tries: WrongTries, clock: Clock = SYSTEM_CLOCK
    ) -> None:
        self._verification = verification
        self._by_address = wrong_tries
        self._altogether = WrongTries(clock, most=MOST_UNKNOWN, step=0.0)
        self._clock = clock
        self._bulkhead = Bulkhead(MOST_AT_ONCE)
        self._said: LRUCache[tuple[str, str], tuple[datetime, Refusal | None]] = LRUCache(
            MOST_REMEMBERED
        )
        self._lock = Lock()

    def admit(self, connection: Connection, address: str) -> None:
        """Let a caller in whose key the bridge keeps, or ReturnGO has accepted for the shop.

        A key that was accepted lately comes in while ReturnGO is away, too. Raises KeyRefused and
        ShopRefused, QuotaReached, StoreUnavailable; of a key that is not known also TooManyTries,
        Overloaded, and KeyUntried where ReturnGO is away.
        """
        if not connection.brings_key:
            return
        shop = connection.shop(None)
        now = self._clock.now()
        with self._lock:
            said_at, refusal = self._said.get((connection.id, shop), (None, None))
        if said_at is None or not said_at <= now < said_at + VERIFIED_FOR:
            self._ask(connection, shop, address, now)
        elif refusal is not None:
            raise type(refusal)(str(refusal))

    def _ask(self, connection: Connection, shop: str, address: str, now: datetime) -> None:
        accepted_at = self._verification.accepted_at(connection, shop)
        if accepted_at is None or accepted_at < now - KNOWN_FOR:
            self._ask_of_unknown(connection, shop, address)
            return
        # While one caller asks, and where ReturnGO gives no answer, the others go on.
        self._remember(connection, shop, None)
        if not now - TRIED_EVERY < accepted_at <= furthest(now, timedelta()):
            try:
                self._verification.verify(connection, shop)
            except (KeyRefused, ShopRefused) as error:
                self._remember(connection, shop, error)
                raise
            except ReturnGOError as error:
                log.info("admission.not_tried", shop=shop, reason=str(error))

    def _ask_of_unknown(self, connection: Connection, shop: str, address: str) -> None:
        try:
            with self._bulkhead.take() as is_taken:
                if not is_taken:
                    raise Overloaded("Other keys are being tried. Try again soon.")
                self._check_tries(address)
                self._verification.verify_first(connection, shop)
        except (KeyRefused, ShopRefused) as error:
            self._remember(connection, shop, error)
            for tries, whose in ((self._by_address, address), (self._altogether, EVERYWHERE)):
                tries.note(whose, f"{connection.api_key} {shop}")
            raise
        except QuotaReached:
            raise
        except ReturnGOError as error:
            raise KeyUntried(
                "ReturnGO does not answer, so that nobody can see whether it knows this key. Try"
                " again soon."
            ) from error
        self._remember(connection, shop, None)

    def _check_tries(self, address: str) -> None:
        for tries, whose, where in (
            (self._by_address, address, "from your address"),
            (self._altogether, EVERYWHERE, "lately"),
        ):
            wait = tries.blocked_for(whose)
            if wait is not None:
                log.warning("admission.too_many_unknown_keys", address=address, came=where)
                raise TooManyTries(wait, f"unknown keys came {where}")

    def _remember(self, connection: Connection, shop: str, refusal: Refusal | None) -> None:
        with self._lock:
            self._said[connection.id, shop] = self._clock.now(), refusal
