import contextlib
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest

from connector.blocks import Trigger
from connector.budget import Budget
from connector.connections import Connection
from connector.feed import Feed, NotReady, Page
from connector.feed.polling.poll import FIRST_POLL_WAIT
from connector.returngo import KeyRefused, ShopRefused, Unavailable, Upstream
from connector.sandbox.world.models import Rma
from connector.store import Store
from tests.feed.conftest import BASELINE, FRESHNESS, REACH
from tests.feed.returngo import DEMO, OUTLET, SkewedClock
from tests.stand_ins import AtOnce
from triggers.new_rma import block as new_rma
from triggers.refund_requested import block as refund_requested

FRESH = FRESHNESS + timedelta(seconds=1)


def ids(page: Page) -> list[str]:
    return [shown["id"] for shown in page.objects]


def created(*rmas: Rma) -> list[str]:
    return [f"rma:{rma.id}:created" for rma in rmas]


def refunds(page: Page) -> list[str]:
    return [shown["transaction_id"] for shown in page.objects]


def test_an_rma_made_since_the_last_poll_comes_out_once_with_its_details(poll, world, clock):
    poll(new_rma)
    clock.advance(FRESH)
    rma = world.rma()
    for _ in range(3):
        [shown] = poll(new_rma).objects
        assert shown["id"] == f"rma:{rma.id}:created"
        assert (shown["rma_id"], shown["shop"]) == (str(rma.id), DEMO)
        assert shown["customer_email"] == rma.order.customer.email
        assert [item["sku"] for item in shown["items"]] == [rma.items[0]["sku"]]
        clock.advance(FRESH)


def test_a_refund_comes_out_each_time_it_is_requested(poll, world, clock):
    refund = world.refund(world.rma())
    first = poll(refund_requested)
    clock.advance(FRESH)
    world.record(refund, "Failed")
    assert ids(poll(refund_requested)) == ids(first)
    clock.advance(FRESH)
    world.record(refund, "Requested")
    again = poll(refund_requested)
    assert refunds(again) == [str(refund.id)] * 2
    assert ids(again)[1:] == ids(first)
    assert len(set(ids(again))) == 2


def test_a_requested_refund_that_is_merely_touched_is_not_requested_again(poll, world, clock):
    refund = world.refund(world.rma())
    first = ids(poll(refund_requested))
    clock.advance(FRESH)
    world.record(refund, "Requested")
    assert ids(poll(refund_requested)) == first


@pytest.mark.parametrize("skew", [timedelta(minutes=-10), timedelta(minutes=10)])
@pytest.mark.parametrize("trigger", [new_rma, refund_requested], ids=["rma", "refund"])
def test_a_wrong_clock_of_the_bridge_loses_nothing_and_repeats_nothing(
    open_feed, connection, clock, world, skew, trigger
):
    feed = open_feed(clock=SkewedClock(clock, skew))
    call = {"raw": False}
    feed.poll(connection, trigger, call)
    for _ in range(5):
        clock.advance(timedelta(minutes=7))
        world.refund(world.rma())
        feed.poll(connection, trigger, call)
        world.refund(world.rma())
    clock.advance(FRESH)
    taken = ids(feed.poll(connection, trigger, call))
    assert len(taken) == len(set(taken)) == 10


def test_rows_of_one_second_are_not_lost_at_a_page_border(poll, world, wire, clock):
    wire.pagesize = 3
    poll(new_rma)
    poll(refund_requested)
    clock.advance(FRESH)
    rmas = [world.rma() for _ in range(10)]
    made = [world.refund(rma) for rma in rmas]
    assert sorted(ids(poll(new_rma))) == sorted(created(*rmas))
    assert sorted(refunds(poll(refund_requested))) == sorted(str(each.id) for each in made)
    # The second in which they were read goes on.
    late = world.rma()
    clock.advance(FRESH)
    assert sorted(ids(poll(new_rma))) == sorted(created(*rmas, late))


def test_what_is_read_again_in_the_overlap_adds_nothing(poll, world, clock, wire):
    world.refund(world.rma())
    before = ids(poll(new_rma)), ids(poll(refund_requested))
    clock.advance(FRESH)
    wire.pages.clear()
    assert (ids(poll(new_rma)), ids(poll(refund_requested))) == before
    assert sum(len(rows) for path, _, rows in wire.pages if path == "/transactions") == 1


@pytest.mark.parametrize("events", [True, False])
def test_an_rma_from_before_the_baseline_is_not_new_when_it_is_updated(poll, world, clock, events):
    old = world.rma(at=clock.now() - REACH - timedelta(minutes=1), events=events)
    young = world.rma(at=clock.now() - REACH + timedelta(minutes=1), events=events)
    poll(new_rma)
    for _ in range(2):
        clock.advance(FRESH)
        world.touch(old)
        world.touch(young)
        assert ids(poll(new_rma)) == created(young)


def test_an_rma_whose_events_are_silent_is_dated_by_its_details(poll, world, clock):
    poll(new_rma)
    clock.advance(FRESH)
    rma = world.rma(events=False)
    [shown] = poll(new_rma).objects
    assert shown["id"] == f"rma:{rma.id}:created"
    assert shown["occurred_at"] == shown["created_at"] == "2026-02-04T12:01:01Z"


def test_a_bridge_that_starts_again_goes_on_where_it_stopped(open_feed, connection, world, clock):
    call = {"raw": True}
    world.rma()
    before = open_feed().poll(connection, new_rma, call).objects
    clock.advance(timedelta(hours=3))
    new = world.rma()
    after = open_feed().poll(connection, new_rma, call).objects
    assert after[1:] == before
    assert after[0]["id"] == f"rma:{new.id}:created"


def test_ten_pollers_cost_one_list_and_one_call_for_each_new_rma(poll, world, clock):
    poll(new_rma, shop=DEMO)
    for _ in range(3):
        clock.advance(FRESH)
        world.forget_calls()
        rmas = [world.rma(), world.rma()]
        for _ in range(10):
            poll(new_rma, shop=DEMO)
        assert Counter(world.calls()) == Counter(["/rmas", *(f"/rma/{rma.id}" for rma in rmas)])


def test_pollers_at_the_same_time_cost_one_list_between_them(
    open_feed, connection, world, clock, monkeypatch
):
    # Who waits lets the reading thread go on; the shared clock must not run ahead of it.
    monkeypatch.setattr(clock, "sleep", lambda _: time.sleep(0.002))
    feed = open_feed(pool=None)
    try:
        for trigger in (new_rma, new_rma, new_rma):
            clock.advance(FRESH)
            _poll_patiently(feed, connection, trigger)
        clock.advance(FRESH)
        rma = world.rma()
        world.forget_calls()
        threads = [
            threading.Thread(target=_poll_patiently, args=(feed, connection, new_rma))
            for _ in range(10)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        feed.close()
    assert sorted(world.calls()) == [f"/rma/{rma.id}", "/rmas"]


def _poll_patiently(feed: Feed, connection: Connection, trigger: Trigger) -> None:
    with contextlib.suppress(NotReady):
        feed.poll(connection, trigger, {"raw": False, "shop": DEMO})


def test_details_cost_one_call_however_often_an_rma_changes(poll, world, clock):
    rma = world.rma()
    poll(new_rma)
    for status in ("Approved", "Received"):
        clock.advance(FRESH)
        world.move(rma, status)
        poll(new_rma)
    assert world.calls("/rma/") == [f"/rma/{rma.id}"]


def test_half_of_a_first_reading_is_not_shown(poll, world, clock, wire):
    wire.pagesize = 2
    made = [world.refund(world.rma()) for _ in range(5)]
    wire.before = lambda request: "cursor=" in request.url and world.trouble(count=4)
    with pytest.raises(Unavailable):
        poll(refund_requested)
    wire.before = lambda _: None
    world.heal()
    clock.advance(timedelta(minutes=15))
    assert sorted(refunds(poll(refund_requested))) == sorted(str(each.id) for each in made)


def test_a_first_reading_that_takes_long_says_not_ready(open_feed, connection, clock):
    class Nobody(AtOnce):
        def submit(self, *_, **__):
            return None

    with pytest.raises(NotReady):
        open_feed(pool=Nobody()).poll(connection, new_rma, {"raw": False})
    assert clock.now().second == FIRST_POLL_WAIT.total_seconds()


def test_a_refused_key_says_so(open_feed):
    stranger = Connection(id="x", shops=(DEMO,), api_key="unknown", label="x")
    with pytest.raises(KeyRefused):
        open_feed().poll(stranger, new_rma, {"raw": False})


def test_a_new_key_is_tried_at_once(open_feed, world):
    feed = open_feed()
    with pytest.raises(KeyRefused):
        feed.poll(Connection("x", (DEMO,), "unknown", "x"), new_rma, {"raw": False})
    rma = world.rma()
    page = feed.poll(Connection("x", (DEMO,), "demo-key", "x"), new_rma, {"raw": False})
    assert ids(page) == created(rma)


def test_a_refused_shop_says_so_and_does_not_hold_up_the_others(open_feed, world):
    feed = open_feed()
    rma = world.rma()
    both = Connection("x", (DEMO, "other.myshopify.com"), "demo-key", "x")
    assert ids(feed.poll(both, new_rma, {"raw": False})) == created(rma)
    with pytest.raises(ShopRefused, match=r"other\.myshopify\.com"):
        feed.poll(both, new_rma, {"raw": False, "shop": "other.myshopify.com"})


@pytest.mark.two_shops
def test_a_failing_shop_keeps_none_of_what_was_recorded_from_who_walks(poll, world, wire, clock):
    first = world.rma(DEMO)
    poll(new_rma)
    clock.advance(FRESH)
    hidden = world.rma(OUTLET)
    poll(new_rma)
    # The outlet fails for long, and the other shop goes on.
    wire.before = lambda request: (
        request.headers["x-shop-name"] == OUTLET and world.trouble(count=1)
    )
    clock.advance(timedelta(hours=2))
    later = world.rma(DEMO)
    [one] = created(first)
    assert ids(poll(new_rma, after=one)) == created(hidden, later)


def test_the_databases_file_does_not_tell_who_the_customers_are(
    poll, world, tmp_path, store: Store
):
    rma = world.rma()
    world.refund(rma, bank_account=True)
    poll(new_rma)
    poll(refund_requested)
    store.close()
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert str(rma.id).encode() in written
    customer = rma.order.customer
    iban = rma.transactions[0].bank_account_details["iban"]
    for secret in (customer.email, customer.name, customer.address["street1"], iban, "demo-key"):
        assert secret.encode() not in written


@pytest.mark.two_shops
def test_two_feeds_over_one_database_record_each_thing_once(
    each_store, vault, transport, clock, world, connection, monkeypatch
):
    """Two processes read all streams at the same time, whatever the database."""
    monkeypatch.setattr(clock, "sleep", lambda _: time.sleep(0.002))
    for _ in range(6):
        world.refund(world.rma(DEMO))
        world.refund(world.rma(OUTLET))
    budget = Budget(each_store, daily=100_000, second=100_000, clock=clock)
    feeds = [
        Feed.open(
            each_store,
            vault,
            budget,
            Upstream(transport, budget, clock),
            freshness=FRESHNESS,
            baseline=BASELINE,
            clock=clock,
            pool=AtOnce(),
        )
        for _ in range(2)
    ]

    def read(feed, trigger, shop):
        with contextlib.suppress(NotReady):
            feed.poll(connection, trigger, {"raw": False, "shop": shop})

    threads = [
        threading.Thread(target=read, args=(feed, trigger, shop))
        for feed in feeds
        for trigger in (new_rma, refund_requested)
        for shop in (DEMO, OUTLET)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    clock.advance(timedelta(minutes=2))
    for trigger in (new_rma, refund_requested):
        taken = ids(feeds[0].poll(connection, trigger, {"raw": False}))
        assert len(taken) == len(set(taken)) == 12
