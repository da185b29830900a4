from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from connector.store.tables import idempotency
from tests.web.answers import faulty_fields, good, problem
from tests.web.conftest import TOKEN, Bridge

KEY = "6070096:Requested:2026-02-04T09:08:06Z"
ACTION = "/v1/actions/update_rma_status"


def approve(bridge: Bridge, rma_id: str, key: str | None = None, **fields: Any) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return bridge.act(
        "update_rma_status", {"rma_id": rma_id, "status": "Approved", **fields}, headers=headers
    )


def writes(bridge: Bridge) -> list[str]:
    return [call for call in bridge.calls() if call.startswith("PUT")]


def test_an_action_does_it_and_answers_the_thing(bridge: Bridge) -> None:
    rma_id = bridge.new_rma()
    assert good(approve(bridge, rma_id)) == {
        "id": rma_id,
        "rma_id": rma_id,
        "status": "Approved",
        "shop": "demo.myshopify.com",
    }


def test_an_action_is_done_in_the_shop_that_is_named(bridge: Bridge) -> None:
    rma_id = bridge.new_rma(shop="outlet.myshopify.com")
    problem(approve(bridge, rma_id), 404)
    assert good(approve(bridge, rma_id, shop="outlet.myshopify.com"))["status"] == "Approved"


def test_a_refused_transition_is_422_and_says_from_what_to_what(bridge: Bridge) -> None:
    rma_id = bridge.new_rma(status="Done")
    refusal = problem(approve(bridge, rma_id), 422)
    sentence = f"ReturnGO does not let RMA {rma_id} go from Done to Approved."
    assert refusal["detail"].startswith(sentence)
    assert refusal["returngo_request_id"]


def test_what_is_not_there_is_404_and_says_so(bridge: Bridge) -> None:
    answer = bridge.act("record_transaction", {"transaction_id": "1", "status": "Success"})
    assert "no transaction 1 in demo.myshopify.com" in problem(answer, 404)["detail"]


def test_every_faulty_field_is_named_with_value_and_accepted_words(bridge: Bridge) -> None:
    errors = faulty_fields(
        bridge.act("update_rma_status", {"rma_id": "RM1", "status": "Recieved", "stauts": 1})
    )
    assert set(errors) == {"rma_id", "status", "stauts"}
    assert errors["status"]["value"] == "Recieved"
    assert "Received" in errors["status"]["accepted"]
    assert "must look like 10030552" in errors["rma_id"]["detail"]
    assert "there are" in errors["stauts"]["detail"]
    assert bridge.calls() == []


def test_nothing_sent_names_what_is_missing(bridge: Bridge) -> None:
    assert set(faulty_fields(bridge.call("POST", ACTION))) == {"rma_id", "status"}
    assert set(faulty_fields(bridge.act("update_rma_status", {}))) == {"rma_id", "status"}


@pytest.mark.parametrize("body", [b"{", b"{'a': 1}", b"\xff\xfe", b'{"a": NaN}', b"nothing"])
def test_what_is_not_json_is_400(bridge: Bridge, body: bytes) -> None:
    answer = bridge.call("POST", ACTION, data=body, content_type="application/json")
    assert problem(answer, 400)["detail"].startswith("The body ")


@pytest.mark.parametrize("depth", [30, 900, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_a_deep_nest_is_400(bridge: Bridge, depth: int, opening: str, closing: str) -> None:
    body = f"{opening * depth}1{closing * depth}"
    answer = bridge.call("POST", ACTION, data=body, content_type="application/json")
    problem(answer, 400)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_that_is_not_marked_as_json_is_415(bridge: Bridge, kind: str) -> None:
    answer = bridge.call("POST", ACTION, data=b'{"rma_id": "1"}', content_type=kind)
    assert "application/json" in problem(answer, 415)["detail"]


def test_json_with_a_charset_or_a_suffix_is_json(bridge: Bridge) -> None:
    for kind in ("application/json; charset=utf-8", "application/problem+json"):
        answer = bridge.call("POST", ACTION, data=b"{}", content_type=kind)
        assert set(faulty_fields(answer)) == {"rma_id", "status"}


def test_a_huge_body_is_413(bridge: Bridge) -> None:
    body = b'{"rma_id": "' + b"1" * 2 * 1024 * 1024 + b'"}'
    answer = bridge.call("POST", ACTION, data=body, content_type="application/json")
    problem(answer, 413)
    assert bridge.calls() == []


@pytest.mark.parametrize("document", ["[]", "1", '"text"', "null", "true"])
def test_json_that_is_not_an_object_is_422(bridge: Bridge, document: str) -> None:
    answer = bridge.call("POST", ACTION, data=document, content_type="application/json")
    assert faulty_fields(answer)["body"]["detail"] == "must be a JSON object."


@pytest.mark.parametrize("field", ["rma_id", "status", "shop", "idempotency_key"])
@pytest.mark.parametrize("value", ["a\0b", "\ud800", 1e400, [], {}, True, "x" * 100_000])
def test_no_value_whatever_crashes_the_bridge(bridge: Bridge, field: str, value: Any) -> None:
    fields = {"rma_id": "1", "status": "Approved", field: value}
    answer = bridge.act("update_rma_status", fields)
    assert answer.status_code in {400, 403, 422}
    problem(answer, answer.status_code)
    assert bridge.calls() == []


def test_a_huge_value_is_not_sent_back_whole(bridge: Bridge) -> None:
    answer = bridge.act("update_rma_status", {"rma_id": "1", "status": "x" * 500_000})
    assert faulty_fields(answer)["status"]["value"].startswith("xxx")
    assert len(answer.data) < 2000


@pytest.mark.parametrize(
    "body", ['{"rma_id": "1", "rma_id": "2"}', '{"items": [{"a": 1, "a": 2}]}']
)
def test_a_name_that_is_given_twice_is_refused_by_name(bridge: Bridge, body: str) -> None:
    answer = bridge.call("POST", ACTION, data=body, content_type="application/json")
    (name,) = faulty_fields(answer)
    assert name in {"rma_id", "a"}
    assert bridge.calls() == []


def test_a_great_many_wrong_names_are_not_sent_back_all(bridge: Bridge) -> None:
    answer = bridge.act("update_rma_status", {f"{'x' * 500}{n}": 1 for n in range(1000)})
    assert len(faulty_fields(answer)) <= 20
    assert len(answer.data) < 20_000


def test_a_half_character_of_returngo_does_not_stop_the_answer(bridge: Bridge) -> None:
    bridge.control("faults", status=404, body='{"message": "no \\ud83d here"}')
    assert "no ? here" in problem(approve(bridge, "1"), 404)["detail"]


class TestIdempotency:
    def test_the_second_request_is_answered_like_the_first_and_does_nothing(
        self, bridge: Bridge
    ) -> None:
        rma_id = bridge.new_rma()
        first = approve(bridge, rma_id, KEY)
        assert "Idempotency-Replayed" not in first.headers
        again = approve(bridge, rma_id, KEY)
        assert again.headers["Idempotency-Replayed"] == "true"
        assert good(again) == good(first)
        assert len(writes(bridge)) == 1

    def test_without_a_key_it_is_done_each_time(self, bridge: Bridge) -> None:
        rma_id = bridge.new_rma()
        approve(bridge, rma_id)
        assert "Idempotency-Replayed" not in approve(bridge, rma_id).headers
        assert len(writes(bridge)) == 2

    @pytest.mark.parametrize("quoted", [f'"{KEY}"', f' "{KEY}" ', f" {KEY} "])
    def test_a_quoted_key_is_the_bare_key(self, bridge: Bridge, quoted: str) -> None:
        rma_id = bridge.new_rma()
        approve(bridge, rma_id, KEY)
        assert approve(bridge, rma_id, quoted).headers["Idempotency-Replayed"] == "true"

    def test_what_is_escaped_within_the_quotes_is_read(self, bridge: Bridge) -> None:
        rma_id = bridge.new_rma()
        approve(bridge, rma_id, idempotency_key='a"b\\c')
        again = approve(bridge, rma_id, '"a\\"b\\\\c"')
        assert again.headers["Idempotency-Replayed"] == "true"

    def test_the_field_is_as_good_as_the_header(self, bridge: Bridge) -> None:
        rma_id = bridge.new_rma()
        approve(bridge, rma_id, idempotency_key=KEY)
        for again in (
            approve(bridge, rma_id, KEY),
            approve(bridge, rma_id, KEY, idempotency_key=KEY),
        ):
            assert again.headers["Idempotency-Replayed"] == "true"

    @pytest.mark.parametrize("nothing", ["", '""', "  "])
    def test_an_empty_key_is_none(self, bridge: Bridge, nothing: str) -> None:
        rma_id = bridge.new_rma()
        for _ in range(2):
            assert "Idempotency-Replayed" not in approve(bridge, rma_id, nothing).headers

    def test_a_header_that_differs_from_the_field_is_refused(self, bridge: Bridge) -> None:
        errors = faulty_fields(approve(bridge, "1", KEY, idempotency_key="another"))
        assert "differs from the Idempotency-Key header" in errors["idempotency_key"]["detail"]
        assert bridge.calls() == []

    def test_a_key_that_is_too_long_is_refused_in_either_place(self, bridge: Bridge) -> None:
        assert "Idempotency-Key" in faulty_fields(approve(bridge, "1", "k" * 256))
        assert "idempotency_key" in faulty_fields(approve(bridge, "1", idempotency_key="k" * 256))
        assert bridge.calls() == []

    def test_the_same_key_for_something_else_is_422(self, bridge: Bridge) -> None:
        rma_id, other = bridge.new_rma(), bridge.new_rma()
        approve(bridge, rma_id, KEY)
        refused = approve(bridge, other, KEY)
        assert "used for another request" in problem(refused, 422)["detail"]
        assert [*faulty_fields(refused)] == ["rma_id"], "it says what differs"
        assert len(writes(bridge)) == 1

    def test_while_the_first_request_runs_a_second_is_409(self, bridge: Bridge) -> None:
        rma_id = bridge.new_rma()
        approve(bridge, rma_id, KEY)
        # as if the first were not done yet
        with bridge.rules.store.write() as database:
            database.execute(
                update(idempotency).values(
                    done_at=None, lease_until=bridge.clock.now() + timedelta(seconds=30)
                )
            )
        answer = approve(bridge, rma_id, KEY)
        assert "is being done" in problem(answer, 409)["detail"]
        assert int(answer.headers["Retry-After"]) >= 1

    def test_a_refusal_is_not_kept_so_that_the_next_try_counts(self, bridge: Bridge) -> None:
        rma_id = bridge.new_rma(status="Done")
        problem(approve(bridge, rma_id, KEY), 422)
        other = approve(bridge, bridge.new_rma(), KEY)
        assert good(other)["status"] == "Approved"

    def test_one_callers_key_is_not_anothers(self, bridge: Bridge) -> None:
        rma_id = bridge.new_rma()
        approve(bridge, rma_id, KEY)
        own = {"x-api-key": "demo-key", "x-shop-name": "demo.myshopify.com", "Idempotency-Key": KEY}
        fields = {"rma_id": rma_id, "status": "Approved"}
        again = bridge.act("update_rma_status", fields, token=None, headers=own)
        assert "Idempotency-Replayed" not in again.headers

    def test_the_answer_to_a_repetition_says_what_is_left_too(self, bridge: Bridge) -> None:
        rma_id = bridge.new_rma()
        approve(bridge, rma_id, KEY)
        assert "RateLimit" in approve(bridge, rma_id, KEY).headers


def test_an_action_takes_no_token_in_its_body(bridge: Bridge) -> None:
    answer = bridge.act("update_rma_status", {"token": TOKEN}, token=None)
    problem(answer, 401)
    assert TOKEN not in answer.text
