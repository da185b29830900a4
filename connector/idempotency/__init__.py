"""Doing an action exactly once, however often it is asked for under one idempotency key."""

from dataclasses import dataclass
from typing import Any

import structlog

from connector.blocks import Action, Effect
from connector.budget import Purpose
from connector.clock import SYSTEM_CLOCK, Clock
from connector.connections import Connection
from connector.deeds import Deeds, Doer
from connector.deeds.deed import UNNAMED
from connector.idempotency.asked import Asked
from connector.idempotency.heartbeat import prolonged
from connector.idempotency.keys import Done, InProgress, KeyClaim, KeyReused, Keys
from connector.idempotency.recording import NOTHING_SENT, recorded
from connector.returngo import ReturnGO, Upstream
from connector.store import Store, StoreUnavailable, Vault

__all__ = ["Idempotency", "InProgress", "KeyReused", "Performed"]

log = structlog.get_logger()


@dataclass(frozen=True)
class Performed:
    """What an action answers, and whether that is the answer to an earlier request."""

    answer: dict[str, Any]
    is_replay: bool


class Idempotency:
    """Performs actions."""

    def __init__(
        self, store: Store, vault: Vault, upstream: Upstream, clock: Clock = SYSTEM_CLOCK
    ) -> None:
        self._vault = vault
        self._keys = Keys(store, vault, clock)
        self._deeds = Deeds(store, vault, clock)
        self._upstream = upstream

    def perform(
        self,
        connection: Connection,
        action: Action,
        call: dict[str, Any],
        key: str | None,
        doer: Doer = UNNAMED,
        *,
        once_known_as: str | None = None,
    ) -> Performed:
        """Perform an action, and record it as a deed; `call` is what its input schema read.

        With a `key`, a repetition answers what the first request answered. `once_known_as` is what
        an earlier release took for the key, where that is something else: a request that it did is
        recognised by that. Raises KeyReused, InProgress, ForeignShop, ReturnGOError,
        StoreUnavailable.
        """
        shop = connection.shop(call.get("shop"))
        if once_known_as is not None and self._keys.has(connection.id, action.key, once_known_as):
            key = once_known_as
        fields = action.own(call)
        purpose = Purpose.LOOKING_UP if action.only_reads(fields) else Purpose.ACTING
        returngo = self._upstream.open(connection, shop, purpose)
        with recorded(self._deeds, doer, action, returngo, fields, key) as recording:
            performed = self._perform(returngo, action, fields, key, raw=bool(call.get("raw")))
            recording.answer, recording.is_replay = performed.answer, performed.is_replay
        return performed

    def _perform(
        self,
        returngo: ReturnGO,
        action: Action,
        fields: dict[str, Any],
        key: str | None,
        *,
        raw: bool,
    ) -> Performed:
        if key is None:
            return Performed(action.perform(returngo, fields, raw=raw), is_replay=False)
        asked = Asked(self._vault, {**fields, "shop": returngo.shop})
        claim = self._keys.claim(returngo.connection.id, action.key, key, asked)
        if isinstance(claim, Done):
            answer = claim.answer if raw else action.without_raw(claim.answer)
            return Performed(answer, is_replay=True)
        return Performed(self._do(claim, action, returngo, fields, raw=raw), is_replay=False)

    def _do(
        self,
        claim: KeyClaim,
        action: Action,
        returngo: ReturnGO,
        fields: dict[str, Any],
        *,
        raw: bool,
    ) -> dict[str, Any]:
        is_ending = False
        try:
            answer = None
            with prolonged(self._keys, claim):
                if claim.was_interrupted and action.already_done is not None:
                    found = action.already_done(returngo, claim.began_at, **fields)
                    shop = returngo.shop
                    answer = None if found is None else action.show(found, shop=shop, raw=raw)
                if answer is None:
                    # To look for it before ReturnGO has ended it would be to find nothing.
                    is_ending = action.effect is Effect.ADD
                    answer = action.perform(returngo, fields, raw=raw)
            self._settle(claim, action, answer)
        except NOTHING_SENT:
            # Surely nothing was done now; by a try that was interrupted, perhaps.
            if claim.was_interrupted:
                self._keys.leave(claim, ending=False)
            else:
                self._keys.forget(claim)
            raise
        except BaseException:
            self._keys.leave(claim, ending=is_ending)
            raise
        return answer

    def _settle(self, claim: KeyClaim, action: Action, answer: dict[str, Any]) -> None:
        try:
            self._keys.settle(claim, answer)
        except StoreUnavailable as error:
            # Done is done, and said so; a repetition sets it again, or looks first.
            log.exception("once.not_settled", action=action.key, reason=str(error))
