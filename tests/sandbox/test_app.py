import re
from email.utils import parsedate_to_datetime
from threading import Thread

import pytest

from tests.sandbox.client import START, Caller, Time, refused


@pytest.mark.parametrize(
    ("key", "path", "status"),
    [
        ("demo-key", "/webhooks", 200),
        ("wrong", "/webhooks", 401),
        ("demo-key", "/rma/1", 404),
        ("demo-key", "/nowhere", 403),
    ],
)
def test_every_answer_carries_the_gateways_headers(
    api: Caller, key: str, path: str, status: int
) -> None:
    api.key = key
    response = api.get(path)
    assert response.status_code == status
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", request_id(response.headers))
    assert response.headers["x-amz-apigw-id"]
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", response.headers["x-amzn-trace-id"])
    assert response.content_type == "application/json"


def request_id(headers: object) -> str:
    return str(headers["x-amzn-requestid"])  # type: ignore[index]


def test_no_two_calls_share_a_request_id(api: Caller) -> None:
    assert request_id(api.get("/webhooks").headers) != request_id(api.get("/webhooks").headers)


def test_the_date_is_the_sandboxs_own(api: Caller, time: Time) -> None:
    time.forward(days=3)
    shown = parsedate_to_datetime(api.get("/webhooks").headers["Date"])
    assert shown == time.now()
    assert shown != START


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/rmas/"),
        ("GET", "//rmas"),
        ("POST", "/rmas"),
        ("HEAD", "/rmas"),
        ("OPTIONS", "/rmas"),
        ("PATCH", "/rma/1"),
        ("POST", "/transactions"),
        ("POST", "/transaction"),
        ("GET", "/transaction/1"),
        ("GET", "/shipment/1"),
    ],
)
def test_what_is_no_call_gets_the_gateways_own_refusal(api: Caller, method: str, path: str) -> None:
    response = api.call(method, path)
    assert response.status_code == 403
    if method != "HEAD":
        assert response.json == {"message": "Missing Authentication Token"}


@pytest.mark.parametrize(
    "options",
    [
        {"data": "", "content_type": "application/json"},
        {"data": "{", "content_type": "application/json"},
        {"data": '{"htmlText": NaN}', "content_type": "application/json"},
        {"data": "[" * 100_000, "content_type": "application/json"},
        {"data": b'{"htmlText": "\xff"}', "content_type": "application/json"},
        {"data": '{"htmlText": "\\ud800"}', "content_type": "application/json"},
        {"json": []},
        {"json": "text"},
        {"data": '{"htmlText": "x"}', "content_type": "text/plain"},
        {"data": "htmlText=x", "content_type": "application/x-www-form-urlencoded"},
        {},
    ],
)
def test_a_body_that_is_no_json_object_is_400(api: Caller, options: dict[str, object]) -> None:
    rma = api.ids("/rmas")[0]
    assert refused(api.post(f"/rma/{rma}/comment", **options)) == 400


@pytest.mark.parametrize("bad", ["abc", "1.5", "-1", "12x", "٣", "1" * 20])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/rma/{}"),
        ("PUT", "/rma/{}/status"),
        ("POST", "/rma/{}/comment"),
        ("PUT", "/shipment/{}"),
        ("DELETE", "/shipment/{}"),
        ("PUT", "/transaction/{}"),
        ("PUT", "/webhook/{}"),
        ("DELETE", "/webhook/{}"),
    ],
)
def test_an_id_that_is_no_number_is_400(api: Caller, method: str, path: str, bad: str) -> None:
    assert refused(api.call(method, path.format(bad), {})) == 400


def test_a_fault_of_the_sandbox_itself_is_answered_500_in_its_shape(
    api: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.app.simulation.world, "webhooks", None)
    response = api.get("/webhooks")
    assert refused(response) == 500
    assert request_id(response.headers)


def test_one_call_waits_for_another_to_leave_the_world(api: Caller) -> None:
    done: list[int] = []
    other = Thread(target=lambda: done.append(len(api.control("rmas", count=1))), daemon=True)
    with api.app.simulation.lock:
        other.start()
        other.join(timeout=0.3)
        assert done == []
    other.join(timeout=10)
    assert done == [1]
