from datetime import timedelta

from connector.presence import NOTED_EVERY, Presence
from tests.stand_ins import NOON


def test_a_process_is_seen_by_others_from_when_it_notes_that_it_is_there(each_store, clock):
    assert Presence(each_store, "worker", clock).seen_at() is None
    Presence(each_store, "worker", clock).note()
    assert Presence(each_store, "worker", clock).seen_at() == NOON
    assert Presence(each_store, "another", clock).seen_at() is None


def test_a_process_writes_no_more_often_than_it_must(each_store, clock):
    presence = Presence(each_store, "worker", clock)
    assert presence.note()
    clock.advance(NOTED_EVERY / 2)
    assert not presence.note()
    assert presence.seen_at() == NOON
    clock.advance(NOTED_EVERY / 2)
    assert presence.note()
    assert presence.seen_at() == NOON + NOTED_EVERY


def test_a_clock_that_is_set_back_is_noted_at_once(each_store, clock):
    presence = Presence(each_store, "worker", clock)
    presence.note()
    clock.advance(-timedelta(hours=1))
    assert presence.note()
    assert presence.seen_at() == NOON - timedelta(hours=1)
