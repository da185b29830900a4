from datetime import timedelta

import pytest
import requests
from sqlalchemy import text
from werkzeug.exceptions import Forbidden

from connector.blocks import Resource
from connector.budget import Purpose
from connector.connections.connections import OPERATOR
from connector.doctor import CheckState, report
from connector.feed import NextReading
from connector.feed.pace.wait import Reason
from connector.inbound import EVENTS, Inboxes, Registrar
from connector.presence import WORKER, Presence
from connector.returngo.transport import RawAnswer
from connector.store.tables import hint, subscription
from tests.processes import SHOPS
from tests.stand_ins import HandClock

URL = "https://bridge.example.com"
DEMO, OUTLET = SHOPS


@pytest.fixture
def register(store, vault, upstream, connection):
    """Register the bridge's webhooks in a shop."""

    def run(shop: str = DEMO, url: str = URL) -> None:
        list(Registrar(Inboxes(store, vault), upstream, url).register(connection, shop))

    return run


def test_a_bridge_that_is_well_set_up_has_nothing_to_mend(examine):
    assert set(examine().states.values()) == {"ok"}
    assert set(examine().checks) == {
        "key",
        f"shop {DEMO}",
        f"shop {OUTLET}",
        "clock",
        "limits",
        "database",
        "public address",
        "webhooks",
        "worker",
        "hooks",
    }


def test_a_wrong_key_is_told_with_where_to_find_the_right_one(examine):
    examined = examine(RETURNGO_API_KEY="wrong")
    assert examined.states["key"] == "to mend"
    assert "Settings > Integrations > API" in str(examined.checks["key"].mend)
    assert examined.states[f"shop {DEMO}"] == examined.states["clock"] == "not seen"
    assert examined.examination.watched.made == 1
    assert examined.told == {}


def test_a_shop_that_is_not_the_keys_is_told_by_name(examine):
    examined = examine(RETURNGO_SHOPS=f"{DEMO},other.myshopify.com")
    assert examined.states["key"] == examined.states[f"shop {DEMO}"] == "ok"
    assert examined.states["shop other.myshopify.com"] == "to mend"


def test_a_returngo_that_fails_is_told_and_no_verdict_is_made_up(examine, control):
    control("faults", kind="status", status=500, count=1000)
    examined = examine()
    assert examined.states[f"shop {DEMO}"] == "to mend"
    assert examined.states["key"] == "not seen"
    assert examined.told == {}


@pytest.mark.parametrize(
    ("minutes", "state"), [(0, "ok"), (4, "ok"), (-4, "ok"), (6, "to mend"), (-6, "to mend")]
)
def test_a_clock_is_to_mend_when_it_is_off_by_more_than_five_minutes(examine, minutes, state):
    examined = examine(ahead=timedelta(minutes=minutes))
    assert examined.states["clock"] == state
    if state == "to mend":
        assert ("ahead of" if minutes > 0 else "behind") in examined.checks["clock"].seen


def test_a_returngo_that_does_not_tell_the_time_leaves_the_clock_unseen(
    examine, transport, monkeypatch
):
    send = transport.send

    def without_date(request, *, seconds):
        raw = send(request, seconds=seconds)
        headers = {name: each for name, each in raw.headers.items() if name != "Date"}
        return RawAnswer(raw.status, headers, raw.body)

    monkeypatch.setattr(transport, "send", without_date)
    examined = examine()
    assert examined.states["clock"] == "not seen"
    assert examined.verdicts["date-header"] == "cannot tell"


def test_a_key_that_the_gateway_refuses_in_its_own_words_is_to_mend(examine, sandbox):
    sandbox.simulation.gate._unknown_key = Forbidden("Forbidden")
    assert examine(RETURNGO_API_KEY="wrong").states["key"] == "to mend"


def test_calls_that_are_left_to_other_software_are_told(examine, budget, connection, clock):
    clock.advance(timedelta(hours=-13))
    budget.take(connection.key_id, Purpose.ACTING)
    budget.learn_spent(connection.key_id)
    clock.advance(timedelta(hours=13))
    examined = examine()
    assert examined.states["limits"] == "ok"
    assert "are left to other software with this key" in examined.checks["limits"].seen


def test_a_day_that_is_spent_is_to_mend_and_spends_nothing(examine, budget, connection):
    for _ in range(10):
        budget.take(connection.key_id, Purpose.ACTING)
    examined = examine(RETURNGO_DAILY_LIMIT="10")
    assert examined.states["limits"] == "to mend"
    assert examined.states[f"shop {DEMO}"] == "not seen"
    assert examined.examination.watched.made == 0


def test_a_day_that_is_spent_by_returngos_count_is_to_mend(examine, control):
    control("limits", key="demo-key", used=100_000)
    assert examine().states["limits"] == "to mend"


def test_the_reserve_for_actions_is_left_alone(examine, budget, connection):
    for _ in range(9):
        budget.take(connection.key_id, Purpose.ACTING)
    examined = examine(RETURNGO_DAILY_LIMIT="10")
    assert "1 calls are left" in examined.checks["limits"].seen
    assert examined.states["limits"] == "to mend"
    assert examined.examination.watched.made == 0


def test_headers_that_speak_of_limits_are_named(examine, differences):
    differences.headers = {"X-RateLimit-Remaining": "7"}
    examined = examine()
    assert "x-ratelimit-remaining" in examined.checks["limits"].seen
    assert examined.verdicts["no-rate-headers"] == "false"


def test_a_database_that_takes_nothing_in_is_to_mend(examine, store):
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only=ON")
    # one connection serves all, so that the pragma holds
    examined = examine()
    assert examined.states["database"] == "to mend"
    assert "takes nothing in" in examined.checks["database"].seen
    assert examined.states[f"shop {DEMO}"] == "not seen"


def test_a_disk_that_is_nearly_full_is_to_mend(examine, monkeypatch):
    monkeypatch.setattr("connector.doctor.checks.database.LEAST_ROOM", 1 << 62)
    assert examine().states["database"] == "to mend"


def test_a_database_that_is_of_another_release_is_to_mend(examine, store):
    with store.write() as database:
        database.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    examined = examine()
    assert examined.states["database"] == "to mend"
    assert "9999" in examined.checks["database"].seen


def test_a_public_address_that_cannot_be_reached_is_to_mend(examine):
    def unreachable(_: str) -> int:
        raise requests.ConnectionError("not the operator's words")

    check = examine(reach=unreachable, PUBLIC_URL=URL).checks["public address"]
    assert check.state is CheckState.TO_MEND
    assert "could not be reached from this machine" in check.seen


def test_a_public_address_is_asked_for_its_health(examine):
    asked = []

    def reach(url: str) -> int:
        asked.append(url)
        return 404

    assert examine(reach=reach, PUBLIC_URL=f"{URL}/").states["public address"] == "to mend"
    assert asked == [f"{URL}/healthz"]
    assert examine(PUBLIC_URL=URL).states["public address"] == "ok"


def test_webhooks_that_were_never_registered_are_offered(examine):
    check = examine(PUBLIC_URL=URL).checks[f"webhooks {DEMO}"]
    assert check.state is CheckState.OK
    assert "webhooks register" in check.seen


def test_webhooks_that_stand_are_well_and_those_that_are_gone_are_to_mend(
    examine, register, upstream, connection
):
    register()
    assert examine(PUBLIC_URL=URL).states[f"webhooks {DEMO}"] == "ok"
    returngo = upstream.open(connection, DEMO)
    for row in returngo.list_webhooks():
        returngo.delete_webhook(str(row["id"]))
    check = examine(PUBLIC_URL=URL).checks[f"webhooks {DEMO}"]
    assert check.state is CheckState.TO_MEND
    assert f"0 of {len(EVENTS)}" in check.seen


def test_a_webhook_that_is_missing_is_named(examine, register, upstream, connection):
    register()
    returngo = upstream.open(connection, DEMO)
    (row,) = [row for row in returngo.list_webhooks() if row["eventName"] == "REFUND_CREATED"]
    returngo.delete_webhook(str(row["id"]))
    check = examine(PUBLIC_URL=URL).checks[f"webhooks {DEMO}"]
    assert check.state is CheckState.TO_MEND
    assert "REFUND_CREATED" in check.seen
    assert "RMA_CREATED" not in check.seen


def test_webhooks_at_a_former_address_are_to_mend(examine, register):
    register(url="https://old.example.com")
    check = examine(PUBLIC_URL=URL).checks[f"webhooks {DEMO}"]
    assert check.state is CheckState.TO_MEND
    assert "former address" in check.seen


def test_webhooks_whose_renewal_was_cut_off_are_to_mend(
    examine, register, store, vault, connection
):
    register()
    Inboxes(store, vault).begin_renewal(connection.id, DEMO)
    check = examine(PUBLIC_URL=URL).checks[f"webhooks {DEMO}"]
    assert check.state is CheckState.TO_MEND
    assert "former address" in check.seen


def test_an_event_that_another_software_has_is_told_but_not_to_mend(
    examine, register, upstream, connection
):
    upstream.open(connection, DEMO).add_webhook("https://other.example.net/x", "RMA_CREATED")
    register()
    check = examine(PUBLIC_URL=URL).checks[f"webhooks {DEMO}"]
    assert check.state is CheckState.OK
    assert "Another software has RMA_CREATED" in check.seen


def test_a_worker_is_missed_where_hooks_need_one(examine, store, clock):
    with store.write() as database:
        database.execute(
            subscription.insert().values(
                id="one",
                connection=OPERATOR,
                trigger="any",
                host="hooks.example.com",
                target_url=b"",
                secrets=b"",
                is_ordered=False,
                since_seq=0,
                created_at=clock.now(),
            )
        )
    assert examine().states["worker"] == "to mend"
    Presence(store, WORKER, clock).note()
    assert examine().states["worker"] == "ok"
    clock.advance(timedelta(minutes=2))
    assert examine().states["worker"] == "to mend"


def test_a_worker_that_was_seen_in_the_future_is_not_believed_to_be_there(examine, store, clock):
    Presence(store, WORKER, HandClock(clock.now() + timedelta(hours=1))).note()
    assert "One is at work" not in examine().checks["worker"].seen


@pytest.mark.parametrize("is_there", [True, False])
def test_what_waits_for_a_worker_is_to_mend_whether_one_is_there_or_not(
    examine, store, clock, is_there
):
    with store.write() as database:
        database.execute(
            hint.insert().values(
                connection=OPERATOR,
                shop=DEMO,
                about="rma",
                resource_id="1",
                heard=1,
                heard_at=clock.now(),
                due_at=clock.now(),
                tries=0,
            )
        )
    clock.advance(timedelta(minutes=3))
    if is_there:
        Presence(store, WORKER, clock).note()
    check = examine().checks["worker"]
    assert check.state is CheckState.TO_MEND
    assert "1 deliveries and hints wait" in check.seen


def test_without_a_key_only_the_rest_is_checked_and_nothing_is_asked(examine):
    examined = examine(RETURNGO_API_KEY="", ALLOW_RETURNGO_KEYS="true")
    assert examined.states == dict.fromkeys(
        ("key", "limits", "database", "public address", "worker", "hooks"), "ok"
    )
    assert "callers bring their own" in examined.checks["key"].seen
    assert examined.told == {}
    assert examined.examination.watched.most == examined.examination.watched.made == 0


def test_each_list_is_told_with_when_it_is_read_next_and_why(examine, clock):
    now = clock.now()
    plan = [NextReading(DEMO, Resource.RMAS, now, now + timedelta(minutes=4), Reason.QUIET)]
    seen = examine(plan=plan).checks["reading"].seen
    assert seen == (
        f"rmas of {DEMO}: read at {now:%H:%M:%S} UTC, next by the first poll after"
        f" {now + timedelta(minutes=4):%H:%M:%S} UTC. {Reason.QUIET}"
    )


def test_a_report_names_the_reading_of_lists_as_such(examine):
    plan = [NextReading(DEMO, Resource.RMAS, None, None, Reason.NEVER_READ)]
    found = report(examine(plan=plan).examination)
    assert {"part": "reading", "state": "ok"} in found["checks"]
