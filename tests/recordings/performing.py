"""Running a block of any sort as the web does, whatever plays ReturnGO."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import simplejson
from requests.adapters import HTTPAdapter

from connector.blocks import (
    Action,
    Block,
    Choice,
    KnownSearch,
    RmaCount,
    Search,
    Trigger,
    read_input,
)
from connector.budget import Budget
from connector.connections import Connection
from connector.feed import Feed
from connector.returngo import Transport, Upstream
from connector.store import Store, Vault, migrate
from tests.known import HandKnowledge
from tests.processes import SHOPS
from tests.stand_ins import NOON, AtOnce, HandClock

SHOP = SHOPS[0]
API_KEY = "demo-key"
CONNECTION = Connection(id="operator", shops=(SHOP,), api_key=API_KEY, label="demo")
# A search of what is known asks no ReturnGO that could be recorded.
KNOWN = HandKnowledge(
    [
        RmaCount(
            shop=SHOP,
            status=status,
            count=count,
            without_tracking_number=count - 1,
            tracking_unknown=count - 2,
            as_of=NOON,
        )
        for status, count in (("Pending", 3), ("Approved", 12))
    ]
)
CALLS = 100_000
SOON = timedelta(minutes=2)
# By then even what only an RMA's details tell has been looked for again.
LATER = timedelta(hours=1)


def nothing() -> None:
    """Let nothing happen."""


def perform(
    block: Block,
    given: Mapping[str, Any],
    adapter: HTTPAdapter,
    clock: HandClock,
    meanwhile: Callable[[], object] = nothing,
) -> Any:
    """Return, as JSON, what a workflow gets from `block` for what its caller has `given`.

    A trigger is polled twice, an hour apart; `meanwhile` something may happen.
    """
    call = read_input(block.input_schema, given)
    with _empty_store() as store:
        budget = Budget(store, daily=CALLS, second=CALLS, clock=clock)
        transport = Transport("http://returngo.example.com", clock=clock, adapter=adapter)
        upstream = Upstream(transport, budget, clock)
        returngo = upstream.open(CONNECTION, SHOP)
        shown: Any
        match block:
            case Trigger():
                shown = _poll(block, call, upstream, store, meanwhile)
            case Action():
                shown = block.perform(returngo, block.own(call), raw=call["raw"])
            case KnownSearch():
                shown = block.look_up(KNOWN, (SHOP,), call)
            case Search():
                shown = block.find(returngo, call)
            case Choice():
                shown = block.options(returngo, call)
        transport.close()
    return simplejson.loads(simplejson.dumps(shown, use_decimal=True), use_decimal=True)


def _poll(
    trigger: Trigger,
    call: dict[str, Any],
    upstream: Upstream,
    store: Store,
    meanwhile: Callable[[], object],
) -> list[dict[str, Any]]:
    clock = upstream.clock
    feed = Feed.open(
        store,
        Vault(["a secret only for tests"]),
        upstream.budget,
        upstream,
        freshness=timedelta(minutes=1),
        baseline=timedelta(days=1),
        clock=clock,
        pool=AtOnce(),
    )
    clock.sleep(SOON.total_seconds())
    feed.poll(CONNECTION, trigger, call)
    meanwhile()
    clock.sleep(LATER.total_seconds())
    shown = feed.poll(CONNECTION, trigger, call).objects
    feed.close()
    return shown


@contextmanager
def _empty_store() -> Iterator[Store]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "bridge.sqlite3"
        path.write_bytes(_migrated())
        store = Store(f"sqlite:///{path}")
        yield store
        store.close()


@cache
def _migrated() -> bytes:
    """Migrate a database once, to copy: migrating takes longer than most blocks."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.sqlite3"
        store = Store(f"sqlite:///{path}")
        migrate(store)
        store.close()
        return path.read_bytes()
