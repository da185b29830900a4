import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.feed import About, Hint
from connector.inbound import EVENTS, read_payload
from connector.inbound.payload import MOST_HINTS, UNNAMED

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.text()
            | st.sampled_from(["eventName", "rmaId", "shipmentId", "transactionId", "id"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=30,
)


@pytest.mark.parametrize(
    ("document", "hint"),
    [
        ({"eventName": "RMA_CREATED", "rmaId": 5}, Hint(About.RMA, "5")),
        ({"eventName": "RMA_CREATED", "rmaId": "5"}, Hint(About.RMA, "5")),
        ({"eventName": "RMA_STATUS_UPDATED", "id": "5"}, Hint(About.RMA, "5")),
        ({"eventName": "RMA_CREATED", "data": {"rma": {"rmaId": 5}}}, Hint(About.RMA, "5")),
        ({"eventName": "SHIPMENT_CREATED", "shipmentId": 7}, Hint(About.SHIPMENT, "7")),
        ({"eventName": "SHIPMENT_CREATED", "data": [{"id": 7}]}, Hint(About.SHIPMENT, "7")),
        (
            {"eventName": "SHIPMENT_STATUS_UPDATED", "shipmentId": 7, "rmaId": 5},
            Hint(About.RMA, "5"),
        ),
        ({"eventName": "SHIPMENT_TRACKER_STATUS_UPDATED", "id": 7}, Hint(About.TRACKER, "7")),
        ({"eventName": "TRANSACTION_CREATED", "id": 9}, Hint(About.TRANSACTION, "9")),
        ({"eventName": "REFUND_CREATED", "transactionId": 9}, Hint(About.TRANSACTION, "9")),
        (
            {"eventName": "REFUND_CREATED", "transactionId": 9, "rmaId": 5},
            Hint(About.TRANSACTIONS_OF_RMA, "5"),
        ),
        ({"eventName": "RMA_CREATED"}, Hint(About.SHOP)),
        ({"eventName": "RMA_CREATED", "rmaId": "../admin"}, Hint(About.SHOP)),
        ({"eventName": "RMA_CREATED", "rmaId": True}, Hint(About.SHOP)),
        ({"eventName": "SOMETHING_NEW", "rmaId": 5}, Hint(About.RMA, "5")),
        ({"eventName": "SOMETHING_NEW", "id": 5}, Hint(About.SHOP)),
        ({}, Hint(About.SHOP)),
        ([], Hint(About.SHOP)),
        ("RMA_CREATED", Hint(About.SHOP)),
        (None, Hint(About.SHOP)),
    ],
)
def test_ids_are_taken_from_wherever_they_stand(document, hint):
    assert read_payload(document).hints == (hint,)


@pytest.mark.parametrize("name", EVENTS)
def test_every_documented_event_is_known(name):
    assert read_payload({"eventName": name}).is_known


@pytest.mark.parametrize(
    "name", [5, None, "", "x" * 65, "a b", "Robert'); --", {}, ["RMA_CREATED"]]
)
def test_a_name_that_is_no_name_is_none(name):
    assert read_payload({"eventName": name}).event_name == UNNAMED


@given(JSON)
def test_anything_can_be_read_and_hints_at_little(document):
    payload = read_payload(document)
    assert 1 <= len(payload.hints) <= MOST_HINTS
    assert all(hint.about is About.SHOP or hint.resource_id.isdigit() for hint in payload.hints)


def test_what_is_huge_is_not_read_to_its_end():
    payload = read_payload({"eventName": "RMA_CREATED", "rows": [{"rmaId": n} for n in range(500)]})
    assert len(payload.hints) == MOST_HINTS
    depth = "[" * 900 + "]" * 900
    assert read_payload(json.loads(depth)).hints == (Hint(About.SHOP),)
