"""What a process has shown it shows again without opening a single event, until it would differ."""

import threading
from datetime import timedelta

import pytest

from connector.feed.polling import page
from connector.feed.polling.page import KeptPages, Shown
from connector.feed.polling.page_maker import LOOK_BACK, RECENT
from schemas.calls import DEFAULT_LIMIT
from tests.feed.conftest import FRESHNESS
from tests.feed.returngo import DEMO, OUTLET
from tests.stand_ins import NOON
from triggers.new_rma import block as new_rma
from triggers.rma_status_changed import block as rma_status_changed

FRESH = FRESHNESS + timedelta(seconds=1)


@pytest.mark.usefixtures("_rmas")
@pytest.mark.parametrize(
    "call", [{}, {"limit": 2}, {"shop": DEMO}, {"raw": True}, {"order_name": "nobody"}]
)
def test_the_same_question_opens_nothing_and_is_answered_to_the_byte(poll, opened, call):
    first = poll(new_rma, **call)
    opened.clear()
    again = poll(new_rma, **call)
    assert opened == []
    assert (again.shown, again.shown.tag) == (first.shown, first.shown.tag)


@pytest.mark.two_shops
@pytest.mark.usefixtures("_rmas")
def test_questions_that_differ_are_answered_each_for_itself(poll, world):
    world.rma(OUTLET)
    everything = poll(new_rma)
    last = everything.objects[-1]["id"]
    answers = [
        everything,
        poll(new_rma, limit=1),
        poll(new_rma, limit=2),
        poll(new_rma, shop=OUTLET),
        poll(new_rma, raw=True),
        poll(new_rma, after=last),
        poll(new_rma, before=everything.objects[0]["id"]),
        poll(rma_status_changed),
    ]
    assert len({(each.shown.body, str(each.more)) for each in answers}) == len(answers) - 1
    assert answers[3].objects == answers[7].objects == []


@pytest.mark.usefixtures("_rmas")
def test_what_another_process_records_outdates_what_this_one_keeps(
    poll, world, clock, open_feed, connection
):
    assert len(poll(new_rma).objects) == 3
    world.rma()
    clock.advance(FRESH)
    call = {"raw": False}
    assert len(open_feed().poll(connection, new_rma, call).objects) == 4
    assert len(poll(new_rma).objects) == 4


def test_a_page_is_made_anew_when_its_events_are_recent_no_more(poll, world, clock):
    for _ in range(DEFAULT_LIMIT + 1):
        world.rma()
    assert len(poll(new_rma).objects) == DEFAULT_LIMIT + 1
    clock.advance(RECENT - timedelta(seconds=1))
    assert len(poll(new_rma).objects) == DEFAULT_LIMIT + 1
    clock.advance(timedelta(seconds=1))
    assert len(poll(new_rma).objects) == DEFAULT_LIMIT


@pytest.mark.usefixtures("_rmas")
def test_a_page_is_made_anew_when_its_events_are_too_old(poll, clock):
    clock.advance(LOOK_BACK - timedelta(minutes=1))
    assert len(poll(new_rma).objects) == 3
    clock.advance(timedelta(minutes=2))
    assert poll(new_rma).objects == []


@pytest.mark.usefixtures("_rmas")
def test_no_more_is_kept_than_the_size(open_feed, connection, opened):
    feed = open_feed(kept_pages=0)
    call = {"raw": False}
    shown = feed.poll(connection, new_rma, call).shown.body
    opened.clear()
    assert feed.poll(connection, new_rma, call).shown.body == shown
    assert len(opened) == 3


def test_what_was_asked_least_lately_goes_first():
    pages = KeptPages(100)
    until = NOON + timedelta(hours=1)
    for name in ("one", "two", "three"):
        pages.keep(name, 7, Shown(b"x" * 40, None), since=NOON, until=until)
        pages.find("one", 7, NOON)
    assert pages.find("two", 7, NOON) is None
    assert pages.find("one", 7, NOON) == pages.find("three", 7, NOON) is not None


@pytest.mark.parametrize(("place", "seconds"), [(8, 0), (7, -1), (7, 60)])
def test_nothing_is_found_in_a_longer_log_or_outside_its_time(place, seconds):
    pages = KeptPages(100)
    until = NOON + timedelta(minutes=1)
    pages.keep("one", 7, Shown(b"[]", None), since=NOON, until=until)
    assert pages.find("one", 7, NOON) == Shown(b"[]", None)
    assert pages.find("one", place, NOON + timedelta(seconds=seconds)) is None


def test_of_those_who_ask_the_same_at_once_one_makes_the_page(feed, connection, world, opened):
    for _ in range(5):
        world.rma()
    feed.poll(connection, new_rma, {"raw": False, "limit": 1})
    opened.clear()
    barrier = threading.Barrier(8)
    bodies = []

    def ask():
        barrier.wait()
        bodies.append(feed.poll(connection, new_rma, {"raw": False}).shown.body)

    threads = [threading.Thread(target=ask) for _ in range(barrier.parties)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({*bodies}) == 1
    assert len(opened) <= 5 - 2, "two were opened for the page of one; the others once each"


def test_a_turn_that_lasts_too_long_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(page, "LONGEST_TURN", 0.01)
    pages = KeptPages(100)
    with pages.turn("one"):
        passed = []

        def pass_() -> None:
            with pages.turn("one"):
                passed.append(True)

        thread = threading.Thread(target=pass_)
        thread.start()
        thread.join()
    assert passed == [True]
    with pages.turn("one"):
        pass
