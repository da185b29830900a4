"""What a webhook hints at is read from ReturnGO, and recorded as what a sync reads."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

import app
from connector.feed.hints.hints import MOMENT, About, Hint, Hints
from connector.feed.hints.targeted_read import MOST_TRIES, SECOND_LOOK
from connector.feed.hints.worker import HINTS_AT_ONCE, NO_CALLS_FOR
from connector.feed.streams.lease import STREAM_LEASE
from connector.store.tables import hint
from tests.feed.conftest import FRESHNESS
from tests.feed.returngo import DEMO

TRIGGERS = app.CATALOGUE.triggers
STATUSES = TRIGGERS["rma_status_changed"]
NEW = TRIGGERS["new_rma"]
MOVES = TRIGGERS["shipment_status_changed"]
REFUNDS = TRIGGERS["refund_requested"]


@pytest.fixture
def hear(feed, store, connection, clock):
    """A webhook arrives; by the next moment its hint is due."""

    def hear_(about, thing="", *, shop=DEMO):
        resource_id = "" if thing == "" else str(getattr(thing, "id", thing))
        with store.write() as database:
            feed.hear(database, connection.id, shop, [Hint(about, resource_id)])
        clock.advance(MOMENT)

    return hear_


@pytest.fixture
def follow_up(feed, connection):
    return lambda: feed.follow_up(lambda _: connection)


@pytest.fixture
def left(store):
    """Count the hints that are kept."""

    def count():
        with store.read() as database:
            return database.execute(select(func.count()).select_from(hint)).scalar_one()

    return count


@pytest.fixture
def see(poll, world):
    """Look at what a trigger shows of the one shop, without a call to ReturnGO."""

    def see_(trigger):
        before = len(world.calls())
        page = poll(trigger, shop=DEMO)
        assert len(world.calls()) == before, "it was not shown from the log"
        return page.objects

    return see_


def test_one_call_for_an_rma_tells_of_it_its_parcels_and_its_money(
    poll, see, world, clock, hear, follow_up, left
):
    rma = world.rma()
    for trigger in (STATUSES, MOVES, REFUNDS):
        poll(trigger)
    clock.advance(timedelta(seconds=5))
    world.move(rma, "Approved")
    world.sandbox.simulation.world.update_shipment(
        rma.shipments[0], {"status": "Shipped"}, world.now()
    )
    refund = world.refund(rma)
    world.forget_calls()
    hear(About.RMA, rma)
    hear(About.TRANSACTIONS_OF_RMA, rma)
    hear(About.SHIPMENT, rma.shipments[0])
    assert follow_up()
    assert world.calls() == [f"/rma/{rma.id}"]
    assert see(STATUSES)[0]["to_status"] == "Approved"
    assert see(MOVES)[0]["to_status"] == "Shipped"
    shown = see(REFUNDS)[0]
    assert (shown["transaction_id"], shown["rma_id"]) == (str(refund.id), str(rma.id))
    assert left() == 0


def test_what_a_hint_brought_is_not_told_again_by_the_list(poll, world, clock, hear, follow_up):
    rma = world.rma()
    poll(STATUSES)
    poll(REFUNDS)
    world.move(rma, "Approved")
    world.refund(rma)
    hear(About.RMA, rma)
    follow_up()
    clock.advance(FRESHNESS)
    ids = [shown["id"] for trigger in (STATUSES, REFUNDS) for shown in poll(trigger).objects]
    assert len(ids) == len(set(ids)) == 2


def test_an_rma_that_nobody_has_listed_yet_is_new(poll, see, world, hear, follow_up):
    poll(NEW)
    rma = world.rma()
    hear(About.RMA, rma)
    follow_up()
    assert [shown["rma_id"] for shown in see(NEW)] == [str(rma.id)]


def test_a_transaction_alone_is_read_by_its_id_and_its_rma_is_found(
    poll, see, world, hear, follow_up
):
    rma = world.rma()
    poll(REFUNDS)
    refund = world.refund(rma)
    world.forget_calls()
    hear(About.TRANSACTION, refund)
    follow_up()
    assert "/transactions" in world.calls()
    shown = see(REFUNDS)[0]
    assert (shown["transaction_id"], shown["rma_id"]) == (str(refund.id), str(rma.id))


def test_what_nobody_asks_for_costs_no_call(poll, world, hear, follow_up, left):
    rma = world.rma()
    poll(NEW)
    refund = world.refund(rma)
    world.forget_calls()
    hear(About.TRANSACTION, refund)
    hear(About.SHIPMENT, rma.shipments[0])
    assert follow_up()
    assert world.calls() == []
    assert left() == 0


def test_a_shop_that_nobody_may_read_any_more_is_forgotten(feed, hear, left):
    hear(About.RMA, 5)
    feed.follow_up(lambda _: None)
    assert left() == 0


def test_many_hints_about_one_thing_are_one(poll, world, hear, follow_up, left):
    rma = world.rma()
    poll(NEW)
    world.forget_calls()
    world.move(rma, "Approved")
    for _ in range(50):
        hear(About.RMA, rma)
    assert left() == 1
    follow_up()
    assert len(world.calls()) == 1


def test_a_hint_that_is_heard_while_its_thing_is_read_is_looked_at_again(
    poll, see, world, wire, clock, hear, follow_up, left
):
    rma = world.rma()
    poll(STATUSES)
    world.move(rma, "Approved")
    hear(About.RMA, rma)

    def move_on(_request):
        wire.after = lambda _: None
        world.move(rma, "Received")
        hear(About.RMA, rma)

    wire.after = move_on
    follow_up()
    assert see(STATUSES)[0]["to_status"] == "Approved"
    assert left() == 1
    clock.advance(MOMENT)  # others may read the shop meanwhile
    follow_up()
    assert see(STATUSES)[0]["to_status"] == "Received"


def test_a_thing_that_does_not_show_it_yet_is_looked_at_once_more(
    poll, see, world, clock, hear, follow_up, left
):
    rma = world.rma()
    poll(STATUSES)
    hear(About.RMA, rma)
    follow_up()
    world.move(rma, "Approved")  # ReturnGO's own reads were behind its webhook
    assert not follow_up()
    clock.advance(SECOND_LOOK)
    follow_up()
    assert see(STATUSES)[0]["to_status"] == "Approved"
    assert left() == 0


def test_a_replay_costs_two_looks_at_most(poll, world, clock, hear, follow_up, left):
    rma = world.rma()
    poll(STATUSES)
    world.forget_calls()
    hear(About.RMA, rma)
    for _ in range(20):
        follow_up()
        clock.advance(SECOND_LOOK)
    assert len(world.calls()) == 2
    assert left() == 0


def test_what_is_not_there_is_given_up_after_some_tries(poll, world, clock, hear, follow_up, left):
    world.rma()
    poll(NEW)
    world.forget_calls()
    hear(About.RMA, 123456)
    for _ in range(60):
        follow_up()
        clock.advance(SECOND_LOOK)
    assert len(world.calls()) == 1 + MOST_TRIES
    assert left() == 0


def test_a_parcel_of_an_unknown_rma_is_found_by_the_lists(
    poll, see, world, clock, hear, follow_up, left
):
    poll(MOVES)
    clock.advance(timedelta(seconds=30))
    rma = world.rma()
    world.move(rma, "Approved")
    world.sandbox.simulation.world.update_shipment(
        rma.shipments[0], {"status": "Shipped"}, world.now()
    )
    hear(About.SHIPMENT, rma.shipments[0])
    follow_up()
    assert see(MOVES)[0]["to_status"] == "Shipped"
    for _ in range(5):
        follow_up()
        clock.advance(SECOND_LOOK)
    assert left() == 0


def test_a_hint_about_the_shop_alone_has_its_lists_read(poll, see, world, clock, hear, follow_up):
    rma = world.rma()
    poll(STATUSES)
    clock.advance(timedelta(seconds=30))
    world.move(rma, "Approved")
    hear(About.SHOP)
    follow_up()
    assert see(STATUSES)[0]["to_status"] == "Approved"


def test_a_flood_of_such_hints_does_not_have_them_read_all_the_time(poll, world, hear, follow_up):
    poll(STATUSES)
    world.forget_calls()
    for _ in range(100):
        hear(About.SHOP)
        follow_up()
    assert len(world.calls()) <= 2


def test_while_returngo_fails_hints_wait_and_nothing_is_lost(
    poll, see, world, clock, hear, follow_up, left
):
    rma = world.rma()
    poll(STATUSES)
    world.move(rma, "Approved")
    world.trouble(status=503, count=None)
    hear(About.RMA, rma)
    follow_up()
    before = len(world.calls())
    hear(About.RMA, rma)
    assert not follow_up(), "ReturnGO is left alone for a while"
    assert len(world.calls()) == before
    world.heal()
    for _ in range(5):
        clock.advance(SECOND_LOOK)
        follow_up()
    assert see(STATUSES)[0]["to_status"] == "Approved"
    assert left() == 0


def test_an_rma_that_returngo_never_shows_does_not_hold_up_the_others(
    poll, world, clock, hear, follow_up
):
    broken, sound = world.rma(), world.rma()
    poll(STATUSES)
    world.trouble(status=500, count=None, path=f"/rma/{broken.id}")
    world.move(broken, "Approved")
    world.move(sound, "Approved")
    hear(About.RMA, broken)
    hear(About.RMA, sound)
    for _ in range(10):
        follow_up()
        clock.advance(timedelta(seconds=15))
    world.heal()
    assert str(sound.id) in {shown["rma_id"] for shown in poll(STATUSES, shop=DEMO).objects}


def test_hints_leave_calls_for_polls(open_feed, store, connection, world, clock):
    feed = open_feed(daily=200)
    rmas = [world.rma() for _ in range(200)]
    feed.poll(connection, STATUSES, {"raw": False})
    world.forget_calls()
    for rma in rmas:
        world.move(rma, "Approved")
    with store.write() as database:
        feed.hear(database, connection.id, DEMO, [Hint(About.RMA, str(rma.id)) for rma in rmas])
    for _ in range(40):
        clock.advance(MOMENT)
        feed.follow_up(lambda _: connection)
    # of 180 calls for reading, a quarter of the day's is kept, for the half of it that is left
    assert 140 <= len(world.calls()) <= 180 - 200 * 0.25 / 2 + HINTS_AT_ONCE
    with store.read() as database:
        due_at = database.execute(select(func.min(hint.c.due_at))).scalar_one()
    assert due_at <= clock.now() + NO_CALLS_FOR


def test_somebody_who_reads_the_shop_is_not_disturbed(
    poll, world, streams, connection, clock, hear, follow_up
):
    rma = world.rma()
    poll(STATUSES)
    stream = streams.ask(connection, DEMO, STATUSES.topic)
    assert streams.leases.acquire(stream.id) is not None
    world.forget_calls()
    hear(About.RMA, rma)
    assert not follow_up()
    assert world.calls() == []
    clock.advance(STREAM_LEASE)
    assert follow_up()
    assert len(world.calls("/rma/")) == 1


def test_a_few_at_a_time(poll, world, hear, follow_up):
    poll(NEW)
    rmas = [world.rma() for _ in range(HINTS_AT_ONCE + 5)]
    world.forget_calls()
    for rma in rmas:
        hear(About.RMA, rma)
    follow_up()
    assert len(world.calls()) == HINTS_AT_ONCE
    follow_up()
    assert len(world.calls()) == HINTS_AT_ONCE + 5


def test_hints_are_kept_alike_on_every_database(each_store, clock, connection):
    hints = Hints(each_store)
    wanted = {Hint(About.RMA, "5"), Hint(About.SHIPMENT, "5"), Hint(About.SHOP)}
    for _ in range(2):
        with each_store.write() as database:
            hints.keep(database, connection.id, DEMO, wanted, clock.now())
    assert hints.shops(clock.now()) == []
    clock.advance(MOMENT)
    assert hints.shops(clock.now()) == [(connection.id, DEMO)]
    due = hints.due(connection.id, DEMO, clock.now(), 10)
    assert {each.hint for each in due} == wanted
    assert {each.heard for each in due} == {2}
    with each_store.write() as database:
        hints.keep(database, connection.id, DEMO, [Hint(About.RMA, "5")], clock.now())
    with each_store.write() as database:
        hints.postpone(database, due, clock.now() + SECOND_LOOK, is_try=True)
    assert hints.due(connection.id, DEMO, clock.now(), 10) == []
    with each_store.write() as database:
        hints.drop(database, due)
    clock.advance(SECOND_LOOK)
    assert [each.hint for each in hints.due(connection.id, DEMO, clock.now(), 10)] == [
        Hint(About.RMA, "5")
    ]


def test_a_poll_that_has_nothing_to_wait_for_does_not_wait_for_a_look(
    poll, world, streams, connection, clock
):
    world.rma()
    poll(NEW, shop=DEMO)
    stream = streams.ask(connection, DEMO, NEW.topic)
    assert streams.leases.acquire(stream.id, to_look=True) is not None
    before = clock.now()
    poll(NEW, shop=DEMO)
    assert clock.now() == before


def test_a_first_look_at_parts_takes_in_what_is_listed_as_open_in_the_same_reading(
    poll, world, clock
):
    rma = world.rma()
    poll(app.CATALOGUE.triggers["new_rma"])
    clock.advance(timedelta(hours=1))
    shown = poll(app.CATALOGUE.triggers["shipment_created"]).objects
    assert [each["shipment_id"] for each in shown] == [str(each.id) for each in rma.shipments]
