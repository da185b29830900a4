from datetime import timedelta
from unittest.mock import Mock

import pytest

from connector.blocks import InvalidInput
from connector.connections import ForeignShop
from connector.feed import Page
from connector.feed.polling.page_maker import RECENT
from connector.feed.polling.poll import SILENT_FOR
from connector.returngo import DayQuotaReached, Unavailable
from connector.store import StoreUnavailable
from schemas.calls import DEFAULT_LIMIT
from tests.feed.conftest import FRESHNESS
from tests.feed.returngo import DEMO, OUTLET
from triggers.label_ready import block as label_ready
from triggers.new_rma import block as new_rma
from triggers.refund_requested import block as refund_requested
from triggers.rma_comment_added import block as rma_comment_added

FRESH = FRESHNESS + timedelta(seconds=1)
REFUNDS_OF_ONE = 50  # RMA


@pytest.fixture
def refunds(world):
    """Let a number of refunds wait in a shop, and answer their ids, newest first."""

    def refunds_(count, shop=DEMO, **options):
        rmas = [world.rma(shop) for _ in range(0, count, REFUNDS_OF_ONE)]
        made = [world.refund(rmas[each // REFUNDS_OF_ONE], **options) for each in range(count)]
        return [str(each.id) for each in made][::-1]

    return refunds_


def taken(page: Page) -> list[str]:
    return [shown["transaction_id"] for shown in page.objects]


def test_a_burst_of_the_last_hours_is_shown_whole(poll, refunds, clock):
    poll(refund_requested)
    clock.advance(FRESH)
    burst = refunds(501)
    page = poll(refund_requested)
    assert taken(page) == burst
    assert page.more is None
    clock.advance(RECENT)
    later = poll(refund_requested)
    assert taken(later) == burst[:DEFAULT_LIMIT]
    assert later.more == {"before": later.objects[-1]["id"]}


def test_no_page_holds_more_than_a_thousand(poll, refunds):
    burst = refunds(1001)
    page = poll(refund_requested)
    assert taken(page) == burst[:1000]
    rest = poll(refund_requested, **page.more)
    assert (taken(rest), rest.more) == (burst[1000:], None)


def test_a_chosen_limit_is_kept_even_in_a_burst(poll, refunds):
    burst = refunds(5)
    page = poll(refund_requested, limit=2)
    assert taken(page) == burst[:2]
    exact = poll(refund_requested, limit=5)
    assert (taken(exact), exact.more) == (burst, None)


def test_before_walks_back_over_everything(poll, refunds):
    made = refunds(450)
    page = poll(refund_requested, limit=201)
    seen = taken(page)
    while page.more is not None:
        assert page.more == {"before": page.objects[-1]["id"]}
        page = poll(refund_requested, limit=201, **page.more)
        seen += taken(page)
    assert seen == made


def test_after_walks_on_over_everything(poll, refunds):
    made = refunds(450)
    page = poll(refund_requested, after=poll(refund_requested).objects[-1]["id"], limit=201)
    seen = taken(page)
    while page.more is not None:
        assert page.more == {"after": page.objects[-1]["id"]}
        page = poll(refund_requested, limit=201, **page.more)
        seen += taken(page)
    assert seen == made[:-1][::-1]


def test_after_the_newest_there_is_nothing(poll, refunds):
    refunds(2)
    newest = poll(refund_requested).objects[0]["id"]
    page = poll(refund_requested, after=newest)
    assert (page.objects, page.more) == ([], None)


@pytest.mark.parametrize("way", ["after", "before"])
def test_an_unknown_place_is_refused_before_anything_is_read(poll, world, way):
    with pytest.raises(InvalidInput, match="not the id of an event"):
        poll(new_rma, **{way: "rma:5:created"})
    assert world.calls() == []


def test_after_and_before_exclude_each_other(poll, refunds):
    refunds(1)
    place = poll(refund_requested).objects[0]["id"]
    with pytest.raises(InvalidInput, match="cannot stand together"):
        poll(refund_requested, after=place, before=place)


def test_a_filter_shows_only_what_it_admits_and_counts_only_that(poll, refunds):
    cards = refunds(3, kind="RefundToGiftCard")
    refunds(3)
    page = poll(refund_requested, type="RefundToGiftCard", limit=2)
    assert taken(page) == cards[:2]
    assert taken(poll(refund_requested, type="RefundToGiftCard", **page.more)) == cards[2:]
    assert taken(poll(refund_requested, type="Other")) == []


def test_only_refunds_that_wait_are_shown(poll, refunds):
    refunds(2, status="Success")
    wanted = refunds(1)
    assert taken(poll(refund_requested)) == wanted


@pytest.mark.two_shops
def test_one_shop_may_be_looked_at_alone(poll, refunds):
    demo, outlet = refunds(1), refunds(1, OUTLET)
    assert taken(poll(refund_requested, shop=OUTLET)) == outlet
    assert sorted(taken(poll(refund_requested))) == sorted(demo + outlet)
    with pytest.raises(ForeignShop):
        poll(refund_requested, shop="other.myshopify.com")


def test_raw_adds_what_returngo_sent(poll, refunds):
    refunds(1)
    assert "raw" not in poll(refund_requested).objects[0]
    [shown] = poll(refund_requested, raw=True).objects
    assert str(shown["raw"]["id"]) == shown["transaction_id"]


def test_age_tells_when_returngo_was_read(poll, clock):
    assert poll(new_rma).age == 0
    clock.advance(timedelta(seconds=30))
    assert poll(new_rma).age == 30
    clock.advance(timedelta(seconds=31))
    assert poll(new_rma).age == 0


def test_a_feed_that_cannot_be_read_shows_what_it_has_for_an_hour_then_says_so(
    poll, world, refunds, clock
):
    known = refunds(1)
    poll(refund_requested)
    world.trouble(count=None)
    clock.advance(SILENT_FOR - timedelta(minutes=2))
    assert taken(poll(refund_requested)) == known
    clock.advance(timedelta(minutes=2))
    with pytest.raises(Unavailable, match="could not be read"):
        poll(refund_requested)
    world.heal()
    clock.advance(timedelta(minutes=15))
    assert taken(poll(refund_requested)) == known


def test_a_failed_reading_is_not_repeated_at_each_poll(poll, world, clock):
    poll(new_rma, shop=DEMO)
    clock.advance(FRESH)
    world.trouble(count=None)
    poll(new_rma, shop=DEMO)
    tries = len(world.calls())
    for _ in range(10):
        poll(new_rma, shop=DEMO)
    assert len(world.calls()) == tries
    clock.advance(timedelta(seconds=6))
    poll(new_rma, shop=DEMO)
    assert len(world.calls()) > tries


def test_a_spent_day_before_the_first_reading_is_said_with_the_time_of_its_end(poll, world, clock):
    world.spend_the_day()
    with pytest.raises(DayQuotaReached) as raised:
        poll(new_rma)
    assert 43_180 <= raised.value.retry_after <= 43_200
    calls = len(world.calls())
    clock.advance(timedelta(hours=1))
    with pytest.raises(DayQuotaReached):
        poll(new_rma)
    assert len(world.calls()) == calls == 1


def test_a_throttled_first_reading_does_not_say_that_the_day_is_spent(poll, world):
    world.throttle()
    with pytest.raises(Unavailable):
        poll(new_rma)


def test_a_spent_day_leaves_what_was_recorded_on_show(poll, world, refunds, clock):
    known = refunds(1)
    poll(refund_requested)
    clock.advance(FRESH)
    world.spend_the_day()
    clock.advance(timedelta(hours=5))
    page = poll(refund_requested)
    assert taken(page) == known
    assert page.age > 5 * 3600


def test_a_poll_of_what_is_fresh_writes_nothing(poll, refunds, store, monkeypatch):
    """Thousands of polls between two readings wait for no lock, and hold up nobody."""
    refunds(1)
    shown = poll(refund_requested).objects
    monkeypatch.setattr(store, "write", Mock(side_effect=StoreUnavailable("locked")))
    assert poll(refund_requested).objects == shown


@pytest.mark.two_shops
def test_who_walks_steps_over_nothing_of_a_shop_that_failed_when_the_trigger_was_turned_on(
    poll, world, clock
):
    """What had been recorded of it for another trigger is shown at once, as there is no later."""
    for shop in (DEMO, OUTLET):
        world.rma(shop)
    poll(label_ready)
    clock.advance(FRESH)
    world.trouble("html", path="/rmas", count=4)
    walked = [shown["id"] for shown in poll(rma_comment_added).objects]
    clock.advance(FRESH)
    walked += [shown["id"] for shown in poll(rma_comment_added, after=walked[0]).objects]
    there = poll(rma_comment_added).objects
    assert len(there) == 2
    assert sorted(walked) == sorted(shown["id"] for shown in there)
