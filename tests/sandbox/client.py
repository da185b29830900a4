"""What the tests talk to the sandbox with: a caller that knows its key and shop."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from connector.sandbox.app import SandboxApp
from connector.sandbox.exact_json import loads
from connector.sandbox.world.world import World

START = datetime(2026, 3, 10, 12, tzinfo=UTC)
DEMO = "demo.myshopify.com"
OUTLET = "outlet.myshopify.com"
OTHER = "other.myshopify.com"


@dataclass
class Time:
    """A time that only moves when a test moves it, and that notes what was waited for."""

    instant: datetime = START
    pauses: list[float] = field(default_factory=list)
    while_pausing: Callable[[], object] = lambda: None

    def now(self) -> datetime:
        return self.instant

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.while_pausing()

    def forward(self, **delta: float) -> None:
        self.instant += timedelta(**delta)


@dataclass
class Caller:
    """Calls the API of a sandbox as the owner of a key, and its control calls."""

    app: SandboxApp
    key: str | None = "demo-key"
    shop: str | None = DEMO

    @property
    def world(self) -> World:
        return self.app.simulation.world

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> TestResponse:
        headers = {"x-api-key": self.key, "x-shop-name": self.shop}
        options["headers"] = {name: value for name, value in headers.items() if value is not None}
        if body is not None:
            options["json"] = body
        return self._client().open(path, method=method, **options)

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.call("GET", path, query_string=query)

    def put(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        return self.call("PUT", path, body, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        return self.call("POST", path, body, **options)

    def delete(self, path: str) -> TestResponse:
        return self.call("DELETE", path)

    def read(self, path: str, **query: Any) -> Any:
        """Read what is there, its numbers exact."""
        response = self.get(path, **query)
        assert response.status_code == 200, response.text
        return loads(response.data)

    def refusal(self, path: str, **query: Any) -> int:
        """Return the status of a call that must be refused in the usual shape."""
        return refused(self.get(path, **query))

    def control(self, path: str, method: str = "POST", /, **body: Any) -> Any:
        """Make a control call that must succeed."""
        response = self.control_response(path, method, **body)
        assert response.status_code == 200, response.text
        return loads(response.data)

    def control_response(self, path: str, method: str = "POST", /, **body: Any) -> TestResponse:
        return self._client().open(f"/_sandbox/{path}", method=method, json=body)

    def ids(self, path: str, **query: Any) -> list[int]:
        """Return the ids on one page, in its order."""
        rows = next(iter(self.read(path, pagesize=500, **query).values()))
        return [int(row.get("rmaId") or row["id"]) for row in rows]

    def calls(self) -> list[dict[str, Any]]:
        calls: list[dict[str, Any]] = self.control("calls", "GET")
        return calls

    def _client(self) -> FlaskClient:
        return self.app.test_client()


def refused(response: TestResponse) -> int:
    """Return the status of a refusal, seeing to it that it says why."""
    assert response.status_code >= 400
    message = loads(response.data)["message"]
    assert isinstance(message, str)
    assert message
    return response.status_code
