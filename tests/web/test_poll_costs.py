"""What an answer costs the database, from the request to the headers."""

from datetime import timedelta

from sqlalchemy import event

from tests.stand_ins import HandClock
from tests.web.conftest import Bridge

A_SECOND = timedelta(seconds=1)


def test_a_poll_of_what_is_fresh_opens_one_transaction_and_its_repeats_none(
    bridge: Bridge, clock: HandClock
):
    bridge.new_rma()
    first = bridge.get("/v1/triggers/new_rma")
    clock.advance(A_SECOND)
    begun: list[object] = []
    event.listen(bridge.rules.store.engine, "begin", begun.append)
    again = bridge.get("/v1/triggers/new_rma")
    assert len(begun) == 1
    assert bridge.get("/v1/triggers/new_rma").data == again.data
    assert len(begun) == 1
    tag = {"If-None-Match": again.headers["ETag"]}
    known, once_more = (bridge.get("/v1/triggers/new_rma", headers=tag) for _ in range(2))
    assert len(begun) == 2
    assert (known.status_code, once_more.status_code) == (304, 304)
    assert again.data == first.data
    assert again.headers["RateLimit"] == known.headers["RateLimit"]
