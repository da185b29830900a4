import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import app as root
from connector import page
from tests.web.conftest import (  # noqa: F401 - fixtures
    Bridge,
    Build,
    _every_name_is_public,
    build,
    sender,
)

PASSWORD = "correct horse battery"
SECRET = "a secret only for tests"


@pytest.fixture
def apps() -> dict[Any, Any]:
    """Applications of this test alone: each is given its page."""
    return {}


@pytest.fixture
def bridge(build: Build) -> Bridge:  # noqa: F811
    """A bridge with its page, whose settings name a connection."""
    return with_page(build())


def with_page(bridge: Bridge) -> Bridge:
    page.add_to(bridge.app, root.CATALOGUE, bridge.rules)
    return bridge


class Visitor:
    """A browser without JavaScript."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, buffered=True, **options)

    def send(self, path: str, to: str | None = None, **fields: Any) -> TestResponse:
        """Fill in the form of a page and send it, there or to another address of that page."""
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self._main(path))
        token = "" if found is None else found[1]
        return self.client.post(to or path, data={"csrf_token": token, **fields})

    def _main(self, path: str) -> str:
        text = self.get(path).text
        return text[text.index("<main") :]

    def set_up(self) -> TestResponse:
        return self.send("/setup", secret_key=SECRET, password=PASSWORD, again=PASSWORD)


@pytest.fixture
def visitor(bridge: Bridge) -> Visitor:
    return Visitor(bridge.app.test_client())


@pytest.fixture
def operator(visitor: Visitor) -> Visitor:
    """A visitor who has set the password and is signed in."""
    assert visitor.set_up().status_code == 303
    return visitor


Another = Callable[[], Visitor]


@pytest.fixture
def another(bridge: Bridge) -> Another:
    """Open another browser."""
    return lambda: Visitor(bridge.app.test_client())
