"""The deliveries of webhooks: made by threads of their own, and kept on record."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from heapq import heappop, heappush
from itertools import count
from random import Random
from threading import Condition, Thread
from typing import TYPE_CHECKING

from connector.sandbox.outbound.outgoing import FAILURES, post

if TYPE_CHECKING:
    from connector.sandbox.clock import Clock
    from connector.sandbox.exact_json import Json
    from connector.sandbox.world.models import Webhook

THREADS = 4
MOST_WAITING = 10_000
"""How many deliveries wait at most; those beyond are lost, which their record tells."""

Ticks = Callable[[], float]


@dataclass(frozen=True)
class Behaviour:
    """How events are delivered; `delay`, and `shuffle` at most, are seconds that each waits."""

    shape: str = "flat"
    share: float = 1
    repeat: int = 1
    delay: float = 0
    shuffle: float = 0


@dataclass
class Delivery:
    """One POST. It has no `time` while it waits, and gets a `status` or a `failure` at its end."""

    shop: str
    event: str
    url: str
    body: str
    time: str | None = None
    status: int | None = None
    failure: str | None = None

    def shown(self) -> "Json":
        """Show the delivery as the control call does."""
        return asdict(self)

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.status is not None or self.failure is not None


class Deliveries:
    """Delivers, without ever letting its caller wait; its threads end when nothing is left.

    `ticks` are the seconds by which deliveries wait; `clock` dates the record.
    """

    def __init__(self, clock: "Clock", ticks: Ticks = time.monotonic) -> None:
        self.behaviour = Behaviour()
        self._clock = clock
        self._ticks = ticks
        self._rng = Random()
        self._listed: list[Delivery] = []
        self._waiting: list[tuple[float, int, Delivery]] = []
        self._numbers = count()
        self._threads = 0
        self._changed = Condition()

    def reset(self, seed: int) -> None:
        """Forget all deliveries, made or waiting, and how they were to be made."""
        self.behaviour = Behaviour()
        self._rng = Random(seed)
        with self._changed:
            self._listed.clear()
            self._waiting.clear()
            self._changed.notify_all()

    def announce(self, webhook: "Webhook", body: str) -> None:
        """Deliver an event as the behaviour says: late, often, in any order or not at all."""
        how = self.behaviour
        if self._rng.random() >= how.share:
            return
        for _ in range(how.repeat):
            self.send(webhook, body, how.delay + self._rng.uniform(0, how.shuffle))

    def send(self, webhook: "Webhook", body: str, wait: float = 0) -> Delivery:
        """Deliver once, in `wait` seconds."""
        delivery = Delivery(webhook.shop, webhook.event_name, webhook.url, body)
        with self._changed:
            self._listed.append(delivery)
            if len(self._waiting) >= MOST_WAITING:
                delivery.failure = "too many were waiting"
                return delivery
            heappush(self._waiting, (self._ticks() + wait, next(self._numbers), delivery))
            if self._threads < THREADS:
                self._threads += 1
                Thread(target=self._work, name="webhooks", daemon=True).start()
            self._changed.notify()
        return delivery

    def shown(self) -> "list[Json]":
        """Show all deliveries, those that wait too, in the order of their events."""
        with self._changed:
            return [each.shown() for each in self._listed]

    def forget(self) -> None:
        """Forget the deliveries that have ended."""
        with self._changed:
            self._listed = [each for each in self._listed if not each.ended]

    def _work(self) -> None:
        while delivery := self._next():
            status, failure = None, None
            try:
                status = post(delivery.url, delivery.body)
            except FAILURES as error:
                failure = f"{type(error).__name__}: {error}"
            with self._changed:
                delivery.status, delivery.failure = status, failure

    def _next(self) -> Delivery | None:
        """Wait for the delivery that is due next; None when none is left."""
        with self._changed:
            while self._waiting:
                left = self._waiting[0][0] - self._ticks()
                if left <= 0:
                    delivery = heappop(self._waiting)[-1]
                    delivery.time = self._clock.now().isoformat(timespec="milliseconds")
                    return delivery
                self._changed.wait(left)
            self._threads -= 1
            return None
