"""Making calls to ReturnGO: the key and the shop on each, the budget before each, retries after."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from tenacity import RetryCallState, Retrying, retry_if_exception
from tenacity.wait import wait_base, wait_random_exponential

from connector.budget import Allowance, Budget, DaySpent, Purpose, TokenSpent, TooFast
from connector.clock import Clock
from connector.connections import Connection
from connector.returngo.answers import Answer, read
from connector.returngo.errors import (
    DayQuotaReached,
    QuotaReached,
    Throttled,
    TokenQuotaReached,
    Unavailable,
)
from connector.returngo.request_ids import note_request_id
from connector.returngo.time_difference import TimeDifference
from connector.returngo.transport import Request, Transport

ATTEMPTS = 4
BACKOFF = wait_random_exponential(multiplier=0.5, max=8)
LEAST_SECONDS = 1.0  # an attempt with less time than this is not worth a call
MOST_SLOTS = 100  # that one try may find taken, or be too late for
NO_SLOT = "No slot for the call could be kept. Nothing was done; try again soon."

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Calls ReturnGO for one connection and shop, for one purpose.

    What is not `counted`, the budget knows nothing of. `call_seconds` is how long a call may take
    with all its retries, `attempt_seconds` how long one try may.
    """

    transport: Transport
    budget: Budget
    clock: Clock
    connection: Connection
    shop: str
    purpose: Purpose
    call_seconds: float
    attempt_seconds: float
    counted: bool = True
    time_difference: TimeDifference = field(default_factory=TimeDifference)

    def call(
        self,
        method: str,
        path: str,
        *,
        query: list[tuple[str, str]] | None = None,
        body: Any = None,
        repeatable: bool,
    ) -> Answer:
        """Make one call and answer its JSON.

        Only what is `repeatable` (a read, or a write that leaves the same state when done twice) is
        tried again after an unknown outcome; what surely did not happen is always tried again.
        Raises ReturnGOError.
        """
        request = Request(
            method=method,
            path=path,
            query=query or (),
            body=body,
            headers={"x-api-key": self.connection.api_key, "x-shop-name": self.shop},
        )
        deadline = self.clock.now() + timedelta(seconds=self.call_seconds)
        retrying = Retrying(
            stop=lambda state: self._is_last(state, deadline),
            wait=_Wait(),
            retry=retry_if_exception(lambda error: _worth_a_retry(error, repeatable)),
            sleep=self.clock.sleep,
            reraise=True,
        )
        return retrying(self._try, request, deadline)

    def _try(self, request: Request, deadline: datetime) -> Answer:
        self._spend(deadline)
        seconds = min(self.attempt_seconds, max(LEAST_SECONDS, self._left(deadline)))
        started = self.clock.now()
        outcome: Any = "no answer"
        request_id = None
        try:
            raw = self.transport.send(request, seconds=seconds)
            outcome = raw.status
            request_id = raw.headers.get("x-amzn-requestid")
            note_request_id(request_id)
            answer = read(raw)
        except DayQuotaReached as error:
            if self.counted:
                self.budget.learn_spent(self.connection.key_id)
            error.retry_after = self.budget.balance(self.connection.key_id).resets_in
            raise
        except Throttled:
            if self.counted:
                self.budget.learn_throttled(self.connection.key_id)
            raise
        else:
            self.time_difference.note(self.clock.now(), answer.date)
            return answer
        finally:
            log.info(
                "returngo.call",
                method=request.method,
                path=request.path,
                shop=self.shop,
                outcome=outcome,
                returngo_request_id=request_id,
                seconds=round((self.clock.now() - started).total_seconds(), 3),
            )

    def _spend(self, deadline: datetime) -> None:
        """Wait for a slot of the budget, and use it. Raises QuotaReached."""
        if not self.counted:
            return
        key_id = self.connection.key_id
        refusal = None
        # Counted as well: a clock that is set back and forth must keep nobody waiting.
        for _ in range(MOST_SLOTS):
            patience = self._left(deadline) - LEAST_SECONDS
            try:
                slot = self.budget.take(
                    key_id, self.purpose, patience=patience, allowance=self._allowance
                )
            except DaySpent as error:
                raise DayQuotaReached(str(error), retry_after=error.retry_after) from error
            except TokenSpent as error:
                raise TokenQuotaReached(str(error), retry_after=error.retry_after) from error
            except TooFast as error:
                refusal = error
                if self.purpose is not Purpose.READING or error.retry_after > patience:
                    break
                # reading stands in no queue: it comes back when the queue has passed
                self.clock.sleep(error.retry_after)
                continue
            if slot.wait > 0:
                self.clock.sleep(slot.wait)
            if self.budget.is_due(slot):
                return
            self.budget.give_back(slot)
        least = LEAST_SECONDS if refusal is None else refusal.retry_after
        raise Throttled(str(refusal or NO_SLOT), retry_after=least) from refusal

    @property
    def _allowance(self) -> Allowance | None:
        """Whose calls these are; None where they are for all, as reading is."""
        return None if self.purpose is Purpose.READING else self.connection.allowance

    def _left(self, deadline: datetime) -> float:
        return (deadline - self.clock.now()).total_seconds()

    def _is_last(self, state: RetryCallState, deadline: datetime) -> bool:
        time_for_another = self._left(deadline) - state.upcoming_sleep
        return state.attempt_number >= ATTEMPTS or time_for_another < LEAST_SECONDS


class _Wait(wait_base):
    """Back off with jitter, and at least for as long as a throttle asks."""

    def __call__(self, retry_state: RetryCallState) -> float:
        assert retry_state.outcome is not None
        error = retry_state.outcome.exception()
        least = error.retry_after if isinstance(error, QuotaReached) else 0.0
        return least + BACKOFF(retry_state)


def _worth_a_retry(error: BaseException, repeatable: bool) -> bool:
    return isinstance(error, Throttled) or (repeatable and isinstance(error, Unavailable))
