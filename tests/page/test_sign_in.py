"""Only the operator gets in: by SECRET_KEY once, by the password from then on."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from connector.page.pages import HEADERS
from connector.store.tables import operator as operator_table
from tests.page.conftest import PASSWORD, SECRET, Another, Visitor, with_page
from tests.web.conftest import TOKEN, Bridge, Build

INSIDE = (
    "/",
    "/hooks",
    "/connections/new",
    "/connections/operator",
    "/connections/operator/events",
    "/connections/operator/hooks/hook_0",
    "/download/zapier.zip",
)
DEEDS = (
    "/connections/operator/remove",
    "/tokens/0/revoke",
    "/connections/operator/hooks/hook_0/replay",
    "/connections/operator/hooks/hook_0/test",
    "/connections/operator/hooks/hook_0/end",
)


@pytest.mark.parametrize("path", INSIDE)
def test_before_it_is_set_up_every_page_leads_to_where_that_is_done(visitor: Visitor, path: str):
    assert visitor.get(path).location == "/setup"
    assert visitor.get("/sign-in").location == "/setup"


@pytest.mark.parametrize("path", INSIDE)
@pytest.mark.usefixtures("operator")
def test_who_is_not_signed_in_is_asked_to(another: Another, path: str):
    answer = another().get(path)
    assert (answer.status_code, answer.location) == (303, "/sign-in")


@pytest.mark.parametrize("path", DEEDS)
@pytest.mark.usefixtures("operator")
def test_who_is_not_signed_in_does_nothing(another: Another, path: str):
    assert another().client.post(path).location == "/sign-in"


@pytest.mark.usefixtures("operator")
def test_a_bridge_token_does_not_sign_in(another: Another):
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert another().get("/", headers=headers).location == "/sign-in"


def test_the_session_does_not_call_the_bridge(operator: Visitor):
    assert operator.get("/").status_code == 200
    answer = operator.get("/v1/me")
    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


@pytest.mark.usefixtures("operator")
def test_it_is_set_up_once(another: Another):
    assert another().get("/setup").location == "/sign-in"
    other = another()
    other.get("/sign-in")
    fields = {"secret_key": SECRET, "password": "another password", "again": "another password"}
    assert other.send("/sign-in", to="/setup", **fields).location == "/sign-in"
    assert other.send("/sign-in", password=PASSWORD).location == "/"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"secret_key": "planted secret"}, "not the SECRET_KEY of this bridge"),
        ({"secret_key": ""}, "Enter the SECRET_KEY"),
        ({"password": "too short", "again": "too short"}, "12 characters or more"),
        ({"again": "something else"}, "The two passwords differ."),
    ],
)
def test_what_is_not_right_is_said_and_sets_nothing(
    visitor: Visitor, changed: dict[str, str], sentence: str
):
    fields = {"secret_key": SECRET, "password": PASSWORD, "again": PASSWORD, **changed}
    answer = visitor.send("/setup", **fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "planted" not in answer.text
    assert visitor.get("/").location == "/setup"


@pytest.mark.usefixtures("operator")
def test_the_password_signs_in_and_out(another: Another):
    other = another()
    assert "This is not the password." in other.send("/sign-in", password="planted").text
    assert other.get("/").location == "/sign-in"
    assert other.send("/sign-in", password=PASSWORD).location == "/"
    assert other.get("/").status_code == 200
    assert other.send("/", to="/sign-out").status_code == 303


def test_signing_out_ends_the_session(operator: Visitor):
    text = operator.get("/").text
    assert 'action="/sign-out"' in text
    token = text.split('id="leave"')[1].split('value="')[1].split('"')[0]
    operator.client.post("/sign-out", data={"csrf_token": token})
    assert operator.get("/").location == "/sign-in"


def test_another_password_ends_all_sessions(operator: Visitor, bridge: Bridge):
    assert operator.get("/").status_code == 200
    bridge.rules.operator.set("another password for tests")
    assert operator.get("/").location == "/sign-in"


@pytest.mark.parametrize("path", ["/connections/new", "/connections/operator"])
def test_a_form_that_did_not_come_from_the_page_changes_nothing(
    operator: Visitor, bridge: Bridge, path: str
):
    fields = {"api_key": "other-key", "shops": "other", "name": "planted", "scopes": ["read"]}
    answer = operator.client.post(path, data=fields)
    assert answer.status_code == 422
    assert "Send it again" in answer.text
    assert len(bridge.rules.connections.all()) == 1
    assert bridge.rules.connections.tokens.all() == []


@pytest.mark.parametrize("path", ["/setup", "/static/page.css"])
def test_every_answer_keeps_others_out_of_the_page(visitor: Visitor, path: str):
    headers = visitor.get(path).headers
    for name, value in HEADERS.items():
        if name != "Cache-Control":
            assert headers[name] == value
    assert "unsafe" not in headers["Content-Security-Policy"]


@pytest.mark.usefixtures("operator")
def test_the_cookie_is_for_this_page_alone(another: Another):
    cookie = another().send("/sign-in", password=PASSWORD).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert PASSWORD not in cookie


@pytest.mark.parametrize(
    ("public_url", "begins", "is_secure"),
    [
        ("https://bridge.example.com", "__Host-returngo-connector=", True),
        (None, "returngo-connector=", False),
    ],
)
def test_behind_https_the_cookie_goes_there_by_https_alone(
    build: Build, public_url: str | None, begins: str, is_secure: bool
):
    visitor = Visitor(with_page(build(public_url=public_url)).app.test_client())
    cookie = visitor.set_up().headers["Set-Cookie"]
    assert cookie.startswith(begins)
    assert ("; Secure" in cookie, "Path=/" in cookie, "Domain" in cookie) == (
        is_secure,
        True,
        False,
    )


@pytest.mark.usefixtures("operator")
def test_no_password_stands_in_the_database(bridge: Bridge):
    with bridge.rules.store.read() as database:
        kept = database.execute(select(operator_table.c.password)).scalar_one()
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept


def test_too_many_wrong_passwords_shut_an_address_out_for_some_minutes(
    operator: Visitor, another: Another, bridge: Bridge
):
    stranger = another()
    for number in range(10):
        answer = stranger.send("/sign-in", password=f"wrong {number}")
        assert "This is not the password." in answer.text
    for password in ("wrong", PASSWORD):
        answer = stranger.send("/sign-in", password=password)
        assert answer.status_code == 422
        assert "Too many were wrong. Try again in 9 min." in answer.text
    assert operator.get("/").status_code == 200, "open sessions go on"
    bridge.clock.advance(timedelta(minutes=10))
    assert stranger.send("/sign-in", password=PASSWORD).status_code == 303


def test_too_many_wrong_secrets_shut_an_address_out_of_setting_up(visitor: Visitor, bridge: Bridge):
    for number in range(10):
        wrong = {"secret_key": f"wrong {number}", "password": PASSWORD, "again": PASSWORD}
        assert "This is not the SECRET_KEY" in visitor.send("/setup", **wrong).text
    refused = visitor.set_up()
    assert refused.status_code == 422
    assert "Too many were wrong. Try again in 9 min." in refused.text
    bridge.clock.advance(timedelta(minutes=10))
    assert visitor.set_up().status_code == 303


def test_who_signed_in_and_who_was_refused_stands_in_the_log(
    visitor: Visitor, another: Another, log: list[Any]
):
    visitor.send("/setup", secret_key="wrong", password=PASSWORD, again=PASSWORD)
    visitor.set_up()
    another().send("/sign-in", password="wrong password")
    another().send("/sign-in", password=PASSWORD)
    told = [each for each in log if each["event"].startswith("page.")]
    assert [each["event"] for each in told] == ["page.refused", "page.signed_in"] * 2
    assert {each["address"] for each in told} == {"127.0.0.1"}
    assert PASSWORD not in str(log)
    assert SECRET not in str(log)


def test_wrong_tokens_do_not_shut_the_operator_out(
    another: Another, operator: Visitor, bridge: Bridge
):
    for number in range(12):
        bridge.get("/v1/me", token=f"wrong {number}")
    operator.send("/", to="/sign-out")
    assert another().send("/sign-in", password=PASSWORD).status_code == 303


def test_a_form_from_elsewhere_is_no_try(operator: Visitor, another: Another):
    """Another page could have the operator's own browser send it."""
    operator.send("/", to="/sign-out")
    stranger = another()
    for number in range(12):
        stranger.client.post("/sign-in", data={"password": f"wrong {number}"})
    assert stranger.send("/sign-in", password=PASSWORD).status_code == 303
