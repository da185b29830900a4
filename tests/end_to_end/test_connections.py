"""An agency's bridge: no key in its settings, two merchants' connections, tokens of their own.

Everything is done by the real commands, beside a running bridge with two web processes.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial

import pytest
import requests

from tests.end_to_end.waiting import eventually
from tests.processes import (
    Bridge,
    Sandbox,
    command,
    running_bridge,
    running_worker,
)

NO_KEY = {"RETURNGO_API_KEY": "", "RETURNGO_SHOPS": "", "BRIDGE_TOKEN": "", "WORKERS": "2"}
PATIENCE = 120
OTHER = "other.myshopify.com"


class Office:
    """The command line of a bridge that keeps its connections in the database."""

    def __init__(
        self, sandbox_url: str, database_url: str, environ: Mapping[str, str] = NO_KEY
    ) -> None:
        self._command = partial(command, sandbox_url, database_url, **environ)

    def run(self, *words: str, given: str = "", code: int = 0) -> str:
        """Run a command, which must end with `code`; return what it prints."""
        done = self._command(*words, given=given)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout if code == 0 else done.stderr

    def token(self, *words: str) -> str:
        """Make a token."""
        (found,) = re.findall(r"^rgo_\S+$", self.run("tokens", "add", *words), re.MULTILINE)
        return str(found)


@pytest.fixture
def office(real_sandbox: Sandbox, each_database_url: str) -> Office:
    return Office(real_sandbox.url, each_database_url)


@contextmanager
def bridge_of(sandbox: Sandbox, database_url: str) -> Iterator[Bridge]:
    with running_bridge(sandbox.url, database_url, **NO_KEY) as bridge:
        yield bridge


def called(bridge: Bridge, token: str, path: str = "/v1/me", **query: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.get(f"{bridge.url}{path}", headers=headers, params=query, timeout=PATIENCE)


def polled(bridge: Bridge, token: str) -> set[str]:
    answer = called(bridge, token, "/v1/triggers/new_rma")
    return {each["shop"] for each in answer.json()} if answer.status_code == 200 else set()


def test_two_merchants_are_served_by_a_bridge_without_a_key_of_its_own(
    office: Office, real_sandbox: Sandbox, each_database_url: str
):
    with bridge_of(real_sandbox, each_database_url) as bridge:
        assert "keeps no ReturnGO key yet" in called(bridge, "rgo_any").text
        added = office.run(
            *("connections", "add", "--name", "Demo", "--shop", "https://DEMO.myshopify.com/"),
            given="demo-key\n",
        )
        assert "demo.myshopify.com: ReturnGO takes the key." in added
        office.run("connections", "add", "--shop", "other", given="other-key\n")
        limits = ("--calls-a-minute", "20", "--calls-a-day", "300")
        demo = office.token("ledger", "--connection", "Demo", "--scope", "read", *limits)
        other = office.token("helpdesk", "--connection", OTHER)

        assert called(bridge, demo).json()["label"] == "Demo"
        real_sandbox.control("rmas", {"shop": OTHER})
        assert eventually(lambda: polled(bridge, demo)) == {"demo.myshopify.com"}
        assert eventually(lambda: polled(bridge, other)) == {OTHER}
        listed = office.run("tokens", "list")
        assert "Demo: ledger (rgo_" in listed
        assert "used 20" in listed
        assert "; calls of ReturnGO: 20 a minute, 300 a day; 0 calls today\n" in listed
        assert demo not in listed + office.run("connections", "list")

        office.run("connections", "change", "Demo", "--shop", "demo", "--shop", "outlet")
        shops = called(bridge, demo).json()["shops"]
        assert shops == ["demo.myshopify.com", "outlet.myshopify.com"]


def test_a_revoked_token_is_refused_at_once_in_every_process(
    real_sandbox: Sandbox, database_url: str
):
    office = Office(real_sandbox.url, database_url)
    with bridge_of(real_sandbox, database_url) as bridge:
        office.run("connections", "add", "--shop", "demo", given="demo-key\n")
        token = office.token("ledger")
        answers = {called(bridge, token).status_code for _ in range(20)}
        assert answers == {200}
        office.run("tokens", "revoke", token)
        answers = {called(bridge, token).status_code for _ in range(20)}
        assert answers == {401}


def test_a_removed_connection_is_read_no_more_and_its_hooks_end(
    real_sandbox: Sandbox, database_url: str
):
    office = Office(real_sandbox.url, database_url)
    office.run("connections", "add", "--name", "Demo", "--shop", "demo", given="demo-key\n")
    token = office.token("hooks")
    with (
        bridge_of(real_sandbox, database_url) as bridge,
        running_worker(real_sandbox.url, database_url, **NO_KEY),
    ):
        target = {"target_url": "http://127.0.0.1:9/nowhere"}
        made = requests.post(
            f"{bridge.url}/v1/triggers/new_rma/hooks",
            json=target,
            headers={"Authorization": f"Bearer {token}"},
            timeout=PATIENCE,
        )
        assert made.status_code == 201, made.text
        eventually(real_sandbox.calls)
        assert "Demo is removed." in office.run("connections", "remove", "Demo", "--yes")
        assert called(bridge, token).status_code == 401
        assert office.run("connections", "list") == ""


def test_what_cannot_be_kept_is_refused_in_a_sentence(real_sandbox: Sandbox, database_url: str):
    office = Office(real_sandbox.url, database_url)
    for shop, key, sentence in (
        ("demo", "wrong-key", "ReturnGO does not know this key."),
        ("foreign", "demo-key", "foreign.myshopify.com"),
        ("not a shop", "demo-key", "'not a shop' is not a shop name"),
        ("demo", "planted key", "no spaces"),
    ):
        errors = office.run("connections", "add", "--shop", shop, given=f"{key}\n", code=1)
        assert sentence in errors
        assert "planted" not in errors


def test_what_stands_in_the_settings_is_changed_there(real_sandbox: Sandbox, database_url: str):
    office = Office(real_sandbox.url, database_url, {})
    assert "and BRIDGE_TOKEN" in office.run("connections", "list")
    refused = office.run("connections", "remove", "operator", "--yes", code=1)
    assert "RETURNGO_API_KEY" in refused
    again = office.run("connections", "add", "--shop", "demo", given="demo-key\n", code=1)
    assert "The settings have this key already" in again


@pytest.mark.parametrize("words", [("run",), ("worker",), ("tokens", "list")])
def test_nothing_starts_on_the_database_of_another_key(
    real_sandbox: Sandbox, database_url: str, words: tuple[str, ...]
):
    assert command(real_sandbox.url, database_url, "connections", "list").returncode == 0
    other = {"RETURNGO_API_KEY": "other-key", "RETURNGO_SHOPS": OTHER}
    refused = command(real_sandbox.url, database_url, *words, **other)
    assert refused.returncode == 1
    assert refused.stderr.startswith("Error: RETURNGO_API_KEY is another key than the one")
    wrong = command(real_sandbox.url, database_url, *words, SECRET_KEY="another for the tests")
    assert wrong.returncode == 1
    assert wrong.stderr.startswith("Error: What the bridge has stored was sealed with another")


def test_a_key_of_the_settings_that_was_replaced_is_tried_and_accepted(
    real_sandbox: Sandbox, database_url: str
):
    def run(*words: str, key: str, shop: str = OTHER) -> tuple[int, str]:
        environ = {"RETURNGO_API_KEY": key, "RETURNGO_SHOPS": shop}
        done = command(real_sandbox.url, database_url, *words, **environ)
        return done.returncode, done.stdout + done.stderr

    accept, look = ("connections", "accept-key"), ("connections", "list")
    assert run(*look, key="demo-key", shop="demo.myshopify.com")[0] == 0
    code, said = run(*accept, key="made-up")
    assert (code, "ReturnGO does not know this key." in said) == (1, True)
    code, said = run(*look, key="other-key")
    assert (code, "connections accept-key" in said) == (1, True)
    code, said = run("doctor", key="other-key")
    assert (code, "to mend     database: It was filled with other keys" in said) == (1, True)
    code, said = run(*accept, key="other-key")
    assert (code, f"{OTHER}: ReturnGO takes the key." in said) == (0, True)
    assert run(*look, key="other-key")[0] == 0
    assert run(*look, key="demo-key", shop="demo.myshopify.com")[0] == 1
