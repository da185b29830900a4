"""What people really paste: complaints that users of such connectors voice, each as a small input.

How a field is read is tried on every field in tests/blocks/test_every_field.py.
"""

from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

import app as root
from connector.store.tables import idempotency
from tests.web.answers import faulty_fields, good
from tests.web.conftest import Bridge


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
            assert database.execute(select(idempotency.c.key)).scalars().all() == ["777001"]
