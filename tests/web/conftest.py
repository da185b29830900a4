from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from ipaddress import ip_address
from typing import Any

import pytest
import simplejson
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import app as root
from connector import web
from connector.blocks import Catalogue
from connector.bridge import Bridge as Assembled
from connector.config import Settings
from connector.delivery.http import targets
from connector.returngo import Transport
from connector.sandbox.app import SandboxApp
from connector.store import Store
from connector.web.context import EXTENSION
from tests.processes import SHOPS
from tests.stand_ins import AtOnce, HandClock, HandSender

TOKEN = "a token only for tests"
API_KEY = "demo-key"

SETTINGS = Settings(
    returngo_api_key=API_KEY,
    returngo_shops=SHOPS,
    bridge_token=TOKEN,
    allow_local_targets=True,
    allow_returngo_keys=True,
    secret_key=("a secret only for tests",),
    database_url="sqlite:///not-used",
    database_connections=32,
    returngo_base_url="http://sandbox.example.com",
    returngo_daily_limit=1000,
    returngo_second_limit=1000,
    token_daily_limit=None,
    token_minute_limit=None,
    feed_freshness=60,
    feed_ceiling=3600,
    returngo_reading_calls=None,
    feed_baseline=86_400,
    event_retention_days=90,
    page_cache=1,
    alarm_url=None,
    alarm_secret=None,
    public_url=None,
    metrics_token=None,
    shopify_app_secret=None,
    storefront_freshness=600,
    storefront_calls=100,
    storefront_stylesheet=None,
    proxies=0,
    hook_ports=(443, 8443),
    host="127.0.0.1",
    port=0,
    workers=1,
)


@dataclass
class Bridge:
    """A bridge in this process, and what its callers say to it."""

    app: Flask
    rules: Assembled
    client: FlaskClient
    sandbox: SandboxApp
    clock: HandClock

    def call(
        self,
        method: str,
        path: str,
        *,
        token: str | None = TOKEN,
        headers: dict[str, str] | None = None,
        **options: Any,
    ) -> TestResponse:
        """Call the bridge, with its token unless told otherwise."""
        auth = {} if token is None else {"Authorization": f"Bearer {token}"}
        return self.client.open(path, method=method, headers={**auth, **(headers or {})}, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.call("GET", path, **options)

    def act(self, key: str, fields: Any = None, **options: Any) -> TestResponse:
        """Call an action with JSON."""
        return self.call("POST", f"/v1/actions/{key}", json=fields or {}, **options)

    def control(self, path: str, method: str = "POST", **options: Any) -> Any:
        """Make something happen at ReturnGO."""
        answer = self.sandbox.test_client().open(f"/_sandbox/{path}", method=method, json=options)
        assert answer.status_code == 200, answer.text
        return simplejson.loads(answer.data, use_decimal=True)

    def calls(self) -> list[str]:
        """Tell which calls ReturnGO has received."""
        return [f"{call.method} {call.path}" for call in self.sandbox.simulation.calls]

    def subscribe(self, trigger: str = "refund_requested", **fields: Any) -> Any:
        """Subscribe to a trigger, and answer the new hook."""
        body = {"trigger": trigger, "target_url": "https://hooks.example.com/catch/1", **fields}
        answer = self.call("POST", "/v1/hooks", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json

    def later(self) -> None:
        """Let as much time pass as makes the feed look again."""
        self.clock.advance(timedelta(seconds=2 * SETTINGS.feed_freshness))

    def new_rma(self, **options: Any) -> str:
        """Make an RMA at ReturnGO and name it."""
        return str(self.control("rmas", **options)["rmaSummary"]["rmaId"])

    def new_refund(self, **options: Any) -> str:
        """Make a refund at ReturnGO that waits to be paid, and name it."""
        return str(self.control("transactions", **options)["id"])


Build = Callable[..., Bridge]


@pytest.fixture(scope="session")
def apps() -> dict[tuple[str, ...], Flask]:
    """Applications by what they offer, to be used again: the OpenAPI document takes long."""
    return {}


@pytest.fixture
def sender() -> HandSender:
    return HandSender()


@pytest.fixture(autouse=True)
def _every_name_is_public(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look nothing up outside: any name stands for one address, any address for itself."""

    def resolve(host: str, _seconds: float) -> list[Any]:
        try:
            return [ip_address(host)]
        except ValueError:
            return [ip_address("93.184.215.14")]

    monkeypatch.setattr(targets, "resolve", resolve)


@pytest.fixture
def build(
    apps: dict[tuple[str, ...], Flask],
    store: Store,
    transport: Transport,
    sandbox: SandboxApp,
    clock: HandClock,
    sender: HandSender,
) -> Iterator[Build]:
    """Put a bridge together as app.py does, but for time, threads and the network."""
    bridges = []

    def put_together(catalogue: Catalogue = root.CATALOGUE, **changes: Any) -> Bridge:
        settings = replace(SETTINGS, **changes)
        assembled = Assembled.assemble(
            settings,
            store,
            catalogue,
            clock,
            transport=transport,
            sender=sender,
            pool=AtOnce(),
        )
        bridges.append(assembled)
        offer = tuple(block.key for block in catalogue)
        if offer not in apps:
            apps[offer] = web.create_app(catalogue, assembled)
        app = apps[offer]
        app.extensions[EXTENSION] = assembled
        return Bridge(app, assembled, app.test_client(), sandbox, clock)

    yield put_together
    for each in bridges:
        each.close()


@pytest.fixture
def bridge(build: Build) -> Bridge:
    return build()
