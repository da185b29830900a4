"""What users of such connectors complain about, and what cannot happen with this bridge.

Each test is named after a complaint, and names the issue in which somebody had it.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

import app
from tests.end_to_end.waiting import eventually
from tests.export.conftest import Live
from tests.export.zapier_app import poll, written
from tests.web.answers import good, problem
from tests.web.conftest import Bridge, Build

RMA = "/v1/triggers/new_rma"
REFUND = "/v1/triggers/refund_requested"
SECOND = timedelta(seconds=1)


@pytest.fixture
def bridge(build: Build) -> Bridge:
    return build()


@dataclass
class Remembering:
    """A platform that reads the first page of each poll and remembers ids: Zapier, Make, n8n."""

    bridge: Bridge
    path: str = REFUND
    seen: set[str] = field(default_factory=set)

    def news(self) -> list[str]:
        """Poll, and name the things of which something new is told."""
        page = good(self.bridge.get(self.path))
        told = [event for event in page if event["id"] not in self.seen]
        self.seen |= {event["id"] for event in told}
        assert len({event["id"] for event in page}) == len(page)
        return sorted(str(event.get("transaction_id") or event["rma_id"]) for event in told)


@dataclass
class Walking:
    """A platform that remembers the last event and asks for what came later, page by page."""

    bridge: Bridge
    last: str
    path: str = REFUND
    limit: int = 100

    def news(self) -> list[str]:
        """Walk on to the end, and name the things of which something is told."""
        told: list[str] = []
        while page := good(
            self.bridge.get(self.path, query_string={"after": self.last, "limit": self.limit})
        ):
            told += [str(event.get("transaction_id") or event["rma_id"]) for event in page]
            self.last = page[-1]["id"]
        return sorted(told)


def walking(bridge: Bridge, **options: Any) -> Walking:
    """Start to walk at a refund of now."""
    bridge.new_refund()
    newest, *_ = good(bridge.get(REFUND))
    bridge.later()
    return Walking(bridge, newest["id"], **options)


def refunds(bridge: Bridge, count: int, **options: Any) -> list[str]:
    made = bridge.control("transactions", count=count, **options)
    return sorted(str(each["id"]) for each in made)


def test_01_activating_again_drops_no_events(build: Build):
    """activepieces #13311: republishing reset the cursor."""
    bridge = build()
    walker = walking(bridge)
    made = refunds(bridge, 3)
    bridge.later()
    republished = Remembering(build())  # the bridge starts anew, too
    republished.news()
    assert walker.news() == made
    missed = refunds(bridge, 2)
    bridge.later()
    assert republished.news() == walker.news() == missed


def test_02_rows_of_one_second_do_not_vanish_at_a_page_border(bridge: Bridge):
    """activepieces #9357: rows with the same timestamp."""
    walker = walking(bridge, limit=2)
    now = bridge.clock.now().isoformat()
    made = refunds(bridge, 7, created_at=now, updated_at=now)
    bridge.later()
    assert walker.news() == made
    backwards: list[str] = []
    address = f"{REFUND}?limit=2"
    while address:
        answer = bridge.get(address)
        backwards += [event["transaction_id"] for event in good(answer)]
        address = answer.headers.get("Link", "").partition(">")[0].lstrip("<")
    assert len(backwards) == len(set(backwards)) == 8
    assert set(made) < set(backwards)


def test_03_what_returngo_shows_late_is_not_jumped_over(bridge: Bridge):
    """activepieces #14869: the checkpoint had gone past rows that came late."""
    walker = walking(bridge)
    remembering = Remembering(bridge)
    on_time = refunds(bridge, 1)
    bridge.later()
    remembering.news()
    assert walker.news() == on_time
    past = (bridge.clock.now() - timedelta(seconds=90)).isoformat()
    late = refunds(bridge, 2, created_at=past, updated_at=past)
    bridge.later()
    assert walker.news() == remembering.news() == late


@pytest.fixture
def in_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Move the machine into another time zone."""

    def move(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Pacific/Auckland"])
def test_04_a_utc_time_is_never_read_as_local(
    build: Build, in_zone: Callable[[str], None], zone: str
):
    """activepieces #14612: a window was skipped for ever."""
    in_zone(zone)
    bridge = build()
    remembering = Remembering(bridge)
    remembering.news()
    made = refunds(bridge, 1)
    assert remembering.news() == []
    bridge.later()
    assert remembering.news() == made
    (event,) = good(bridge.get(REFUND))
    assert event["occurred_at"] == "2026-02-04T12:00:00Z"
    assert event["recorded_at"].endswith("Z")
    rma_id = bridge.new_rma()
    for asked, is_found in (
        ("2026-02-04T14:00:00+02:00", True),
        ("2026-02-04T12:00:00Z", True),
        ("2026-02-04T12:00:00-02:00", False),
    ):
        answer = bridge.get("/v1/actions/list_rmas", query_string={"created_after": asked})
        assert (rma_id in [each["rma_id"] for each in good(answer)]) == is_found


def test_05_a_limit_loses_nothing_beyond_it(bridge: Bridge):
    """activepieces #12688: fifty were read, then the cursor moved to now."""
    walker = walking(bridge, limit=50)
    made = refunds(bridge, 120)
    bridge.later()
    assert walker.news() == made


def test_06_a_poll_does_not_read_all_pages(bridge: Bridge):
    """activepieces #7971: the quota was burned."""
    bridge.control("rmas", count=20)
    good(bridge.get(RMA))
    assert len(bridge.calls()) > 20, "each was read once"
    for _ in range(5):
        bridge.later()
        before = len(bridge.calls())
        for _ in range(10):  # workflows that poll
            good(bridge.get(RMA))
        assert len(bridge.calls()) - before <= 2, "a list of each of the two shops"


def test_07_two_pollers_of_one_log_tell_nothing_twice(build: Build):
    """n8n #35251: after an import two pollers ran, and everything came twice."""
    first, second = build(), build()
    here, there = Remembering(first), Remembering(second)
    assert here.news() == there.news() == []
    made = refunds(first, 5)
    first.later()
    assert here.news() == there.news() == made
    assert here.seen == there.seen, "under the same ids, so that an action is done once"
    assert here.news() == there.news() == []


def test_08_a_poll_that_sees_nothing_for_long_says_so(bridge: Bridge):
    """n8n #33327: silent for a day while "active"."""
    remembering = Remembering(bridge)
    remembering.news()
    bridge.control("faults", status=500, count=10**6)
    made = refunds(bridge, 1)
    bridge.clock.advance(timedelta(hours=2))
    told = problem(bridge.get(REFUND), 502)
    assert "could not be read" in told["detail"]
    bridge.control("faults", "DELETE")
    bridge.clock.advance(timedelta(hours=24))
    assert remembering.news() == made


def test_09_a_poll_that_fails_moves_no_cursor(bridge: Bridge):
    """n8n #28157: it advanced all the same."""
    walker, remembering = walking(bridge), Remembering(bridge)
    remembering.news()
    made = refunds(bridge, 4)
    for kind in ("status", "drop", "truncate", "html"):
        bridge.control("faults", kind=kind, count=10)
        bridge.later()
        assert remembering.news() == walker.news() == []
        bridge.control("faults", "DELETE")
    bridge.clock.advance(timedelta(minutes=20))
    assert remembering.news() == walker.news() == made


def test_10_a_source_that_fails_is_not_asked_at_every_tick(bridge: Bridge):
    """n8n #35707: it was polled again at once, and again."""
    good(bridge.get(REFUND))
    bridge.control("faults", status=500, count=10**6)
    bridge.later()
    asked = [len(bridge.calls())]
    for _ in range(2):
        for _ in range(60):  # five minutes
            bridge.get(REFUND)
            bridge.clock.advance(5 * SECOND)
        asked.append(len(bridge.calls()))
    first, then = asked[1] - asked[0], asked[2] - asked[1]
    assert 0 < first < 60, "with two shops and what is tried again at once"
    assert then <= first / 2, "the longer it fails, the more seldom it is asked"


def test_11_reading_many_pages_keeps_to_the_limit_of_a_second(build: Build):
    """n8n #8062: paging without a pause ran into the limit."""
    bridge = build(returngo_second_limit=2)
    bridge.control("limits", second=2)
    bridge.control("rmas", count=30)
    eventually(lambda: bridge.get(RMA).status_code == 200)
    calls = bridge.sandbox.simulation.calls
    assert len(calls) > 30, "a call for the details of each"
    assert {call.status for call in calls} == {200}


def test_12_what_began_long_ago_fires_when_it_ends_now(bridge: Bridge):
    """n8n #3364: a filter on start and end let nothing through that lasted long."""
    long_ago = (bridge.clock.now() - timedelta(days=50)).isoformat()
    rma_id = bridge.new_rma(status="Approved", created_at=long_ago, updated_at=long_ago)
    changed = Remembering(bridge, "/v1/triggers/rma_status_changed")
    created = Remembering(bridge)
    created.path = RMA
    assert changed.news() == created.news() == []
    bridge.control(f"rmas/{rma_id}/status", status="Received")
    bridge.later()
    assert changed.news() == [rma_id]
    assert created.news() == []


def test_13_records_seconds_apart_are_all_told_in_whatever_order(bridge: Bridge):
    """pipedream #9712: only what was greater than the greatest counted as new."""
    remembering = Remembering(bridge)
    remembering.news()
    told: list[str] = []
    made: list[str] = []
    for seconds in (9, 3, 7, 3, 1):  # the younger ones first
        at = (bridge.clock.now() - seconds * SECOND).isoformat()
        made += refunds(bridge, 1, created_at=at, updated_at=at)
        bridge.later()
        told += remembering.news()
    assert told == made


def test_14_the_page_that_live_polls_read_holds_all_that_is_new(
    bridge: Bridge, live: Live, tmp_path: Path
):
    """zapier-platform-cli #131: paging that live polls don't use."""
    remembering = Remembering(bridge)
    remembering.news()
    made = refunds(bridge, 500)
    bridge.later()
    assert remembering.news() == made

    eventually(lambda: live.bridge.call("GET", REFUND).ok)
    before = {event["id"] for event in live.bridge.poll("refund_requested")}
    live.sandbox.control("transactions", {"count": 150})
    eventually(lambda: len(live.bridge.poll("refund_requested")) >= len(before) + 150)
    zap = written(app.CATALOGUE, tmp_path, live.bridge.url)
    (told,) = zap.run([poll("refund_requested", limit=-1, page=0)])
    assert len({event["id"] for event in told.good} - before) == 150


def test_15_nothing_need_be_handed_from_one_poll_to_the_next(bridge: Bridge):
    """PowerPlatformConnectors #3181: the trigger's value never reached the next poll."""
    told: set[str] = set()
    made: set[str] = set()
    for _ in range(5):  # by a client that says the same each time
        made |= set(refunds(bridge, 3))
        bridge.later()
        told |= {event["transaction_id"] for event in good(bridge.get(REFUND))}
    assert told == made
    # and for a client that walks, the address of the next page says where it was
    oldest = good(bridge.get(REFUND))[-1]
    answer = bridge.get(REFUND, query_string={"after": oldest["id"], "limit": 4})
    address = answer.headers["Link"].partition(">")[0].lstrip("<")
    page = json.loads(answer.data)
    assert parse_qs(urlsplit(address).query)["after"] == [page[-1]["id"]]
    assert len(good(bridge.get(address))) == 4
