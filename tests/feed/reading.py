"""A past that a feed has read once, in databases to copy.

A test that begins after it lets it happen anew at a ReturnGO of its own, where nobody looks.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from connector.blocks import Trigger
from connector.feed import Page
from connector.returngo import Transport
from connector.sandbox.app import SandboxApp
from connector.store import Store, Vault, migrate
from tests.conftest import SECRETS, demo_owner, empty_sandbox
from tests.databases import hurry
from tests.feed.conftest import feed_over
from tests.feed.looking import LOOK, look_at_all
from tests.feed.returngo import Wire
from tests.stand_ins import HandClock


@dataclass(frozen=True)
class Past:
    """A ReturnGO, its time, and what looks at it."""

    sandbox: SandboxApp
    clock: HandClock
    look: Callable[[], None]


@contextmanager
def reading(url: str, triggers: tuple[Trigger, ...]) -> Iterator[tuple[Past, Store]]:
    """Let a feed over the database at `url` read what triggers tell of, whenever it looks."""
    clock = HandClock()
    sandbox = empty_sandbox(clock)
    transport = Transport("http://sandbox.example.com", clock=clock, adapter=Wire(sandbox))
    store = hurry(Store(url))
    migrate(store)
    feed = feed_over(store, Vault(SECRETS), transport, clock)

    def poll(trigger: Trigger, **call: Any) -> Page:
        return feed.poll(demo_owner(), trigger, {"raw": False, **call})

    def look() -> None:
        ends = clock.now() + LOOK
        look_at_all(poll, clock, triggers)
        assert clock.now() <= ends
        clock.advance(ends - clock.now())

    yield Past(sandbox, clock, look), store
    transport.close()
    store.close()


def unread(sandbox: SandboxApp, clock: HandClock) -> Past:
    """Let things happen again where nobody looks: it takes as long."""
    return Past(sandbox, clock, lambda: clock.advance(LOOK))
