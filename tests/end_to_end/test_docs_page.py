"""The OpenAPI page in a real browser, used as a person would."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Request

from tests.end_to_end.browser import browsing
from tests.processes import TOKEN, Bridge, Sandbox


@pytest.fixture
def page() -> Iterator[Page]:
    with browsing() as page:
        yield page


def test_authorize_then_try_out_a_trigger_and_an_action(
    page: Page, real_sandbox: Sandbox, real_bridge: Bridge
):
    requested: list[Request] = []
    errors: list[str] = []
    page.on("request", lambda request: requested.append(request))  # noqa: PLW0108 - builtins are refused
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    refund = str(real_sandbox.control("transactions")["id"])

    page.goto(f"{real_bridge.url}/docs")
    authorize(page)

    trigger = open_operation(page, "poll_refund_requested")
    status, events = execute(trigger)
    assert status == "200"
    assert refund in [event["transaction_id"] for event in events]

    action = open_operation(page, "record_transaction")
    action.locator("textarea").fill(
        json.dumps({"transaction_id": refund, "status": "Success", "processor": "Example Payments"})
    )
    status, recorded = execute(action)
    assert status == "200"
    assert recorded["transaction_id"] == refund
    assert real_sandbox.transaction(refund)["processor"] == "Example Payments"

    assert errors == []
    outside = [each.url for each in requested if not each.url.startswith(real_bridge.url)]
    assert [url for url in outside if not url.startswith("data:")] == []


def test_without_authorize_a_trigger_answers_401_in_words(page: Page, real_bridge: Bridge):
    page.goto(f"{real_bridge.url}/docs")
    status, problem = execute(open_operation(page, "poll_new_rma"))
    assert status == "401"
    assert "bridge token" in problem["detail"]


def authorize(page: Page) -> None:
    page.get_by_role("button", name="Authorize").click()
    scheme = page.locator(".auth-container").filter(has_text="bridgeToken")
    scheme.get_by_role("textbox").fill(TOKEN)
    scheme.get_by_role("button", name="Apply credentials").click()
    page.get_by_role("button", name="Close").first.click()


def open_operation(page: Page, operation_id: str) -> Locator:
    operation = page.locator(f"[id$='-{operation_id}']")
    operation.locator(".opblock-summary-control").click()
    return operation


def execute(operation: Locator) -> tuple[str, Any]:
    operation.get_by_role("button", name="Execute").click()
    answer = operation.locator(".live-responses-table")
    status = answer.locator("tbody .response-col_status").first.inner_text()
    body = answer.locator(".response-col_description .highlight-code code").first.inner_text()
    return status.split()[0], json.loads(body)
