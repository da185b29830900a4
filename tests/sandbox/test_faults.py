from threading import Thread
from typing import Any

import pytest

from tests.sandbox.client import Caller, Time, refused


def statuses(api: Caller, times: int, path: str = "/webhooks") -> list[int]:
    return [api.get(path).status_code for _ in range(times)]


def test_by_itself_the_next_call_is_answered_500(api: Caller) -> None:
    assert api.control("faults") == {
        "kind": "status",
        "status": 500,
        "body": None,
        "seconds": 1,
        "count": 1,
        "share": 1,
        "method": None,
        "path": "/",
        "when": "before",
    }
    response = api.get("/webhooks")
    assert response.status_code == 500
    assert response.json == {"message": "Internal Server Error"}
    assert response.headers["x-amzn-requestid"]
    assert statuses(api, 1) == [200]


@pytest.mark.parametrize(
    ("given", "content_type", "text"),
    [
        ({"message": "Limit Exceeded"}, "application/json", '{"message": "Limit Exceeded"}'),
        ([], "application/json", "[]"),
        ("<oops>", "text/plain; charset=utf-8", "<oops>"),
        (None, "application/json", '{"message": "Bad Gateway"}'),
    ],
)
def test_a_status_may_have_any_body(api: Caller, given: Any, content_type: str, text: str) -> None:
    api.control("faults", status=502, body=given)
    response = api.get("/webhooks")
    assert response.status_code == 502
    assert response.content_type == content_type
    assert response.text == text


def test_a_status_without_a_name_has_a_body_too(api: Caller) -> None:
    api.control("faults", status=599)
    assert refused(api.get("/webhooks")) == 599


def test_a_count_is_of_calls(api: Caller) -> None:
    api.control("faults", count=2)
    assert statuses(api, 3) == [500, 500, 200]
    assert api.control("faults", "GET") == []


def test_a_share_is_of_all_calls_and_the_same_for_a_seed(api: Caller) -> None:
    def half() -> list[int]:
        api.control("reset")
        api.control("faults", share=0.5)
        return statuses(api, 40)

    first = half()
    assert {200, 500} == set(first)
    assert 8 < first.count(500) < 32
    assert half() == first


def test_a_share_of_one_lasts_and_a_share_of_none_never_comes(api: Caller) -> None:
    api.control("faults", share=0)
    assert statuses(api, 3) == [200] * 3
    api.control("faults", share=1)
    assert statuses(api, 3) == [500] * 3


def test_a_share_may_be_bounded_by_a_count(api: Caller) -> None:
    api.control("faults", share=1, count=2)
    assert statuses(api, 3) == [500, 500, 200]


def test_a_fault_may_be_for_a_method_and_the_beginning_of_a_path(api: Caller) -> None:
    api.control("faults", method="GET", path="/rma/")
    rma = api.ids("/rmas")[0]
    assert api.post(f"/rma/{rma}/comment", {"htmlText": "x"}).status_code in (200, 201)
    assert statuses(api, 2, f"/rma/{rma}") == [500, 200]


def test_faults_can_be_listed_and_cleared(api: Caller) -> None:
    standing = [api.control("faults", count=9), api.control("faults", kind="html")]
    assert api.control("faults", "GET") == standing
    assert api.control("faults", "DELETE") == {}
    assert statuses(api, 1) == [200]


def test_several_faults_stand_in_the_order_they_came(api: Caller) -> None:
    api.control("faults", status=502, count=2)
    api.control("faults", status=503)
    assert statuses(api, 4) == [502, 502, 503, 200]


def test_a_delay_comes_before_another_fault(api: Caller, time: Time) -> None:
    api.control("faults", kind="delay", seconds=29)
    api.control("faults", status=503)
    assert statuses(api, 1) == [503]
    assert time.pauses == [29]
    assert api.calls()[0]["fault"] == "delay+status"


def test_a_faulty_call_is_recorded_with_its_fault(api: Caller) -> None:
    api.control("faults", status=502)
    statuses(api, 2)
    assert [(call["status"], call["fault"]) for call in api.calls()] == [
        (502, "status"),
        (200, None),
    ]


@pytest.mark.parametrize(("status", "counted"), [(500, 1), (401, 0), (403, 0), (429, 0)])
def test_what_the_gateway_would_refuse_is_not_counted(
    api: Caller, status: int, counted: int
) -> None:
    api.control("faults", status=status)
    statuses(api, 1)
    assert api.control("limits")["used"]["demo-key"] == counted


def test_a_call_that_the_gate_refuses_meets_no_fault(api: Caller) -> None:
    api.control("faults")
    assert Caller(api.app, key="wrong").get("/webhooks").status_code == 401
    assert statuses(api, 1) == [500]


def commented(api: Caller, **fault: Any) -> tuple[int | None, int, dict[str, Any]]:
    """Comment under a fault; answer the status, how many comments that made, and the record."""
    rma = api.control("rmas")
    api.control("faults", **fault)
    path = f"/rma/{rma['rmaSummary']['rmaId']}"
    try:
        status: int | None = api.post(f"{path}/comment", {"htmlText": "x"}).status_code
    except ConnectionError:
        status = None
    made = len(api.read(path)["comments"]) - len(rma["comments"])
    return status, made, api.calls()[0]


@pytest.mark.parametrize("kind", ["drop", "reset"])
def test_a_dropped_call_was_not_applied_and_has_no_status(api: Caller, kind: str) -> None:
    status, made, call = commented(api, kind=kind)
    assert (status, made) == (None, 0)
    assert (call["status"], call["applied"], call["fault"]) == (None, False, kind)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "lost_answer"},
        {"kind": "lost_answer", "when": "before"},
        {"kind": "drop", "when": "after"},
        {"kind": "reset", "when": "after"},
    ],
)
def test_a_lost_answers_write_was_applied(api: Caller, fault: dict[str, Any]) -> None:
    status, made, call = commented(api, **fault)
    assert (status, made) == (None, 1)
    assert (call["status"], call["applied"], call["fault"]) == (None, True, fault["kind"])


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_an_error_may_hide_that_the_write_was_applied(api: Caller, when: str, made: int) -> None:
    assert commented(api, status=504, when=when)[:2] == (504, made)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_delayed_call_is_answered_normally(api: Caller, time: Time, when: str) -> None:
    status, made, call = commented(api, kind="delay", seconds=0.5, when=when)
    assert status in (200, 201)
    assert made == 1
    assert call["status"] == status
    assert time.pauses == [0.5]


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_a_delay_waits_before_the_work_or_after_it(
    api: Caller, time: Time, when: str, made: int
) -> None:
    comments = api.world.rmas[api.ids("/rmas")[0]].comments
    path = f"/rma/{api.ids('/rmas')[0]}/comment"
    before = len(comments)
    seen: list[int] = []
    time.while_pausing = lambda: seen.append(len(comments) - before)
    api.control("faults", kind="delay", when=when)
    api.post(path, {"htmlText": "x"})
    assert seen == [made]


def test_others_are_answered_while_one_waits(api: Caller, time: Time) -> None:
    others: list[int] = []

    def meanwhile() -> None:
        other = Thread(target=lambda: others.extend(statuses(api, 1)), daemon=True)
        other.start()
        other.join(timeout=10)
        others.append(0)

    time.while_pausing = meanwhile
    for when in ("before", "after"):
        api.control("faults", kind="delay", when=when)
        assert statuses(api, 1) == [200]
    assert others == [200, 0, 200, 0]


def test_html_is_answered_200(api: Caller) -> None:
    api.control("faults", kind="html")
    response = api.get("/rmas", pagesize=1)
    assert response.status_code == 200
    assert response.content_type == "text/html; charset=utf-8"
    assert response.text.startswith("<!DOCTYPE html>")


def test_a_slow_body_is_the_same_in_the_end(api: Caller, time: Time) -> None:
    api.control("faults", kind="slow", seconds=2)
    slow = api.get("/rmas", pagesize=5)
    assert slow.data == api.get("/rmas", pagesize=5).data
    assert slow.content_length == len(slow.data)
    assert time.pauses == [0.2] * 10


def test_a_truncated_body_claims_its_whole_length(api: Caller) -> None:
    whole = api.get("/rmas", pagesize=5).data
    api.control("faults", kind="truncate")
    response = api.get("/rmas", pagesize=5)
    assert response.content_length == len(whole)
    pieces = iter(response.response)
    assert next(pieces) == whole[: len(whole) // 2]
    with pytest.raises(ConnectionError):
        next(pieces)


@pytest.mark.parametrize("kind", ["slow", "truncate"])
def test_a_broken_bodys_write_was_applied(api: Caller, kind: str) -> None:
    _, made, call = commented(api, kind=kind, when="before")
    assert made == 1
    assert call["applied"]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "nothing"},
        {"status": 199},
        {"status": 600},
        {"status": "500"},
        {"count": 0},
        {"share": 1.1},
        {"share": -0.1},
        {"seconds": -1},
        {"method": "PATCH"},
        {"path": 5},
        {"when": "never"},
    ],
)
def test_a_fault_out_of_order_is_refused(api: Caller, fault: dict[str, Any]) -> None:
    assert refused(api.control_response("faults", **fault)) == 400
    assert api.control("faults", "GET") == []
