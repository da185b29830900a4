from datetime import timedelta
from unittest import mock

import simplejson
from sqlalchemy import func, select

from connector.delivery import Reply
from connector.retention import deliveries
from connector.retention.deliveries import Deliveries
from connector.store.tables import delivery, event, subscription
from tests.delivery.bureau import Bureau

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def count(bureau: Bureau, table) -> int:
    with bureau.store.read() as database:
        return database.execute(select(func.count()).select_from(table)).scalar_one()


def prune(bureau: Bureau) -> bool:
    """Delete some of what is old; return whether there may be more."""
    return Deliveries(bureau.store).run(bureau.clock.now())


def test_what_is_old_is_deleted_and_the_rest_stays(bureau: Bureau):
    good = bureau.subscribe()
    bad = bureau.subscribe(url="https://broken.example.com/1")
    bureau.sender.reply = lambda url: (
        Reply(status=200) if url == good.target_url else Reply(status=500, failure="answered 500")
    )
    bureau.refund()
    bureau.work_for(2 * DAY + HOUR, step=600)
    assert (bureau.states(good), bureau.states(bad)) == (["delivered"], ["parked"])
    assert not prune(bureau)
    assert (bureau.states(good), bureau.states(bad)) == (["delivered"], ["parked"])
    bureau.clock.advance(DAY)
    prune(bureau)
    assert (bureau.states(good), bureau.states(bad)) == ([], ["parked"])
    bureau.clock.advance(28 * DAY)
    prune(bureau)
    assert bureau.states(bad) == ["parked"]
    bureau.clock.advance(2 * DAY)
    prune(bureau)
    assert bureau.states(bad) == []
    assert count(bureau, subscription) == 2


def test_what_has_ended_is_deleted_after_a_week_with_its_deliveries(bureau: Bureau):
    hook = bureau.subscribe()
    bureau.refund()
    bureau.work()
    bureau.clock.advance(DAY)
    bureau.delivery.hooks.subscriptions.end("operator", hook.id)
    with mock.patch.object(deliveries, "KEPT_FOR", {}):
        bureau.clock.advance(6 * DAY)
        prune(bureau)
        assert count(bureau, subscription) == 1
        bureau.clock.advance(DAY + HOUR)
        prune(bureau)
        prune(bureau)
    assert (count(bureau, subscription), count(bureau, delivery)) == (0, 0)


def test_much_is_deleted_piece_by_piece(bureau: Bureau):
    bureau.subscribe()
    for _ in range(5):
        bureau.refund()
    bureau.work_for(timedelta(seconds=1))
    bureau.clock.advance(4 * DAY)
    with mock.patch.object(deliveries, "AT_ONCE", 2):
        assert [prune(bureau) for _ in range(4)] == [True, True, False, False]
    assert count(bureau, delivery) == 0


def test_an_event_that_takes_the_number_of_a_deleted_one_is_sent_as_itself(bureau: Bureau):
    """SQLite counts rows anew when none is left."""
    bureau.subscribe()
    sent = []
    for _ in range(2):
        told = bureau.refund()
        bureau.work()
        sent.append((told, simplejson.loads(bureau.sender.sent[-1][1])["id"]))
        with bureau.store.write() as database:
            for table in (delivery, event):
                database.execute(table.delete())
    assert [told for told, _ in sent] == [shown for _, shown in sent]
