from functools import partial

from tests.end_to_end.waiting import eventually
from tests.processes import Bridge, Sandbox, running_bridge

TRIGGERS = ("new_rma", "refund_requested")


def test_a_restart_between_polls_repeats_no_event_and_loses_none(
    real_sandbox: Sandbox, database_url: str
):
    with running_bridge(real_sandbox.url, database_url) as first:
        before = {trigger: first.poll(trigger) for trigger in TRIGGERS}
        first.kill()
    assert all(before.values()), "the seeded history has recent events of both kinds"

    rma = real_sandbox.control("rmas")["rmaSummary"]["rmaId"]
    refund = str(real_sandbox.control("transactions")["id"])

    with running_bridge(real_sandbox.url, database_url) as second:
        for trigger, key, expected in (
            ("new_rma", "rma_id", rma),
            ("refund_requested", "transaction_id", refund),
        ):
            old = before[trigger]
            now = eventually(partial(longer_than, len(old), second, trigger))
            assert now[1:] == old
            assert now[0][key] == expected


def longer_than(length: int, bridge: Bridge, trigger: str) -> list[dict[str, str]]:
    events = bridge.poll(trigger)
    return events if len(events) > length else []
