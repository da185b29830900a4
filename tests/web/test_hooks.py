"""REST hooks as their owners deal with them."""

from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from simplejson import loads
from sqlalchemy import select

from connector.delivery import Reply
from connector.delivery.http.signature import signed_headers
from connector.delivery.http.trials import EVERY
from connector.store import Store
from connector.store.tables import subscription
from tests.stand_ins import NOON, HandSender
from tests.web.answers import faulty_fields, good, problem
from tests.web.conftest import API_KEY, Bridge, Build

URL = "https://hooks.example.com/catch/1?token=planted"
HOOK_CALLS = [
    ("GET", ""),
    ("DELETE", ""),
    ("POST", "/test"),
    ("POST", "/rotate"),
    ("POST", "/wake"),
    ("GET", "/deliveries"),
    ("POST", "/replay"),
]
OWN = {"x-api-key": API_KEY, "x-shop-name": "demo.myshopify.com"}


def subscribe(bridge: Bridge, **fields: Any) -> Any:
    body = {"trigger": "new_rma", "target_url": URL, **fields}
    return bridge.call("POST", "/v1/hooks", json=body)


def test_a_subscription_is_answered_with_its_id_and_shown_without_its_secret(bridge: Bridge):
    answer = subscribe(bridge, filters={"order_name": "#1001", "shop": "outlet.myshopify.com"})
    assert answer.status_code == 201
    hook = dict(answer.json or {})
    assert answer.headers["Location"] == f"http://localhost/v1/hooks/{hook['id']}"
    assert hook.pop("secret").startswith("whsec_")
    assert hook == {
        "id": hook["id"],
        "trigger": "new_rma",
        "target_url": URL,
        "filters": {"order_name": "#1001", "shop": "outlet.myshopify.com"},
        "warnings": [],
        "ordered": False,
        "created_at": "2026-02-04T12:00:00Z",
        "rests_since": None,
        "waiting": 0,
        "parked": 0,
    }
    assert good(bridge.get(f"/v1/hooks/{hook['id']}")) == hook
    assert good(bridge.get("/v1/hooks")) == [hook]


def test_an_empty_filter_is_no_filter_and_what_people_type_is_forgiven(bridge: Bridge):
    hook = bridge.subscribe("new_rma", filters={"status": " approved ", "shop": ""}, ordered="yes")
    assert hook["filters"] == {"status": "Approved"}
    assert hook["ordered"] is True


def test_each_trigger_has_an_address_to_subscribe_at(bridge: Bridge):
    """Its filters stand beside the target: some platforms can send no object in an object."""
    path = "/v1/triggers/new_rma/hooks"
    body = {"target_url": URL, "status": " approved ", "shop": "outlet.myshopify.com"}
    answer = bridge.call("POST", path, json=body)
    assert answer.status_code == 201
    hook = dict(answer.json or {})
    assert (hook["trigger"], hook["target_url"]) == ("new_rma", URL)
    assert hook["filters"] == {"status": "Approved", "shop": "outlet.myshopify.com"}
    assert answer.headers["Location"] == f"http://localhost/v1/hooks/{hook['id']}"
    assert bridge.call("DELETE", answer.headers["Location"]).status_code == 204
    assert set(faulty_fields(bridge.call("POST", path, json={"state": "Approved"}))) == {
        *("state", "target_url")
    }
    local = {"target_url": "https://10.0.0.1/hook"}
    assert set(faulty_fields(bridge.call("POST", path, json=local))) == {"target_url"}


def test_what_is_wrong_is_named_with_what_is_accepted(bridge: Bridge):
    unknown = faulty_fields(subscribe(bridge, trigger="new_rna"))["trigger"]
    assert unknown["value"] == "new_rna"
    assert "refund_requested" in unknown["accepted"]
    wrong = faulty_fields(subscribe(bridge, filters={"state": "Approved"}))["filters.state"]
    assert "there are order_name, resolution_type, return_method, shop, status" in wrong["detail"]
    for name in ("limit", "after", "raw"):
        assert f"filters.{name}" in faulty_fields(subscribe(bridge, filters={name: "1"}))
    assert "filters" in faulty_fields(subscribe(bridge, filters=["status"]))
    assert "target_url" in faulty_fields(subscribe(bridge, target_url="http://example.com/"))
    assert "target_url" in faulty_fields(subscribe(bridge, target_url="https://10.0.0.1/"))
    foreign = problem(subscribe(bridge, filters={"shop": "other.myshopify.com"}), 403)
    assert "other.myshopify.com" in foreign["detail"]
    assert good(bridge.get("/v1/hooks")) == []


def test_who_unsubscribes_finds_nothing_any_more(bridge: Bridge):
    path = f"/v1/hooks/{bridge.subscribe()['id']}"
    answer = bridge.call("DELETE", path)
    assert (answer.status_code, answer.data) == (204, b"")
    problem(bridge.get(path), 404)
    problem(bridge.call("DELETE", path), 404)
    assert good(bridge.get("/v1/hooks")) == []


def test_the_sample_is_sent_as_a_test_signed_and_the_answer_told(
    bridge: Bridge, sender: HandSender
):
    hook = bridge.subscribe(target_url=URL)
    sender.reply = lambda _: Reply(status=200)
    told = good(bridge.call("POST", f"/v1/hooks/{hook['id']}/test"))
    ((url, body, headers),) = sender.sent
    assert url == URL
    assert body == bridge.get("/v1/triggers/refund_requested/sample").data
    assert signed_headers(headers["webhook-id"], NOON, body, [hook["secret"]]) == headers
    assert told == {
        "webhook_id": headers["webhook-id"],
        "delivered": True,
        "status": 200,
        "failure": None,
    }
    bridge.clock.advance(EVERY)
    sender.reply = lambda _: Reply(status=500, failure="answered 500")
    told = good(bridge.call("POST", f"/v1/hooks/{hook['id']}/test"))
    assert (told["delivered"], told["status"], told["failure"]) == (False, 500, "answered 500")


def test_a_hook_is_tested_once_in_ten_seconds(bridge: Bridge, sender: HandSender):
    triggers = ("new_rma", "refund_requested")
    one, other = (f"/v1/hooks/{bridge.subscribe(each)['id']}/test" for each in triggers)
    good(bridge.call("POST", one))
    bridge.clock.advance(timedelta(seconds=3))
    refused = bridge.call("POST", one)
    assert "once in 10 seconds" in problem(refused, 429)["detail"]
    assert refused.headers["Retry-After"] == "7"
    good(bridge.call("POST", other))
    bridge.clock.advance(timedelta(seconds=7))
    good(bridge.call("POST", one))
    assert len(sender.sent) == 3


def test_eight_hooks_are_tested_at_a_time(bridge: Bridge, sender: HandSender):
    trials = bridge.rules.delivery.hooks.trials
    path = f"/v1/hooks/{bridge.subscribe()['id']}/test"
    with ExitStack() as busy:
        for number in range(8):
            busy.enter_context(trials.take(str(number)))
        refused = bridge.call("POST", path)
        assert "8 hooks are being tested" in problem(refused, 503)["detail"]
        assert "Retry-After" in refused.headers
    good(bridge.call("POST", path))
    assert len(sender.sent) == 1


def test_a_target_is_on_a_port_that_the_operator_accepts(build: Build):
    url = "https://hooks.example.com:5000/catch/1"
    strict = {"allow_local_targets": False}
    refused = faulty_fields(subscribe(build(**strict), target_url=url))["target_url"]
    assert "443, 8443" in refused["detail"]
    assert subscribe(build(**strict, hook_ports=(5000,)), target_url=url).status_code == 201


def test_a_rotated_secret_signs_beside_the_old_one(bridge: Bridge, sender: HandSender):
    hook = bridge.subscribe()
    path = f"/v1/hooks/{hook['id']}"
    rotated = good(bridge.call("POST", f"{path}/rotate"))
    assert rotated["secret"] not in {hook["secret"], None}
    good(bridge.call("POST", f"{path}/test"))
    assert len(sender.sent[-1][2]["webhook-signature"].split()) == 2
    assert "secret" not in good(bridge.get(path))


@pytest.mark.parametrize(("method", "path"), HOOK_CALLS)
def test_a_foreign_hook_is_answered_as_one_that_does_not_exist(
    bridge: Bridge, method: str, path: str
):
    foreign = bridge.subscribe()["id"]
    body = {"state": "parked"} if path == "/replay" else None
    details = set()
    for hook_id in (foreign, f"hook_{'0' * 32}", "hook_", "1", "%00", "hook_%ED%A0%80"):
        answer = bridge.call(
            method, f"/v1/hooks/{hook_id}{path}", token=None, headers=OWN, json=body
        )
        details.add(problem(answer, 404)["detail"])
    assert details == {"There is no such hook."}
    assert good(bridge.get("/v1/hooks", token=None, headers=OWN)) == []
    assert [each["id"] for each in good(bridge.get("/v1/hooks"))] == [foreign]


def test_who_brings_a_key_is_believed_only_by_returngo(bridge: Bridge):
    made_up = {**OWN, "x-api-key": "made-up"}
    body = {"trigger": "new_rma", "target_url": URL}
    problem(bridge.call("POST", "/v1/hooks", token=None, headers=made_up, json=body), 401)
    other = {**OWN, "x-shop-name": "other.myshopify.com"}
    problem(bridge.call("POST", "/v1/hooks", token=None, headers=other, json=body), 403)
    answer = bridge.call("POST", "/v1/hooks", token=None, headers=OWN, json=body)
    assert answer.status_code == 201, answer.text


def test_a_brought_key_is_kept_sealed_while_the_hook_lasts(bridge: Bridge, store: Store):
    bridge.subscribe()
    body = {"trigger": "new_rma", "target_url": URL}
    hook = bridge.call("POST", "/v1/hooks", token=None, headers=OWN, json=body).json
    assert hook is not None
    assert hook["filters"] == {"shop": "demo.myshopify.com"}

    def keys() -> list[bytes | None]:
        with store.read() as database:
            rows = database.execute(
                select(subscription.c.api_key).order_by(
                    subscription.c.since_seq, subscription.c.connection
                )
            )
            return sorted(rows.scalars(), key=lambda each: each is not None)

    (none, kept) = keys()
    assert none is None
    assert kept is not None
    assert API_KEY.encode() not in kept
    bridge.call("DELETE", f"/v1/hooks/{hook['id']}", token=None, headers=OWN)
    assert keys() == [None, None]


def test_nothing_of_a_hook_is_stored_that_would_give_access(bridge: Bridge, store: Store):
    hook = bridge.subscribe(target_url=URL, filters={"order_name": "planted-order"})
    with store.read() as database:
        row = database.execute(select(subscription)).one()
    stored = repr(tuple(row))
    for secret in ("planted", hook["secret"], URL):
        assert secret not in stored


def test_a_replay_names_what_it_does_not_know(bridge: Bridge):
    path = f"/v1/hooks/{bridge.subscribe()['id']}/replay"
    assert good(bridge.call("POST", path, json={"state": "parked"})) == {"replayed": 0}
    for ids in (["1"], ["x"], ["9" * 40], ["1", "\0"]):
        assert "deliveries" in faulty_fields(bridge.call("POST", path, json={"deliveries": ids}))
    for body in ({}, {"state": "parked", "deliveries": ["1"]}):
        assert "name one of the two" in problem(bridge.call("POST", path, json=body), 422)["detail"]


def test_a_hook_goes_to_this_machine_only_where_that_is_allowed(build: Build):
    local = "http://127.0.0.1:9/hook"
    assert build(allow_local_targets=True).subscribe(target_url=local)["target_url"] == local
    refused = subscribe(build(allow_local_targets=False), target_url=local)
    assert "must begin with https://" in faulty_fields(refused)["target_url"]["detail"]


def work(bridge: Bridge) -> None:
    """Let the worker look at ReturnGO and send what there is to send."""
    delivery = bridge.rules.delivery
    delivery.reading.run()
    while delivery.fanout.run() or delivery.dispatcher.turn():
        pass


def sent(sender: HandSender, name: str) -> list[Any]:
    return [loads(body)[name] for _, body, _ in sender.sent]


def test_a_hook_alone_has_returngo_read_and_old_refunds_are_no_news(
    bridge: Bridge, sender: HandSender
):
    bridge.new_refund()
    bridge.clock.advance(timedelta(minutes=30))
    bridge.subscribe()
    work(bridge)
    assert sender.sent == []
    bridge.later()
    refund = bridge.new_refund()
    work(bridge)
    assert sent(sender, "transaction_id") == [refund]
    bridge.later()
    work(bridge)
    assert len(sender.sent) == 1


def test_what_happens_before_the_first_reading_is_sent(bridge: Bridge, sender: HandSender):
    bridge.subscribe("new_rma")
    rma = bridge.new_rma()
    bridge.clock.advance(timedelta(seconds=2))
    work(bridge)
    assert sent(sender, "rma_id") == [rma]


def test_a_hook_is_sent_the_bytes_of_a_poll(bridge: Bridge, sender: HandSender):
    bridge.subscribe("new_rma")
    bridge.new_rma()
    bridge.clock.advance(timedelta(seconds=2))
    work(bridge)
    assert b"[" + sender.sent[0][1] + b"]" == bridge.get("/v1/triggers/new_rma").data


def test_a_brought_key_reads_for_its_hook_and_for_no_other(bridge: Bridge, sender: HandSender):
    body = {"trigger": "new_rma", "target_url": URL}
    bridge.call("POST", "/v1/hooks", token=None, headers=OWN, json=body)
    bridge.clock.advance(timedelta(seconds=1))
    mine = bridge.new_rma(shop="demo.myshopify.com")
    bridge.new_rma(shop="outlet.myshopify.com")
    work(bridge)
    assert sent(sender, "rma_id") == [mine]


def test_a_key_that_may_not_be_brought_any_more_holds_up_no_other(build: Build, sender: HandSender):
    before = build()
    body = {"trigger": "new_rma", "target_url": URL}
    before.call("POST", "/v1/hooks", token=None, headers=OWN, json=body)
    before.subscribe("new_rma")
    bridge = build(allow_returngo_keys=False)
    bridge.clock.advance(timedelta(seconds=1))
    bridge.new_rma()
    work(bridge)
    assert [url for url, *_ in sender.sent] == ["https://hooks.example.com/catch/1"]
    calls = len(bridge.calls())
    bridge.later()
    work(bridge)
    assert len(bridge.calls()) == calls + 2  # the operator's two shops


def test_deliveries_are_seen_counted_and_replayed(bridge: Bridge, sender: HandSender):
    hook = bridge.subscribe("new_rma")
    path = f"/v1/hooks/{hook['id']}"
    bridge.new_rma()
    bridge.clock.advance(timedelta(seconds=2))
    sender.reply = lambda _: Reply(status=500, failure="answered 500")
    work(bridge)
    (waiting,) = good(bridge.get(f"{path}/deliveries?state=waiting"))
    assert good(bridge.get(path))["waiting"] == 1
    assert {**waiting, "id": "", "webhook_id": "", "event_id": "", "due_at": ""} == {
        **dict.fromkeys(("id", "webhook_id", "event_id", "due_at"), ""),
        "state": "waiting",
        "tries": 1,
        "status": 500,
        "failure": "answered 500",
        "first_tried_at": "2026-02-04T12:00:02Z",
        "settled_at": None,
    }
    for _ in range(60):
        bridge.clock.advance(timedelta(hours=1))
        work(bridge)
    assert good(bridge.get(f"{path}/deliveries?state=waiting")) == []
    (parked,) = good(bridge.get(f"{path}/deliveries?state=parked&limit=1"))
    assert parked["webhook_id"] == waiting["webhook_id"] == sender.sent[0][2]["webhook-id"]
    assert parked["due_at"] is None
    assert good(bridge.get(path))["parked"] == 1
    sender.reply = lambda _: Reply(status=200)
    body = {"deliveries": [parked["id"]]}
    assert good(bridge.call("POST", f"{path}/replay", json=body)) == {"replayed": 1}
    work(bridge)
    (arrived,) = good(bridge.get(f"{path}/deliveries"))
    assert (arrived["state"], arrived["webhook_id"]) == ("delivered", waiting["webhook_id"])
    other = f"/v1/hooks/{bridge.subscribe()['id']}"
    assert "deliveries" in faulty_fields(bridge.call("POST", f"{other}/replay", json=body))


def go_away(bridge: Bridge, sender: HandSender) -> None:
    """Let the target of all hooks be away for four days, in which returns come in."""
    sender.reply = lambda _: Reply(status=404, failure="answered 404")
    for _ in range(16):
        bridge.new_rma()
        bridge.clock.advance(timedelta(hours=6))
        work(bridge)


def test_a_hook_at_rest_is_shown_costs_no_call_and_can_be_woken(bridge: Bridge, sender: HandSender):
    hook = bridge.subscribe("new_rma")
    path = f"/v1/hooks/{hook['id']}"
    go_away(bridge, sender)
    shown = good(bridge.get(path))
    assert shown["rests_since"] == "2026-02-07T18:00:00Z"
    assert shown["waiting"] == 0
    assert shown["parked"] > 0
    calls = len(bridge.calls())
    bridge.later()
    missed = bridge.new_rma()
    work(bridge)
    assert len(bridge.calls()) == calls
    assert good(bridge.call("POST", f"{path}/wake"))["rests_since"] is None
    sender.reply = lambda _: Reply(status=200)
    sender.sent.clear()
    work(bridge)
    assert missed in sent(sender, "rma_id")
    good(bridge.call("POST", f"{path}/replay", json={"state": "parked"}))
    for _ in range(10):  # a host takes so many at a time
        bridge.clock.advance(timedelta(seconds=1))
        work(bridge)
    assert good(bridge.get(path)) == {**shown, "rests_since": None, "parked": 0}
    told = sent(sender, "rma_id")
    assert len(told) == len(set(told)) == 16 + 1
