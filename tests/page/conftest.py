import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import app as root
from connector import operator, page, web
from tests.web.conftest import (  # noqa: F401 - fixtures
    SETTINGS,
    Bridge,
    Build,
    _every_name_is_public,
    build,
    sender,
)

PASSWORD = "correct horse battery"
SECRET = "a secret only for tests"


@pytest.fixture(autouse=True)
def _hashing_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords as ever, but with less work: tests/test_operator.py has all of it."""
    monkeypatch.setattr(operator, "PasswordHasher", partial(PasswordHasher, 1, 64, 1))


@pytest.fixture(scope="session")
def apps() -> dict[Any, Any]:
    """Applications of these tests alone: each is given its page."""
    return {}


@pytest.fixture
def bridge(build: Build) -> Bridge:  # noqa: F811
    """A bridge with its page, whose settings name a connection."""
    return with_page(build())


def with_page(bridge: Bridge) -> Bridge:
    """Give a bridge its page; one with settings of its own gets an application of its own."""
    if bridge.rules.settings != SETTINGS:
        app = web.create_app(root.CATALOGUE, bridge.rules)
        bridge = replace(bridge, app=app, client=app.test_client())
    if "page" not in bridge.app.blueprints:
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


@pytest.fixture(name="operator")
def _operator(visitor: Visitor) -> Visitor:
    """A visitor who has set the password and is signed in."""
    assert visitor.set_up().status_code == 303
    return visitor


Another = Callable[[], Visitor]


@pytest.fixture
def another(bridge: Bridge) -> Another:
    """Open another browser."""
    return lambda: Visitor(bridge.app.test_client())
