"""A customer's returns in a real browser, behind a proxy that signs as Shopify does."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from playwright.sync_api import Page

from connector.storefront.signature import sign
from tests.end_to_end.browser import browsing
from tests.end_to_end.test_page import faults_of
from tests.processes import CALL, SHOPS, Bridge, Sandbox, running_bridge, running_sandbox

APP_SECRET = "hush-hush-hush-hush-hush-hush-hush"
PREFIX = "/apps/returns"
LAYOUT = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Demo shop</title></head>'
    "<body><header>Demo shop</header><main>{}</main></body></html>"
)
CUSTOMER = "6512044310583"
RMA = "10030552"


@contextmanager
def shopify(bridge_url: str) -> Iterator[str]:
    """Run a shop: its proxy signs, and puts what is liquid into the theme's layout."""

    class Shop(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            logged_in = SimpleCookie(self.headers.get("Cookie", "")).get("customer")
            pairs = [
                *parse_qsl(asked.query, keep_blank_values=True),
                ("shop", SHOPS[0]),
                ("logged_in_customer_id", "" if logged_in is None else logged_in.value),
                ("path_prefix", PREFIX),
                ("timestamp", str(int(time.time()))),
            ]
            answer = requests.get(
                f"{bridge_url}/storefront/returns{asked.path.removeprefix(PREFIX)}",
                params=[*pairs, ("signature", sign(pairs, APP_SECRET))],
                headers={"Accept-Language": self.headers.get("Accept-Language", "")},
                timeout=CALL,
            )
            kind, body = answer.headers["Content-Type"], answer.content
            if kind.startswith("application/liquid"):
                kind, body = "text/html; charset=utf-8", LAYOUT.format(answer.text).encode()
            self.send_response(answer.status_code)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def bridge(sandbox: Sandbox, database_url: str) -> Iterator[Bridge]:
    with running_bridge(sandbox.url, database_url, SHOPIFY_APP_SECRET=APP_SECRET) as bridge:
        yield bridge


@pytest.fixture
def shop(bridge: Bridge) -> Iterator[str]:
    with shopify(bridge.url) as url:
        yield url


@pytest.fixture
def page() -> Iterator[Page]:
    with browsing() as page:
        yield page


def test_a_customer_logs_in_and_reads_their_return(
    shop: str, page: Page, bridge: Bridge, sandbox: Sandbox
) -> None:
    other = str(sandbox.control("rmas", {"shop": SHOPS[0]})["rmaSummary"]["rmaId"])
    page.goto(f"{shop}{PREFIX}")
    page.get_by_text("Please log in").wait_for()

    page.context.add_cookies([{"name": "customer", "value": CUSTOMER, "url": shop}])
    page.goto(f"{shop}{PREFIX}")
    page.get_by_role("heading", name="Your returns").wait_for()
    assert faults_of(page) == []
    assert other not in page.content()
    assert page.locator(".rg-card").first.evaluate(
        "each => getComputedStyle(each).borderStyle"
    ) == ("solid")

    page.get_by_role("link", name=f"RMA{RMA}").click()
    page.get_by_role("heading", name=f"Return RMA{RMA}").wait_for()
    page.get_by_role("heading", name="What happened so far").wait_for()
    assert faults_of(page) == []

    refused = page.goto(f"{shop}{PREFIX}/{other}")
    assert refused is not None
    assert refused.status == 404
    page.get_by_text("There is no such return among yours").wait_for()

    log = "".join(bridge.log)
    assert CUSTOMER not in log
    assert "signature" not in log


def test_a_page_of_its_own_is_styled_and_accessible(shop: str, page: Page) -> None:
    page.context.add_cookies([{"name": "customer", "value": CUSTOMER, "url": shop}])
    page.goto(f"{shop}{PREFIX}?format=html&locale=de")

    page.get_by_role("heading", name="Ihre Rücksendungen").wait_for()
    page.get_by_role("main").wait_for()
    assert page.locator("html").get_attribute("lang") == "de"
    assert faults_of(page) == []
