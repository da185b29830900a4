from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any
from unittest import mock

import pytest
from sqlalchemy import func, select

from connector.blocks import Trigger
from connector.clock import MAX_CLOCK_SKEW
from connector.connections import Connections
from connector.delivery import fanout
from connector.delivery.messages import message_id
from connector.store.tables import delivery
from connector.store.tables import fanout as cursors
from tests.delivery.bureau import DEMO, OUTLET, Bureau, ids
from tests.web.conftest import SETTINGS

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@pytest.mark.two_shops
def test_each_hook_gets_what_it_asked_for_and_nothing_else(bureau: Bureau):
    bureau.ready(OUTLET)
    hooks = {
        name: bureau.subscribe(url=f"https://hooks.example.com/{name}", filters=filters)
        for name, filters in {
            "all": {},
            "outlet": {"shop": OUTLET},
            "gift": {"type": "refundtogiftcard"},
            "both": {"shop": OUTLET, "type": "RefundToGiftCard"},
        }.items()
    }
    other = bureau.subscribe("new_transaction", "https://hooks.example.com/other")
    plain = bureau.refund(DEMO)
    gift = bureau.refund(OUTLET, type="RefundToGiftCard")
    bureau.refund(DEMO, status="Success")
    bureau.work_for(2 * SECOND, step=0.2)
    assert {name: bureau.events(hook) for name, hook in hooks.items()} == {
        "all": [plain, gift],
        "outlet": [gift],
        "gift": [gift],
        "both": [gift],
    }
    # nobody has asked for new transactions before: three of the four are older than the hook
    assert len(bureau.events(other)) == 3


def test_what_was_recorded_before_somebody_subscribed_is_not_sent(bureau: Bureau):
    bureau.refund()
    hook = bureau.subscribe()
    bureau.work()
    assert bureau.sender.sent == []
    first = bureau.refund()
    later = bureau.subscribe(url="https://hooks.example.com/later")
    news = bureau.refund()
    bureau.work()
    assert bureau.events(hook) == [first, news]
    assert bureau.events(later) == [news]


def test_many_events_are_sent_each_once(bureau: Bureau):
    hook = bureau.subscribe()
    with mock.patch.object(fanout, "EVENTS_AT_ONCE", 3):
        events = [bureau.refund() for _ in range(10)]
        bureau.work_for(2 * SECOND, step=0.2)
    assert bureau.events(hook) == events
    assert bureau.states(hook) == ["delivered"] * 10


@pytest.mark.two_shops
def test_what_the_first_reading_finds_is_news_only_if_it_has_just_happened(bureau: Bureau, clock):
    hook = bureau.subscribe(filters={"shop": OUTLET})
    bureau.refund(OUTLET, at=clock.now() - timedelta(hours=1))
    bureau.refund(OUTLET, at=clock.now() - MAX_CLOCK_SKEW - MINUTE)
    just_now = bureau.refund(OUTLET, at=clock.now() - MAX_CLOCK_SKEW + MINUTE)
    bureau.work()
    assert bureau.events(hook) == [just_now]
    bureau.ready(OUTLET)
    late = bureau.refund(OUTLET, at=clock.now() - timedelta(hours=1))
    bureau.work()
    assert bureau.events(hook) == [just_now, late]


def test_who_brought_a_key_is_told_only_of_the_shop_that_was_named(bureau: Bureau):
    connections = Connections(SETTINGS, bureau.store, bureau.vault)
    demo, outlet = (connections.by_key("planted-key", shop) for shop in (DEMO, OUTLET))
    for each in (demo, outlet):
        bureau.ready(each.shops[0], each)
    hook = bureau.subscribe(connection=demo)
    bureau.subscribe(url="https://hooks.example.com/operator")
    bureau.refund(OUTLET, connection=outlet)
    event = bureau.refund(DEMO, connection=demo)
    bureau.work()
    assert bureau.events() == [event]
    assert bureau.events(hook) == [event]


def test_an_event_of_a_shop_that_is_not_the_connections_goes_to_none_of_its_hooks(bureau: Bureau):
    """Whatever has brought it into the log: another merchant's bridge on the same database, say."""
    foreign = "other.myshopify.com"
    bureau.ready(foreign)
    hook = bureau.subscribe()
    bureau.refund(foreign)
    own = bureau.refund(DEMO)
    bureau.work()
    assert bureau.events(hook) == [own]


def test_while_the_key_of_a_connection_is_not_set_its_events_wait(bureau: Bureau):
    hook = bureau.subscribe()
    event = bureau.refund()
    without = replace(
        bureau.delivery.fanout,
        connections=Connections(
            replace(SETTINGS, returngo_api_key=None), bureau.store, bureau.vault, bureau.clock
        ),
    )
    assert not without.run()
    bureau.work()
    assert bureau.events(hook) == [event]


def test_two_that_fan_out_at_once_make_each_delivery_once(bureau: Bureau):
    bureau.subscribe()
    other = bureau.another()
    for _ in range(3):
        bureau.refund()
    between = type(bureau.delivery.fanout.events).between

    def between_while_the_other_is_quicker(log, *args, **options):
        with mock.patch.object(type(log), "between", between):
            assert other.fanout.run()
        return between(log, *args, **options)

    with mock.patch.object(
        type(bureau.delivery.fanout.events), "between", between_while_the_other_is_quicker
    ):
        bureau.delivery.fanout.run()
    with bureau.store.read() as database:
        assert database.execute(select(func.count()).select_from(delivery)).scalar_one() == 3
    bureau.work()
    assert len(set(ids(bureau.sender.sent))) == len(bureau.sender.sent) == 3


@pytest.mark.parametrize("moment", ["between", "all"])
def test_who_subscribes_while_deliveries_are_made_gets_what_is_recorded_after(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch, moment: str
):
    bureau.subscribe()
    bureau.refund()
    owner = {"between": bureau.delivery.fanout.events, "all": bureau.delivery.fanout.subscriptions}
    original = getattr(type(owner[moment]), moment)
    made: list[Any] = []

    def subscribe_first(*args: Any, **options: Any) -> Any:
        if not made:
            made.append(None)
            made[0] = bureau.subscribe(url="https://hooks.example.com/late")
            made.append(bureau.refund())
        return original(*args, **options)

    monkeypatch.setattr(type(owner[moment]), moment, subscribe_first)
    bureau.work()
    hook, news = made
    assert bureau.events(hook) == [news]


def test_a_message_is_named_after_hook_and_event_for_ever():
    name = message_id("hook_1", DEMO, "rma:1")
    assert name == "msg_" + sha256(b"hook_1\0" + DEMO.encode() + b"\0rma:1").hexdigest()[:32]
    others = [("hook_2", DEMO, "rma:1"), ("hook_1", OUTLET, "rma:1"), ("hook_1", DEMO, "rma:2")]
    assert len({name, *(message_id(*each) for each in others)}) == 4


def test_an_event_that_cannot_be_shown_holds_up_no_other_and_is_seen(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
):
    hook = bureau.subscribe(filters={"type": "RefundToGiftCard"})
    show = Trigger.show_event
    broken = bureau.refund(type="RefundToGiftCard")

    def show_event(trigger, event, **options):
        if event.id == broken:
            raise ValueError("planted")
        return show(trigger, event, **options)

    monkeypatch.setattr(Trigger, "show_event", show_event)
    whole = bureau.refund(type="RefundToGiftCard")
    bureau.work()
    assert bureau.events(hook) == [whole]
    (_, failed) = bureau.delivery.hooks.outbox.newest_first(hook.id, None, 10)
    assert (failed.event_id, failed.state, failed.failure) == (
        broken,
        "waiting",
        "the bridge failed",
    )


def test_without_hooks_the_cursor_does_not_lag_behind(bureau: Bureau):
    first = bureau.subscribe()
    bureau.delivery.hooks.subscriptions.end("operator", first.id)
    for _ in range(5):
        bureau.refund()
    hook = bureau.subscribe()
    event = bureau.refund()
    with mock.patch.object(fanout, "EVENTS_AT_ONCE", 2):
        assert bureau.delivery.fanout.run()
    bureau.work()
    assert bureau.events(hook) == [event]
    with bureau.store.read() as database:
        assert database.execute(select(cursors.c.seq)).scalar_one() == 12
    assert not bureau.delivery.fanout.run()
