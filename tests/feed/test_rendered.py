"""An event is opened and written once, whichever pages show it; the bytes stay the same."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.blocks import to_json, to_json_list
from tests.feed.conftest import FRESHNESS
from triggers.new_rma import block as new_rma
from triggers.rma_approved import block as rma_approved
from triggers.rma_status_changed import block as rma_status_changed

FRESH = FRESHNESS + timedelta(seconds=1)
WORDS = st.text(st.characters(codec=None), max_size=5)  # with halves of characters
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    WORDS,
    st.decimals(allow_nan=False, allow_infinity=False, places=2),
)
DOCUMENTS = st.dictionaries(WORDS, st.one_of(VALUES, st.lists(VALUES, max_size=3)), max_size=4)


@given(st.lists(DOCUMENTS, max_size=4))
def test_a_list_of_what_was_written_is_written_like_the_list(documents):
    assert to_json_list(map(to_json, documents)) == to_json(documents)


def test_money_in_it_stays_exact():
    documents = [{"total": Decimal("12.30")}, {"total": Decimal("0.10")}]
    assert to_json_list(map(to_json, documents)) == b'[{"total":12.30},{"total":0.10}]'


@pytest.mark.usefixtures("_rmas")
def test_a_page_opens_only_what_no_page_has_shown(poll, world, clock, opened):
    world.rma()
    clock.advance(FRESH)
    first = poll(new_rma, limit=1)
    assert len(first.objects) == 1
    opened.clear()
    assert len(poll(new_rma).objects) == 4
    assert len(poll(new_rma, limit=2, before=first.objects[0]["id"]).objects) == 2
    assert opened == []


@pytest.mark.usefixtures("_rmas")
def test_what_returngo_sent_is_shown_only_where_it_is_wanted(poll):
    for _ in range(2):
        assert all("raw" not in each for each in poll(new_rma, limit=2).objects)
        assert all("raw" in each for each in poll(new_rma, limit=2, raw=True).objects)


def test_each_trigger_shows_an_event_in_its_own_way(poll, world, clock):
    poll(rma_status_changed)
    poll(rma_approved)
    rma = world.rma()
    clock.advance(FRESH)
    poll(rma_status_changed)
    world.move(rma, "Approved")
    clock.advance(FRESH)
    changed, approved = poll(rma_status_changed).objects, poll(rma_approved).objects
    assert [each["id"] for each in changed] == [each["id"] for each in approved]
    assert [*changed[0]] == [*rma_status_changed.output_schema().fields][:-1]
    assert [*approved[0]] == [*rma_approved.output_schema().fields][:-1]


@pytest.mark.usefixtures("_rmas")
def test_no_more_is_kept_than_the_size(open_feed, connection, opened):
    feed = open_feed(kept_pages=0)
    for limit in (1, 2):
        opened.clear()
        feed.poll(connection, new_rma, {"raw": False, "limit": limit})
        assert len(opened) == limit + 1
