"""What an answer costs the database, from the request to the headers."""

from sqlalchemy import event

from tests.web.conftest import Bridge


def test_a_poll_of_what_is_fresh_opens_one_transaction(bridge: Bridge):
    bridge.new_rma()
    first = bridge.get("/v1/triggers/new_rma")
    begun: list[object] = []
    event.listen(bridge.rules.store.engine, "begin", begun.append)
    again = bridge.get("/v1/triggers/new_rma")
    known = bridge.get("/v1/triggers/new_rma", headers={"If-None-Match": again.headers["ETag"]})
    assert len(begun) == 2
    assert known.status_code == 304
    assert again.data == first.data
    for answer in (again, known):
        assert answer.headers["RateLimit"] == first.headers["RateLimit"]
