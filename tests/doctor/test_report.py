"""Nothing personal leaves: neither in a report nor in what is printed."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.doctor import report
from connector.doctor.shapes import Shapes
from connector.doctor.wording import HIDDEN, shown_word
from connector.sandbox.app import create_app
from tests.processes import SHOPS

PERSONAL = frozenset(
    {
        "name",
        "street1",
        "street2",
        "city",
        "zip",
        "phone",
        "email",
        "trackingNumber",
        "trackingURL",
        "labelURL",
        "order_name",
        "orderId",
        "rmaId",
        "shipmentId",
        "returnedItemId",
        "shopLineItemId",
        "fullName",
        "productName",
        "sku",
        "barcode",
        "iban",
        "firstName",
        "lastName",
        "branchName",
        "externalReferenceId",
        "userFirstName",
        "userLastName",
        "userEmailAddress",
        "triggeredBy",
        "htmlText",
        "id",
        "url",
        "next_cursor",
    }
)


@pytest.fixture(params=[1, 7, 42])
def sandbox(request, clock):
    """Two months of history of two shops, with names, addresses, IBANs."""
    return create_app(
        now=clock.now,
        pause=clock.sleep,
        daily_limit=100_000,
        second_limit=100_000,
        seed=request.param,
    )


def personal(document: Any, key: str = "") -> Iterator[str]:
    """Go through what ReturnGO shows of people, ids and places."""
    if isinstance(document, dict):
        for name, value in document.items():
            yield from personal(value, name)
    elif isinstance(document, list):
        for value in document:
            yield from personal(value, key)
    elif key in PERSONAL and isinstance(document, str | int) and len(str(document)) > 3:
        yield str(document)


def all_that_is_personal(sandbox: Any) -> set[str]:
    client = sandbox.test_client()
    found: set[str] = set()
    for shop in SHOPS:
        headers = {"x-api-key": "demo-key", "x-shop-name": shop}
        for path in ("/rmas?pagesize=500", "/transactions?pagesize=500", "/webhooks"):
            document = client.get(path, headers=headers).json
            found |= set(personal(document))
            for row in document.get("rmas", ()) if isinstance(document, dict) else ():
                found |= set(personal(client.get(f"/rma/{row['rmaId']}", headers=headers).json))
    return found - {"Automation"}  # a word of triggeredVia, too


def words_of(text: str) -> set[str]:
    return set(re.findall(r"[\w@.+:/-]+", text))


def test_a_report_and_what_is_printed_hold_nothing_of_a_person_or_a_thing(examine, sandbox):
    secrets = all_that_is_personal(sandbox)
    assert len(secrets) > 3000
    assert any("@" in each for each in secrets)
    examined = examine(60)
    shown = json.dumps(report(examined.examination))
    printed = " ".join(
        f"{name} {each.seen} {getattr(each, 'mend', '')} {getattr(each, 'to_do', '')}"
        for name, each in (*examined.checks.items(), *examined.told.items())
    )
    for text in (shown, printed):
        assert [each for each in secrets if " " in each and each in text] == []
        assert words_of(text) & secrets == set()
    for each in (*SHOPS, "demo-key", "sandbox.example.com"):
        assert each not in shown


def test_a_report_names_keys_types_and_words(examine):
    found = report(examine(60).examination)
    documents = found["documents"]
    assert documents["GET /rmas"]["rmas[].rmaId"].keys() == {"types"}
    assert documents["GET /rmas"]["rmas[].rmaId"]["types"].keys() == {"text"}
    assert "Done" in documents["GET /rmas"]["rmas[].status"]["words"]
    assert documents["GET /transactions"]["transactions[].id"]["types"].keys() == {"whole number"}
    assert "fraction" in str(documents["GET /rma/{rmaId}"]["items[].paidPrice.amount"]["types"])
    assert found["statuses"]["200"] > 10
    assert "x-amzn-requestid" in found["headers"]
    assert {"part": "shop", "state": "ok"} in found["checks"]
    assert found["assumptions"]["filters-are-utc"]["verdict"] == "true"


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(document=anything, key=st.text(), value=st.text(min_size=3))
def test_shapes_show_no_value_whatever_the_document_is(document, key, value):
    shapes = Shapes()
    marked = f"7{value}"
    shapes.note("GET /rmas", {"rmas": [{"status": marked, key: marked, "more": document}]})
    shapes.note("GET /rmas", {marked: document, "rmas": [{key: [marked, {marked: 1}]}]})
    assert json.dumps(marked)[1:-1] not in json.dumps(shapes.shown())


@given(st.text())
def test_only_what_is_written_as_a_word_is_shown(text):
    shown = shown_word(text)
    assert shown == HIDDEN or re.fullmatch(r"[A-Za-z_ ]{1,40}", shown)


@pytest.mark.parametrize(
    "text", ["ada@example.com", "R1234", "Ada Exemplar", "a" * 41, "", None, 7]
)
def test_what_may_be_personal_is_not_shown(text):
    assert shown_word(text) == HIDDEN
