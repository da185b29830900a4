from email.utils import parsedate_to_datetime

import pytest

from connector.sandbox.app import create_app
from connector.sandbox.exact_json import dumps
from connector.sandbox.world.bodies import rma_detail
from tests.sandbox.client import OTHER, START, Caller, Time


def test_every_call_is_recorded_in_full(api: Caller, time: Time) -> None:
    time.forward(milliseconds=1234)
    api.get("/rmas", pagesize=1, status="Done")
    assert api.calls() == [
        {
            "time": "2026-03-10T12:00:01.234+00:00",
            "method": "GET",
            "path": "/rmas",
            "query": "pagesize=1&status=Done",
            "key": "demo-key",
            "shop": "demo.myshopify.com",
            "status": 200,
            "applied": False,
            "fault": None,
        }
    ]


def test_refused_calls_are_recorded_too(api: Caller) -> None:
    Caller(api.app, key=None, shop=None).get("/rmas")
    Caller(api.app, key="wrong").get("/rmas")
    Caller(api.app, shop=OTHER).get("/rmas")
    api.get("/nowhere")
    api.control("limits", daily=0)
    api.get("/rmas")
    calls = api.calls()
    assert [call["status"] for call in calls] == [401, 401, 403, 403, 429]
    assert [call["key"] for call in calls[:3]] == [None, "wrong", "demo-key"]
    assert [call["shop"] for call in calls[:3]] == [None, "demo.myshopify.com", OTHER]


def test_the_ledger_tells_the_writes_that_were_applied(api: Caller) -> None:
    rma = api.control("rmas")["rmaSummary"]["rmaId"]
    refund = api.control("transactions")["id"]
    api.put(f"/rma/{rma}/status", {"status": "Approved"})
    api.put(f"/rma/{rma}/status", {"status": "Approved"})
    api.put("/rma/1/status", {"status": "Approved"})
    api.post(f"/rma/{rma}/comment", {"htmlText": "x"})
    api.put(f"/transaction/{refund}", {"status": "Success"})
    api.get(f"/rma/{rma}")
    applied = [call["applied"] for call in api.calls()]
    assert applied == [True, False, False, True, True, False]


def test_the_record_can_be_emptied(api: Caller) -> None:
    api.get("/webhooks")
    assert api.control("calls", "DELETE") == {}
    assert api.calls() == []


def test_the_clock_can_be_asked_set_and_moved(api: Caller, time: Time) -> None:
    assert api.control("clock") == {"now": "2026-03-10T12:00:00+00:00"}
    assert api.control("clock", now="2027-01-01T01:00:00+01:00") == {
        "now": "2027-01-01T00:00:00+00:00"
    }
    assert api.control("clock", advance=90) == {"now": "2027-01-01T00:01:30+00:00"}
    assert api.control("clock", advance=-90.5) == {"now": "2026-12-31T23:59:59+00:00"}
    time.forward(seconds=1)
    assert api.control("clock") == {"now": "2027-01-01T00:00:00+00:00"}


def test_a_set_clock_is_the_time_of_everything(api: Caller) -> None:
    api.control("clock", now="2027-01-01T00:00:00")
    made = api.control("rmas")
    assert made["createdAt"] == "2027-01-01T00:00:00+00:00"
    response = api.put(f"/rma/{made['rmaSummary']['rmaId']}/status", {"status": "Approved"})
    date = parsedate_to_datetime(response.headers["Date"])
    assert date.isoformat() == "2027-01-01T00:00:00+00:00"
    assert api.calls()[0]["time"] == "2027-01-01T00:00:00.000+00:00"


def test_limits_and_the_count_of_a_key_can_be_set(api: Caller, stranger: Caller) -> None:
    assert api.control("limits", daily=10, second=5, used=9) == {
        "daily": 10,
        "second": 5,
        "used": {"demo-key": 9, "other-key": 0},
    }
    api.control("limits", key="other-key", used=10)
    assert [api.get("/webhooks").status_code for _ in range(2)] == [200, 429]
    assert stranger.get("/webhooks").status_code == 429


def world(api: Caller) -> str:
    rmas = api.world.rmas.values()
    return dumps([*map(rma_detail, rmas), *api.read("/webhooks")])


def test_a_reset_goes_back_to_the_start(api: Caller) -> None:
    start = world(api)
    api.control("calls", "DELETE")
    api.control("rmas")
    api.control("transactions")
    api.post("/webhook", {"url": "https://x", "eventName": "RMA_CREATED"})
    api.control("clock", advance=5000)
    api.control("limits", daily=7, second=7, used=3)
    api.control("faults", kind="html")
    assert api.control("reset") == {
        "now": "2026-03-10T12:00:00+00:00",
        "seed": 1,
        "rmas": 309,
        "transactions": len(api.world.transactions),
    }
    assert api.calls() == []
    assert api.control("faults", "GET") == []
    assert api.control("limits") == {
        "daily": 2000,
        "second": 10_000,
        "used": {"demo-key": 0, "other-key": 0},
    }
    assert world(api) == start


def test_a_reset_may_take_another_seed_for_this_once(api: Caller) -> None:
    start = world(api)
    assert api.control("reset", seed=2)["seed"] == 2
    assert world(api) != start
    assert world(api) == world(Caller(create_app(seed=2, now=lambda: START)))
    api.control("reset")
    assert world(api) == start


def test_a_reset_may_leave_nothing(api: Caller) -> None:
    assert api.control("reset", empty=True)["rmas"] == 0
    assert api.ids("/rmas") == api.ids("/transactions") == []
    assert api.control("reset")["rmas"] == 309


def test_a_sandbox_made_empty_can_be_filled(empty: Caller) -> None:
    assert empty.control("reset")["rmas"] == 0
    assert empty.control("reset", empty=False)["rmas"] == 309


@pytest.mark.parametrize("seed", [1, 2])
def test_what_happens_after_a_reset_is_the_same_each_time(api: Caller, seed: int) -> None:
    api.control("reset", seed=seed)
    first = api.control("rmas")
    api.control("reset", seed=seed)
    assert api.control("rmas") == first
