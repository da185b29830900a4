"""Dispatch: claims what is due, has it sent by many threads at once, and notes what came of it."""

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor

import structlog

from connector.clock import Clock
from connector.delivery.hooks.subscription import Subscription
from connector.delivery.hooks.subscriptions import Subscriptions
from connector.delivery.http.sender import Reply, Sender
from connector.delivery.http.signature import signed_headers
from connector.delivery.messages import Messages
from connector.delivery.queue.queue import DeliveryClaim, Outcome, Queue
from connector.store import StoreUnavailable

# More than a host may have in flight, times the hosts that may hang at once.
SENDING_THREADS = 128
BRIDGE_FAILED = Reply(failure="the bridge failed", is_ours=True)

log = structlog.get_logger()


class Dispatcher:
    """Sends deliveries. One object a process, used by one thread.

    `pool` sends, in threads unless given.
    """

    def __init__(
        self,
        queue: Queue,
        subscriptions: Subscriptions,
        messages: Messages,
        sender: Sender,
        clock: Clock,
        *,
        pool: Executor | None = None,
    ) -> None:
        self._queue = queue
        self._subscriptions = subscriptions
        self._messages = messages
        self._sender = sender
        self._clock = clock
        self._pool = pool or ThreadPoolExecutor(SENDING_THREADS, thread_name_prefix="send")
        self._finished: deque[Outcome] = deque()
        self._in_flight = 0

    def turn(self) -> bool:
        """Note what has come of what was sent, send what is due, and tell whether there was any.

        Raises StoreUnavailable; what came of what was sent is noted in a later turn then.
        """
        if not self._finished and self._queue.is_idle():
            return False
        return self._turn(SENDING_THREADS - self._in_flight + len(self._finished))

    def is_sending(self) -> bool:
        """Whether something is on its way: what comes of it waits to be noted."""
        return self._in_flight > 0

    def close(self) -> None:
        """Let what is on its way end, and note what has come of it; send no more.

        What cannot be noted now is sent again, when its lease has ended.
        """
        self._pool.shutdown()
        try:
            self._turn(0)
        except StoreUnavailable as error:
            log.warning("delivery.not_noted", reason=str(error))

    def _turn(self, most: int) -> bool:
        outcomes = [self._finished.popleft() for _ in range(len(self._finished))]
        try:
            turn = self._queue.turn(outcomes, most)
        except BaseException:
            self._finished.extendleft(reversed(outcomes))
            raise
        self._in_flight -= len(outcomes)
        for each in outcomes:
            _tell(each, is_given_up=each.claim.id in turn.given_up)
        _tell_resting(outcomes, turn.rest)
        self._in_flight += len(turn.claims)
        self._submit(turn.claims)
        return bool(outcomes or turn.claims)

    def _submit(self, claims: Sequence[DeliveryClaim]) -> None:
        if not claims:
            return
        try:
            hooks = self._subscriptions.of(each.subscription_id for each in claims)
        except BaseException:
            self._finished.extend(Outcome(each, BRIDGE_FAILED) for each in claims)
            raise
        for each in claims:
            self._pool.submit(self._send, each, hooks.get(each.subscription_id))

    def _send(self, claim: DeliveryClaim, hook: Subscription | None) -> None:
        reply: Reply | None = BRIDGE_FAILED
        try:
            reply = None if hook is None else self._reply(claim, hook)
        except Exception:
            # the thread's last stop; the delivery is tried again, and parked where people see it
            log.exception("delivery.failed", hook=claim.subscription_id, message=claim.message_id)
        finally:
            self._finished.append(Outcome(claim, reply))

    def _reply(self, claim: DeliveryClaim, hook: Subscription) -> Reply:
        body = self._messages.of(hook.trigger, hook.connection, claim.seq, claim.event_id).json
        now = self._clock.now()
        headers = signed_headers(claim.message_id, now, body, hook.signing(now))
        return self._sender.send(hook.target_url, body, headers)


def _tell(outcome: Outcome, *, is_given_up: bool) -> None:
    claim, reply = outcome.claim, outcome.reply
    if reply is None:
        return
    tell = log.info if reply.failure is None else log.error if is_given_up else log.warning
    tell(
        "delivery.given_up" if is_given_up else "delivery.sent",
        hook=claim.subscription_id,
        message=claim.message_id,
        host=claim.host,
        tries=claim.tries,
        status=reply.status,
        failure=reply.failure,
    )


def _tell_resting(outcomes: Sequence[Outcome], begun: set[str]) -> None:
    """Say of each hook that rests from now on where it went, and what to do."""
    last = {each.claim.subscription_id: each for each in outcomes}
    for hook_id in sorted(begun):
        log.error(
            "delivery.hook_rests",
            hook=hook_id,
            host=last[hook_id].claim.host,
            mend="Mend the target, then test or wake the hook and replay what is parked.",
        )
