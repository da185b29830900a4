"""What polling costs. COST_SECONDS=60 takes the whole minute."""

import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from threading import Event
from typing import Any

import requests

from connector.returngo.transaction_owner import TRIES
from tests.end_to_end.waiting import eventually
from tests.processes import CALL, SHOPS, Bridge, Sandbox, running_bridge

CLIENTS = 10
SECONDS = float(os.environ.get("COST_SECONDS", "8"))
FRESHNESS = 2
NEW_RMAS = 5
TWICE = Counter(dict.fromkeys(product(("/rmas", "/transactions"), SHOPS), 2))


def test_ten_clients_cost_one_sync_a_freshness_window_and_at_most_one_detail_a_new_rma_or_refund(
    real_sandbox: Sandbox, database_url: str
):
    with running_bridge(
        real_sandbox.url, database_url, FEED_FRESHNESS=str(FRESHNESS), WORKERS="4"
    ) as bridge:
        started = time.monotonic()
        enough = Event()
        with ThreadPoolExecutor(CLIENTS) as clients:
            polling = [clients.submit(poll_until, bridge, enough) for _ in range(CLIENTS)]
            time.sleep(SECONDS / 2)
            real_sandbox.control("rmas", {"count": NEW_RMAS})
            time.sleep(SECONDS / 2)
            try:  # a busy machine needs longer for its first look
                eventually(lambda: lists_of(real_sandbox) >= TWICE)
            finally:
                enough.set()
            polls = sum(each.result() for each in polling)
        elapsed = time.monotonic() - started
        new_rmas = {event["rma_id"] for event in bridge.poll("new_rma")}
        # Whatever is in Requested is looked at as a refund is, before it is known to be none.
        requested = ("refund_requested", "exchange_invoice_waiting")
        refunded = {event["rma_id"] for each in requested for event in bridge.poll(each)}

    made = real_sandbox.calls()
    lists = lists_of(real_sandbox)
    windows = int(elapsed // FRESHNESS) + 2  # the first, and the one of the last look
    for shop in SHOPS:
        assert 1 < lists.pop(("/rmas", shop)) <= windows
        assert 1 < lists.pop(("/transactions", shop)) <= windows
    assert lists == {}
    others = Counter(each["path"] for each in made if not is_list(each))
    # The refunds that waited at the first look: one list a shop to find their RMAs among, a wrong
    # one now and then, and a few questions where none of the nearest was right.
    assert others.pop("/rmas", 0) <= len(SHOPS)
    assert others.pop("/transactions", 0) <= 20 * len(SHOPS)
    details = Counter({path.removeprefix("/rma/"): count for path, count in others.items()})
    wrong = details - Counter(new_rmas) - Counter(refunded)
    # A refund costs its RMA only where that was not read before.
    assert Counter(new_rmas) <= details - wrong <= Counter(new_rmas) + Counter(refunded)
    assert wrong.total() <= TRIES * requested_in(real_sandbox)
    assert polls > 2 * CLIENTS, "the clients were too slow to show anything"


def lists_of(sandbox: Sandbox) -> Counter[tuple[str, str]]:
    calls = sandbox.calls()
    return Counter((each["path"], each["shop"]) for each in calls if is_list(each))


def requested_in(sandbox: Sandbox) -> int:
    """Count the transactions that are in Requested, refunds or not."""
    return sum(
        len(
            requests.get(
                f"{sandbox.url}/transactions",
                params={"pagesize": "500", "statuses": "Requested"},
                headers={"x-api-key": "demo-key", "x-shop-name": shop},
                timeout=CALL,
            ).json()["transactions"]
        )
        for shop in SHOPS
    )


def is_list(call: dict[str, Any]) -> bool:
    """Return whether a call lists what was updated, or what is open."""
    return "updated_at" in call["query"] or "status=" in call["query"]


def poll_until(bridge: Bridge, enough: Event) -> int:
    polls = 0
    while not enough.is_set():
        bridge.poll("new_rma")
        bridge.poll("refund_requested")
        polls += 2
        time.sleep(0.05)
    return polls
