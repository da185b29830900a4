from datetime import timedelta
from typing import Any

import pytest
import simplejson
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

import app as root
from connector.delivery import Reply
from connector.delivery.fanout import Fanout
from connector.delivery.hooks.subscriptions import SECRET_OVERLAP
from connector.delivery.http.sender import SEND_SECONDS
from connector.delivery.queue.queue import DELIVERY_LEASE
from schemas.hooks import State
from tests.delivery.bureau import DEMO, Bureau, ids
from tests.stand_ins import HandClock, Held

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
BROKEN = Reply(status=500, failure="answered 500")


def shown(bureau: Bureau, hook, state=None):
    return bureau.delivery.hooks.outbox.newest_first(hook.id, state, 100)


def test_the_bytes_are_those_of_a_poll_and_are_signed(bureau: Bureau, clock, monkeypatch):
    hook = bureau.subscribe()
    bureau.refund(amount={"amount": "0.10", "currency": "ZAR"}, processor="Ünïcode")
    bureau.work()
    ((url, body, headers),) = bureau.sender.sent
    trigger = root.CATALOGUE.triggers["refund_requested"]
    streams = [bureau.streams.ask(bureau.connection, DEMO, trigger.topic).id]
    (entry,) = bureau.delivery.fanout.events.newest_first(trigger, streams)
    polled = simplejson.dumps(
        trigger.show_event(entry.event),
        use_decimal=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    assert body.decode() == polled
    assert url == hook.target_url
    monkeypatch.setattr("standardwebhooks.webhooks.datetime", FrozenTime(clock))
    verified = Webhook(hook.secrets[0].text).verify(body.decode(), headers)
    assert verified["id"] == entry.event.id


class FrozenTime:
    """The module `datetime.datetime` as the specification's package asks it."""

    def __init__(self, clock: HandClock) -> None:
        self.clock = clock

    def now(self, tz):
        return self.clock.now().astimezone(tz)

    def __getattr__(self, name):
        return getattr(type(self.clock.now()), name)


def test_what_fails_is_tried_again_until_it_arrives_with_the_same_id(bureau: Bureau):
    hook = bureau.subscribe()
    bureau.refund()
    replies = iter([BROKEN, Reply(status=302, failure="redirected"), Reply(status=204)])
    bureau.sender.reply = lambda _: next(replies)
    bureau.work()
    (waiting,) = shown(bureau, hook)
    assert (waiting.state, waiting.tries, waiting.status) == ("waiting", 1, 500)
    bureau.work_for(MINUTE, step=1)
    (arrived,) = shown(bureau, hook)
    assert (arrived.state, arrived.tries, arrived.status, arrived.failure) == (
        *("delivered", 3, 204),
        None,
    )
    assert set(ids(bureau.sender.sent)) == {arrived.message_id}
    assert len(bureau.sender.sent) == 3


def test_what_has_failed_for_two_days_is_parked_seen_and_can_be_replayed(bureau: Bureau, log):
    hook = bureau.subscribe()
    event = bureau.refund()
    bureau.sender.reply = lambda _: BROKEN
    bureau.work_for(2 * DAY + MINUTE, step=300)
    (parked,) = shown(bureau, hook, State.PARKED)
    assert (parked.event_id, parked.failure) == (event, "answered 500")
    tries = len(bureau.sender.sent)
    assert 18 <= parked.tries == tries <= 22
    told = [(each["log_level"], each["event"]) for each in log]
    assert told == [*[("warning", "delivery.sent")] * (tries - 1), ("error", "delivery.given_up")]
    assert {each["message"] for each in log} == {parked.message_id}
    bureau.work_for(DAY, step=3600)
    assert len(bureau.sender.sent) == tries

    bureau.sender.reply = lambda _: Reply(status=200)
    assert bureau.delivery.hooks.replay(bureau.connection, hook.id, None, State.PARKED) == 1
    bureau.work()
    assert bureau.states(hook) == ["delivered"]
    assert len(set(ids(bureau.sender.sent))) == 1
    assert bureau.delivery.hooks.replay(bureau.connection, hook.id, [str(parked.id)], None) == 1
    bureau.work()
    assert len(bureau.sender.sent) == tries + 2
    assert shown(bureau, hook)[0].tries == 1


def test_410_unsubscribes(bureau: Bureau, log: list[Any]):
    hook = bureau.subscribe()
    other = bureau.subscribe(url="https://hooks.example.com/other")
    for _ in range(3):
        bureau.refund()
    bureau.sender.reply = lambda url: (
        Reply(status=410, failure="answered 410") if url == hook.target_url else Reply(status=200)
    )
    bureau.work_for(MINUTE, step=1)
    assert [each.id for each in bureau.delivery.hooks.subscriptions.all("operator")] == [other.id]
    assert 1 <= len(bureau.events(hook)) <= 3
    before = len(bureau.events(hook))
    bureau.refund()
    bureau.work_for(MINUTE, step=10)
    assert len(bureau.events(hook)) == before
    assert len(bureau.events(other)) == 4
    assert {each["log_level"] for each in log if each["status"] == 410} == {"warning"}


def test_a_hook_that_ends_while_something_waits_gets_nothing_more(bureau: Bureau):
    hook = bureau.subscribe()
    bureau.refund()
    bureau.sender.reply = lambda _: BROKEN
    bureau.work()
    bureau.refund()
    bureau.delivery.fanout.run()
    bureau.delivery.hooks.subscriptions.end("operator", hook.id)
    bureau.work_for(DAY, step=3600)
    assert len(bureau.sender.sent) == 1


def test_a_hook_that_ends_while_its_deliveries_are_made_gets_nothing(bureau: Bureau, monkeypatch):
    """Fan-out may have read the hook before it ended, and write its deliveries after."""
    hook = bureau.subscribe()
    bureau.refund()
    wants = Fanout._wants

    def ends_meanwhile(fanout, *args):
        for each in bureau.delivery.hooks.subscriptions.all("operator"):
            bureau.delivery.hooks.subscriptions.end("operator", each.id)
        return wants(fanout, *args)

    monkeypatch.setattr(Fanout, "_wants", ends_meanwhile)
    bureau.delivery.fanout.run()
    assert bureau.states(hook) == ["waiting"]
    bureau.work()
    assert bureau.sender.sent == []
    assert bureau.states(hook) == []


def test_a_secret_rotated_in_the_middle_of_retries_signs_beside_the_old_one_for_a_day(
    bureau: Bureau, clock, monkeypatch
):
    monkeypatch.setattr("standardwebhooks.webhooks.datetime", FrozenTime(clock))
    hook = bureau.subscribe()
    bureau.refund()
    bureau.sender.reply = lambda _: BROKEN
    bureau.work()
    old = hook.secrets[0].text
    new = bureau.delivery.hooks.subscriptions.rotate("operator", hook.id).secrets[0].text

    def verifies(secret: str) -> bool:
        _, body, headers = bureau.sender.sent[-1]
        try:
            Webhook(secret).verify(body.decode(), headers)
        except WebhookVerificationError:
            return False
        return True

    assert (verifies(old), verifies(new)) == (True, False)
    clock.advance(MINUTE)
    bureau.work()
    assert (verifies(old), verifies(new)) == (True, True)
    clock.advance(SECRET_OVERLAP - MINUTE)
    bureau.work()
    assert (verifies(old), verifies(new)) == (False, True)
    assert len(set(ids(bureau.sender.sent))) == 1
    third = bureau.delivery.hooks.subscriptions.rotate("operator", hook.id)
    assert [each.text for each in third.secrets[1:]] == [new]


def test_what_a_dead_worker_had_claimed_is_sent_by_another_once_its_lease_has_ended(
    bureau: Bureau, clock
):
    hook = bureau.subscribe()
    bureau.refund()
    dead = bureau.another(Held())
    dead.fanout.run()
    dead.dispatcher.turn()
    bureau.work()
    assert bureau.sender.sent == []
    clock.advance(DELIVERY_LEASE)
    bureau.work()
    assert bureau.states(hook) == ["delivered"]


def test_a_stalled_worker_writes_nothing_over_what_another_has_done(bureau: Bureau, clock):
    hook = bureau.subscribe()
    bureau.refund()
    stalled = bureau.another(pool := Held())
    stalled.fanout.run()
    stalled.dispatcher.turn()
    clock.advance(DELIVERY_LEASE)
    bureau.work()
    bureau.sender.reply = lambda _: BROKEN
    pool.run()
    stalled.dispatcher.turn()
    (arrived,) = shown(bureau, hook)
    assert (arrived.state, arrived.status, arrived.tries) == ("delivered", 200, 2)
    assert len(set(ids(bureau.sender.sent))) == 1
    bureau.work_for(MINUTE, bureau.delivery, stalled, step=1)
    assert len(bureau.sender.sent) == 2


def test_the_lease_is_longer_than_any_try():
    assert timedelta(seconds=2 * SEND_SECONDS) < DELIVERY_LEASE


def test_a_worker_that_stops_notes_what_came_of_what_it_sent(bureau: Bureau):
    hook = bureau.subscribe()
    bureau.refund()

    class Ending(Held):
        def shutdown(self, *_: object, **__: object) -> None:
            self.run()

    ending = bureau.another(Ending())
    ending.fanout.run()
    ending.dispatcher.turn()
    bureau.refund()
    ending.fanout.run()
    ending.dispatcher.close()
    assert bureau.states(hook) == ["delivered", "waiting"]
    assert len(bureau.sender.sent) == 1


def test_a_note_that_the_database_does_not_take_is_made_later(bureau: Bureau, monkeypatch):
    hook = bureau.subscribe()
    bureau.refund()
    bureau.delivery.fanout.run()
    bureau.delivery.dispatcher.turn()
    with monkeypatch.context() as patch:
        patch.setattr(type(bureau.store), "write", lambda _: (_ for _ in ()).throw(OSError("full")))
        with pytest.raises(OSError, match="full"):
            bureau.delivery.dispatcher.turn()
    assert bureau.states(hook) == ["waiting"]
    bureau.work()
    assert bureau.states(hook) == ["delivered"]
    assert len(bureau.sender.sent) == 1


def test_nothing_that_gives_access_is_logged(bureau: Bureau, log: list[Any]):
    hook = bureau.subscribe(url="https://hooks.example.com/planted-path?planted=query")
    bureau.refund()
    bureau.sender.reply = lambda _: BROKEN
    bureau.work()
    written = str(log)
    assert "delivery.sent" in written
    assert "hooks.example.com" in written
    assert "planted" not in written
    assert hook.secrets[0].text not in written
    for each in (hook, *hook.secrets):
        assert "planted" not in repr(each)
        assert hook.secrets[0].text not in repr(each)
