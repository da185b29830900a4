"""A receiver of the sandbox's webhooks on a real socket, and waiting for what it is to receive."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

from connector.sandbox.world.lifecycle import WEBHOOK_EVENTS
from tests.returngo.hosts import Behaviour, Host, answering, serving
from tests.sandbox.client import Caller

PATIENCE = 30


class Receiver:
    """What the webhooks of a sandbox are registered with."""

    def __init__(self, host: Host, api: Caller) -> None:
        self.url = f"{host.url}/in/secret"
        self.seen = host.seen
        self._api = api

    def register(self, *events: str, shop: str | None = None) -> None:
        """Register for these events, or for all."""
        caller = self._api if shop is None else Caller(self._api.app, shop=shop)
        for event in events or WEBHOOK_EVENTS:
            hook = {"url": self.url, "eventName": event}
            assert caller.post("/webhook", hook).status_code == 200

    @property
    def received(self) -> list[dict[str, Any]]:
        """The payloads, in the order of arrival."""
        return [json.loads(body) for _, _, body in self.seen]

    @property
    def events(self) -> list[str]:
        """The names of the events received, sorted because they may overtake each other."""
        return sorted(body["eventName"] for body in self.received)

    def forget(self) -> None:
        """Forget what came until now."""
        settled(self._api)
        self._api.control("webhooks", "DELETE")
        self.seen.clear()


@contextmanager
def receiving(api: Caller, behave: Behaviour | None = None) -> Iterator[Receiver]:
    with serving(behave or answering()) as host:
        yield Receiver(host, api)


def deliveries(api: Caller) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = api.control("webhooks", "GET")
    return listed


def settled(api: Caller) -> list[dict[str, Any]]:
    """Return all deliveries once each has ended."""
    until(lambda: all(each["status"] or each["failure"] for each in deliveries(api)))
    return deliveries(api)


def outcomes(api: Caller) -> Counter[object]:
    return Counter(each["status"] or each["failure"] for each in settled(api))


def until(condition: Callable[[], object]) -> None:
    """Look again and again whether it has come true."""
    for _ in range(PATIENCE * 100):
        if condition():
            return
        Event().wait(0.01)
    raise AssertionError("it did not come true")
