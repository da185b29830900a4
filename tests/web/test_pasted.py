"""What people really paste: complaints that users of such connectors voice, each as a small input.

How a field is read is tried on every field in tests/blocks/test_every_field.py.
"""

import gzip
from datetime import timedelta
from typing import Any

import pytest
import simplejson
from sqlalchemy import select
from werkzeug.test import TestResponse

import app as root
from connector.idempotency.keys import KEY, key_text
from connector.store.tables import idempotency
from tests.stand_ins import HandSender
from tests.web.answers import faulty_fields, good, problem
from tests.web.conftest import TOKEN, Bridge


def sent(bridge: Bridge, path: str, body: str, **options: Any) -> TestResponse:
    """Send a body as it stands."""
    return bridge.call(
        "POST", f"/v1/{path}", data=body.encode(), content_type="application/json", **options
    )


def new_shipment(bridge: Bridge) -> dict[str, Any]:
    """Make a parcel at ReturnGO."""
    parcel: dict[str, Any] = bridge.control("rmas")["shipments"][0]
    return parcel


class TestWhiteSpace:
    def test_a_pasted_number_is_stored_and_found_without_blanks_and_line_end(
        self, bridge: Bridge
    ) -> None:
        parcel = new_shipment(bridge)["shipmentId"]
        body = (
            f'{{"shipment_id":"{parcel}","tracking_number":"1ZTEST42\\n","carrier_name":" UPS "}}'
        )
        stored = good(sent(bridge, "actions/update_shipment", body))
        assert (stored["tracking_number"], stored["carrier_name"]) == ("1ZTEST42", "UPS")
        bridge.later()
        found = good(bridge.get("/v1/actions/find_shipment?tracking_number=%201ZTEST42%0A"))
        assert [each["shipment_id"] for each in found] == [str(parcel)]

    def test_a_blank_carrier_overwrites_nothing(self, bridge: Bridge) -> None:
        parcel = new_shipment(bridge)["shipmentId"]
        named = {"shipment_id": parcel, "carrier_name": "UPS"}
        good(bridge.act("update_shipment", named))
        blank = {**named, "carrier_name": "   ", "tracking_number": "1Z"}
        assert good(bridge.act("update_shipment", blank))["carrier_name"] == "UPS"

    def test_blanks_in_a_path_are_nothing(self, bridge: Bridge) -> None:
        hook_id = bridge.subscribe()["id"]
        assert good(bridge.get(f"/v1/hooks/{hook_id}%20%0A"))["id"] == hook_id


class TestNumbersFromSheets:
    def test_a_whole_number_is_an_id(self, bridge: Bridge) -> None:
        rma_id = bridge.new_rma()
        for written in (f"{rma_id}.0", f'"{rma_id}.0"'):
            answer = sent(bridge, "actions/approve_rma", f'{{"rma_id":{written}}}')
            assert good(answer)["rma_id"] == rma_id

    def test_a_rounded_number_is_not_written(self, bridge: Bridge) -> None:
        parcel = new_shipment(bridge)["shipmentId"]
        body = f'{{"shipment_id":"{parcel}","tracking_number":9.400111899223398e+21}}'
        errors = faulty_fields(sent(bridge, "actions/update_shipment", body))
        assert "from a sheet that has rounded it" in errors["tracking_number"]["detail"]
        assert bridge.calls() == []


class TestAQueryBesideAPost:
    @pytest.mark.parametrize("query", ["shop=outlet.myshopify.com", "idempotency_key=x", "a=&a=1"])
    @pytest.mark.parametrize("path", ["actions/approve_rma", "hooks", "triggers/new_rma/hooks"])
    def test_what_only_the_address_says_is_refused_by_name(
        self, bridge: Bridge, path: str, query: str
    ) -> None:
        errors = faulty_fields(sent(bridge, f"{path}?{query}", '{"rma_id": "1"}'))
        name, _, _ = query.partition("=")
        assert "put it into the body" in errors[name]["detail"]
        assert bridge.calls() == []

    def test_an_api_request_acts_on_no_other_shop_than_it_is_told(self, bridge: Bridge) -> None:
        body = '{"method": "GET", "path": "/rmas"}'
        refused = sent(bridge, "actions/api_request?shop=outlet.myshopify.com", body)
        assert [*faulty_fields(refused)] == ["shop"]
        assert bridge.calls() == []

    def test_a_call_without_a_body_takes_none_either(self, bridge: Bridge) -> None:
        path = f"hooks/{bridge.subscribe()['id']}/rotate"
        assert [*faulty_fields(sent(bridge, f"{path}?typo=1", ""))] == ["typo"]

    def test_what_the_body_says_too_may_stand_in_the_address(self, bridge: Bridge) -> None:
        rma_id = bridge.new_rma()
        answer = sent(bridge, f"actions/approve_rma?rma_id={rma_id}", f'{{"rma_id": {rma_id}}}')
        assert good(answer)["rma_id"] == rma_id


class TestIdempotencyKeys:
    SAME = ('" 777001 "', "777001.0", '"777001"', "777001", '"777001.0"', '"\\u200b777001\\n"')

    def approve(self, bridge: Bridge, rma_id: str, written: str, header: str = "") -> TestResponse:
        """Approve an RMA under a key, in the field as JSON writes it, or in the header as bytes."""
        field = f',"idempotency_key":{written}' if written else ""
        return sent(
            bridge,
            "actions/approve_rma",
            f'{{"rma_id":"{rma_id}"{field}}}',
            headers={"Idempotency-Key": header.encode().decode("latin-1")} if header else {},
        )

    def test_a_key_is_the_same_however_it_is_written_and_wherever_it_stands(
        self, bridge: Bridge
    ) -> None:
        rma_id = bridge.new_rma()
        good(self.approve(bridge, rma_id, '"777001"'))
        for written in self.SAME:
            answer = self.approve(bridge, rma_id, written)
            assert answer.headers["Idempotency-Replayed"] == "true", written
            beside = self.approve(bridge, rma_id, written, header=' "777001" ')
            assert beside.headers["Idempotency-Replayed"] == "true", written
        assert "Idempotency-Replayed" in self.approve(bridge, rma_id, "", header="777001.0").headers

    @pytest.mark.parametrize("header", ["b\u00fcro", "bu\u0308ro"])
    def test_a_key_in_any_script_is_the_same_in_header_and_field(
        self, bridge: Bridge, header: str
    ) -> None:
        rma_id = bridge.new_rma()
        good(self.approve(bridge, rma_id, '"b\u00fcro"'))
        again = self.approve(bridge, rma_id, '"b\u00fcro"', header)
        assert again.headers["Idempotency-Replayed"] == "true"

    @pytest.mark.parametrize("blank", ['"  "', '"\\u00a0"', '""', "null"])
    def test_a_blank_is_no_key(self, bridge: Bridge, blank: str) -> None:
        first, second = bridge.new_rma(), bridge.new_rma()
        for rma_id in (first, second, first):
            answer = self.approve(bridge, rma_id, blank)
            assert "Idempotency-Replayed" not in answer.headers
            assert good(answer)["rma_id"] == rma_id

    def test_a_rounded_key_is_refused_wherever_it_stands(self, bridge: Bridge) -> None:
        for answer, field in (
            (self.approve(bridge, "1", "9.40011e21"), "idempotency_key"),
            (self.approve(bridge, "1", "", header="9.40011E+21"), "Idempotency-Key"),
        ):
            assert "rounded" in faulty_fields(answer)[field]["detail"]
        assert bridge.calls() == []

    @pytest.mark.parametrize(
        ("written", "header", "kept"),
        [
            ('" 777001 "', "", " 777001 "),
            ("777001.0", "", "777001.0"),
            ('"  "', "", "  "),
            ('"bu\u0308ro"', "", "bu\u0308ro"),
            ("", "b\u00fcro", "b\u00fcro".encode().decode("latin-1")),
            ('"777001.0"', "777001.0", "777001.0"),
        ],
    )
    def test_what_an_earlier_release_has_done_under_its_form_of_a_key_is_not_done_again(
        self, bridge: Bridge, written: str, header: str, kept: str
    ) -> None:
        rma_id = bridge.new_rma()
        action = root.CATALOGUE.actions["approve_rma"]
        connection = bridge.rules.connections.all()[0]
        bridge.rules.idempotency.perform(connection, action, {"rma_id": rma_id}, kept)
        made = len(bridge.calls())
        for _ in range(2):
            again = self.approve(bridge, rma_id, written, header)
            assert again.headers["Idempotency-Replayed"] == "true"
        assert len(bridge.calls()) == made

    def test_a_key_that_no_earlier_release_knew_is_kept_in_its_normal_form(
        self, bridge: Bridge
    ) -> None:
        good(self.approve(bridge, bridge.new_rma(), '" 777001 "'))
        with bridge.rules.store.read() as database:
            stored = database.execute(select(idempotency)).one()
        text = key_text(stored.connection, stored.action, "777001")
        assert stored.key == bridge.rules.vault.mark(KEY, text)


class TestWordFilters:
    TYPED = (
        *("Pending,Approved", "pending , APPROVED", "Pending;Approved", '["Pending","Approved"]'),
        *("Pending,Cancelled,approved", "pending,nonsense,approved"),
    )

    @pytest.fixture
    def statuses(self, bridge: Bridge) -> list[str]:
        for status in ("Pending", "Approved", "Received"):
            bridge.new_rma(status=status)
        return [each["status"] for each in good(bridge.get("/v1/triggers/new_rma"))]

    def polled(self, bridge: Bridge, typed: str) -> tuple[list[str], str | None]:
        answer = bridge.get("/v1/triggers/new_rma", query_string={"status": typed})
        return [each["status"] for each in good(answer)], answer.headers.get("Bridge-Warning")

    @pytest.mark.parametrize("typed", TYPED)
    def test_several_words_mean_any_of_them(
        self, bridge: Bridge, statuses: list[str], typed: str
    ) -> None:
        found, _ = self.polled(bridge, typed)
        assert {*found} == {"Pending", "Approved"}
        assert found == [each for each in statuses if each != "Received"]

    def test_a_near_spelling_of_a_known_word_is_read(self, bridge: Bridge) -> None:
        bridge.new_rma(status="Canceled")
        for typed in ("Cancelled", "CANCELED"):
            assert self.polled(bridge, typed) == (["Canceled"], None)

    @pytest.mark.usefixtures("statuses")
    @pytest.mark.parametrize("typed", ["null", "Recieved", "Pending,b\u00fcro\n"])
    def test_a_word_that_is_not_known_is_taken_and_told(self, bridge: Bridge, typed: str) -> None:
        for path in ("triggers/new_rma", "actions/list_rmas", "actions/count_rmas"):
            answer = bridge.get(f"/v1/{path}", query_string={"status": typed})
            assert answer.status_code == 200
            told = answer.headers["Bridge-Warning"]
            assert f"{typed.strip().split(',')[-1]!a} is not known here" in told
            assert "known are Pending, Approved, Received" in told

    def test_a_poll_that_is_repeated_is_told_again(self, bridge: Bridge) -> None:
        assert {self.polled(bridge, "null")[1] for _ in range(3)} != {None}

    def test_a_hook_is_told_which_word_is_not_known(self, bridge: Bridge) -> None:
        hook = bridge.subscribe("new_rma", filters={"status": ["Pending", "Nonsense"]})
        assert hook["filters"] == {"status": "Pending,Nonsense"}
        (told,) = hook["warnings"]
        assert told.startswith("status: 'Nonsense' is not known here; known are Pending,")
        assert good(bridge.get(f"/v1/hooks/{hook['id']}"))["warnings"] == [told]
        assert bridge.subscribe("new_rma", filters={"status": "cancelled"})["warnings"] == []

    @pytest.mark.parametrize("typed", TYPED)
    def test_a_hook_with_several_words_is_told_of_any(
        self, bridge: Bridge, sender: HandSender, typed: str
    ) -> None:
        good(bridge.get("/v1/triggers/new_rma"))
        bridge.subscribe("new_rma", filters={"status": typed})
        for status in ("Pending", "Approved", "Received"):
            bridge.new_rma(status=status)
        bridge.later()
        good(bridge.get("/v1/triggers/new_rma"))
        delivery = bridge.rules.delivery
        while delivery.fanout.run() or delivery.dispatcher.turn():
            pass
        told = [simplejson.loads(body)["status"] for _, body, _ in sender.sent]
        assert {*told} == {"Pending", "Approved"}

    def test_a_return_is_stuck_in_any_of_several_words(
        self, bridge: Bridge, sender: HandSender
    ) -> None:
        asked = {"status": ["pending", "Received"], "days": 1}
        path = "/v1/triggers/return_stuck?status=pending,Received&days=1"
        good(bridge.get(path))
        bridge.subscribe("return_stuck", filters=asked)
        for status in ("Pending", "Approved", "Received"):
            bridge.new_rma(status=status)
        for _ in range(3):
            bridge.clock.advance(timedelta(hours=13))
            bridge.rules.delivery.reading.run()
        assert {each["status"] for each in good(bridge.get(path))} == {"Pending", "Received"}
        delivery = bridge.rules.delivery
        while delivery.fanout.run() or delivery.dispatcher.turn():
            pass
        told = [simplejson.loads(body)["status"] for _, body, _ in sender.sent]
        assert sorted(told) == ["Pending", "Received"]


class TestShops:
    WRITTEN = (
        *("OUTLET.myshopify.com", "https://outlet.myshopify.com/", "outlet", " Outlet \u200b"),
        *("https://admin.shopify.com/store/outlet/orders", "outlet.myshopify.com/admin?a=b"),
    )

    @pytest.mark.two_shops
    @pytest.mark.parametrize("written", WRITTEN)
    def test_a_shop_is_the_same_however_it_is_written(self, bridge: Bridge, written: str) -> None:
        shop = "outlet.myshopify.com"
        rma_id = bridge.new_rma(shop=shop)
        fields = {"rma_id": rma_id, "shop": written}
        assert good(bridge.act("approve_rma", fields))["shop"] == shop
        query = {"shop": written}
        for path in ("actions/list_rmas", "triggers/new_rma"):
            shops = {each["shop"] for each in good(bridge.get(f"/v1/{path}", query_string=query))}
            assert shops == {shop}
        assert bridge.subscribe("new_rma", filters=query)["filters"] == {"shop": shop}

    @pytest.mark.parametrize("written", WRITTEN)
    def test_so_it_is_in_a_connection(self, bridge: Bridge, written: str) -> None:
        headers = {"x-api-key": " demo-key ", "x-shop-name": written.strip("\u200b")}
        account = good(bridge.get("/v1/me", token=None, headers=headers))
        assert account["shops"] == ["outlet.myshopify.com"]

    @pytest.mark.parametrize(
        ("headers", "sentence"),
        [
            ({"x-api-key": "demo-key"}, "x-shop-name is missing."),
            ({"x-shop-name": "demo"}, "x-api-key is missing."),
            (
                {"x-api-key": "demo key", "x-shop-name": "demo"},
                "x-api-key holds is no ReturnGO key",
            ),
            ({"x-api-key": "demo-key", "x-shop-name": "a b"}, "x-shop-name holds is no shop name"),
        ],
    )
    def test_what_is_wrong_with_a_key_is_said(
        self, bridge: Bridge, headers: dict[str, str], sentence: str
    ) -> None:
        answer = bridge.get("/v1/me", token=None, headers=headers)
        assert sentence in problem(answer, 401)["detail"]


class TestIdsInAddresses:
    @pytest.mark.parametrize(
        "typed",
        [
            "gid://shopify/Customer/6512044310583",
            "https://admin.shopify.com/store/demo/customers/6512044310583?tab=all",
        ],
    )
    def test_an_address_points_at_the_customer(self, bridge: Bridge, typed: str) -> None:
        good(bridge.get("/v1/actions/list_rmas", query_string={"customer_id": typed}))
        asked = str(vars(bridge.sandbox.simulation.calls[-1]))
        assert "6512044310583" in asked
        assert "gid" not in asked

    def test_only_the_id_of_an_event_is_called_one(self, bridge: Bridge) -> None:
        for typed, is_one in (("gid://shopify/Order/1", False), ("rma:10030552:created", True)):
            answer = bridge.get("/v1/actions/get_rma", query_string={"rma_id": typed})
            detail = faulty_fields(answer)["rma_id"]["detail"]
            assert ("the ID of an event" in detail) == is_one


class TestLinesAsText:
    @pytest.mark.parametrize(
        "written",
        [
            '"[{\\"line_item_id\\": \\"ONE\\"}, {\\"line_item_id\\": \\"TWO\\"}]"',
            '["ONE", "TWO"]',
            '{"line_item_id": "ONE,TWO"}',
            '"ONE, TWO"',
            "[ONE, TWO]",
        ],
    )
    def test_lines_are_the_same_however_they_are_written(
        self, bridge: Bridge, written: str
    ) -> None:
        order = bridge.control("orders", items=2)
        one, two = (each["shopLineItemId"] for each in order["items"])
        items = written.replace("ONE", one).replace("TWO", two)
        body = f'{{"order_id": "{order["orderId"]}", "items": {items}}}'
        shown = good(sent(bridge, "actions/get_eligible_policies", body))
        assert [each["line_item_id"] for each in shown["items"]] == [one, two]

    def test_a_refusal_shows_the_shape(self, bridge: Bridge) -> None:
        body = {"order_id": "1", "items": "[{"}
        detail = faulty_fields(bridge.act("get_eligible_policies", body))["items"]["detail"]
        assert detail.endswith('it must be a list such as [{"line_item_id": "17444647338303"}].')


def test_a_plus_that_became_a_blank_is_read(bridge: Bridge) -> None:
    query = "created_after=2026-02-04T09:08:06+02:00"
    assert good(bridge.get(f"/v1/actions/list_rmas?{query}")) == good(
        bridge.get(f"/v1/actions/list_rmas?{query.replace('+', '%2B')}")
    )


class TestTheConnection:
    @pytest.mark.parametrize(
        ("header", "sentence"),
        [
            (f"Bearer Bearer {TOKEN}", "has the word Bearer twice"),
            (TOKEN, "does not begin with the word Bearer"),
            (f"Token {TOKEN}", "does not begin with the word Bearer"),
            ("Bearer", "followed by your bridge token"),
            ("Bearer wrong", "The bridge token is not right."),
        ],
    )
    def test_what_is_wrong_with_the_header_is_said(
        self, bridge: Bridge, header: str, sentence: str
    ) -> None:
        answer = bridge.get("/v1/me", token=None, headers={"Authorization": header})
        assert sentence in problem(answer, 401)["detail"]


class TestTheAddress:
    @pytest.mark.parametrize(
        ("path", "sentence"),
        [
            ("/v1/v1/me", "/v1 stands twice"),
            ("/v1", "Test the connection with GET /v1/me."),
            ("/v1/", "Test the connection with GET /v1/me."),
            ("/me", "It begins with /v1: /v1/me."),
            ("/v1/triggers/new_rma/", "Leave out the slash at the end: /v1/triggers/new_rma."),
            ("/v1/triggers/new-rma", "Is /v1/triggers/new_rma meant?"),
            ("/v1/triggers/NewRMA", "Is /v1/triggers/new_rma meant?"),
            ("/v1/action/approve_rma", "Is /v1/actions/approve_rma meant?"),
            ("/nothing/of/the/sort", "All there are stand at /docs."),
            (f"/{'x' * 5000}", "All there are stand at /docs."),
        ],
    )
    def test_the_nearest_address_is_named(self, bridge: Bridge, path: str, sentence: str) -> None:
        detail = problem(bridge.get(path), 404)["detail"]
        assert detail.startswith("There is no such address here. ")
        assert sentence in detail

    @pytest.mark.parametrize(
        ("method", "path", "sentence"),
        [
            (
                "POST",
                "actions/find_rma",
                "A search is called by GET, with its fields in the address.",
            ),
            (
                "GET",
                "actions/approve_rma",
                "An action is called by POST, with its fields in the body.",
            ),
            ("PUT", "hooks", "This address is called by GET or POST."),
        ],
    )
    def test_the_right_method_is_named(
        self, bridge: Bridge, method: str, path: str, sentence: str
    ) -> None:
        assert problem(bridge.call(method, f"/v1/{path}"), 405)["detail"] == sentence


class TestTheBody:
    @pytest.mark.parametrize(
        ("body", "sentence"),
        [
            (b'{"rma_id":"1",}', "is not JSON: at line 1, column 15 stands '}'."),
            (b'{\n "rma_id": 1\n', "is not JSON: at line 3, column 1 it ends too soon."),
            (b"{'rma_id': 1}", 'is not JSON: at line 1, column 2 stands "\'".'),
            ('{"rma_id":"1"}'.encode("utf-16"), "is UTF-16: send it as UTF-8."),
            ('{"rma_id":"1"}'.encode("utf-16-le"), "is UTF-16: send it as UTF-8."),
            ('{"rma_id":"\u00fc"}'.encode("latin-1"), "is not UTF-8: its byte 12 is 0xfc."),
            (b'{"rma_id": NaN}', "cannot be read: NaN is not JSON."),
        ],
    )
    def test_what_is_wrong_with_it_is_said(
        self, bridge: Bridge, body: bytes, sentence: str
    ) -> None:
        answer = bridge.call(
            "POST", "/v1/actions/approve_rma", data=body, content_type="application/json"
        )
        assert problem(answer, 400)["detail"].startswith(f"The body {sentence}")

    @pytest.mark.parametrize("encoding", [{"Content-Encoding": "gzip"}, {}])
    def test_one_that_is_compressed_is_415(self, bridge: Bridge, encoding: dict[str, str]) -> None:
        answer = bridge.call(
            "POST",
            "/v1/actions/approve_rma",
            data=gzip.compress(b'{"rma_id":"1"}'),
            content_type="application/json",
            headers=encoding,
        )
        assert "not compressed" in problem(answer, 415)["detail"]

    @pytest.mark.parametrize(
        "body", ["true", "null", '{"rma_id": true}', '{"rma_id": [1.5, null]}']
    )
    def test_no_error_speaks_the_bridges_own_language(self, bridge: Bridge, body: str) -> None:
        detail = problem(sent(bridge, "actions/approve_rma", body), 422)["detail"]
        for word in ("True", "None", "Decimal", "dict"):
            assert word not in detail


def posted(bridge: Bridge, path: str, form: str) -> TestResponse:
    """Send a form."""
    kind = "application/x-www-form-urlencoded; charset=utf-8"
    return bridge.call("POST", f"/v1/{path}", data=form.encode(), content_type=kind)


class TestForms:
    def test_a_form_is_read_by_the_same_rules(self, bridge: Bridge) -> None:
        rma_id = bridge.new_rma()
        form = f"rma_id=RMA{rma_id}.0%0A&shop=&raw=yes".replace("RMA", "")
        assert good(posted(bridge, "actions/approve_rma", form))["rma_id"] == rma_id
        form = f"rma_id={rma_id}&text=10+%3C+20&idempotency_key=+k+"
        assert "10 &lt; 20" in good(posted(bridge, "actions/add_rma_comment", form))["html"]
        assert posted(bridge, "actions/add_rma_comment", form).headers["Idempotency-Replayed"]

    def test_lines_and_filters_in_a_form_are_json(self, bridge: Bridge) -> None:
        order = bridge.control("orders", items=1)
        (line,) = order["items"]
        form = f"order_id={order['orderId']}&items=%5B%22{line['shopLineItemId']}%22%5D"
        good(posted(bridge, "actions/get_eligible_policies", form))
        target = "target_url=https://hooks.example.com/c"
        form = f'trigger=new_rma&{target}&filters={{"status": "pending"}}'
        assert good(posted(bridge, "hooks", form), 201)["filters"] == {"status": "Pending"}
        form = f"{target}2&status=pending"
        assert good(posted(bridge, "triggers/new_rma/hooks", form), 201)["filters"]

    def test_what_is_wrong_with_a_form_is_said(self, bridge: Bridge) -> None:
        assert [*faulty_fields(posted(bridge, "actions/approve_rma", "a=1&a=2"))] == ["a"]
        assert [*faulty_fields(posted(bridge, "actions/approve_rma", "status=x"))] != []
        answer = posted(bridge, "actions/approve_rma", "rma_id=%FC")
        assert "is not UTF-8" in problem(answer, 400)["detail"]
        many = "&".join(f"a{number}=1" for number in range(2000))
        problem(posted(bridge, "actions/approve_rma", many), 400)

    def test_json_that_is_called_a_form_is_told_what_to_send(self, bridge: Bridge) -> None:
        answer = posted(bridge, "actions/approve_rma", ' {"rma_id": "1"}')
        assert "application/json" in problem(answer, 415)["detail"]
