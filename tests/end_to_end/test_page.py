"""The operator's page in a real browser, against real processes: set up, seen and mended.

PICTURES=docs/pictures writes anew the pictures that the README shows.
"""

import os
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Locator, Page, Request

from tests.end_to_end.browser import browsing
from tests.end_to_end.waiting import eventually
from tests.node_tools import NODE
from tests.processes import (
    ROOT,
    SECRET,
    Bridge,
    Sandbox,
    command,
    running_bridge,
    running_sandbox,
    running_worker,
)
from tests.tools import missing

NO_KEY = {
    "RETURNGO_API_KEY": "",
    "RETURNGO_SHOPS": "",
    "BRIDGE_TOKEN": "",
    "RETURNGO_DAILY_LIMIT": "2000",
    "WORKERS": "2",
}
PASSWORD = "correct horse battery"
MOST_STEPS = 15
MOST_SECONDS = 120
AXE = NODE / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = {"serious", "critical"}
NARROW = 360
PICTURES = os.environ.get("PICTURES")


@dataclass
class Person:
    """Somebody at a browser, whose steps are counted; what goes amiss in the page is kept."""

    page: Page
    home: str
    steps: int = 0
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self._hear(message.type, message.text))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", self._see)

    def _hear(self, kind: str, text: str) -> None:
        # a form that was refused is answered 422, which Chromium calls an error
        if kind == "error" and "422" not in text:
            self.errors.append(text)

    def _see(self, request: Request) -> None:
        if not request.url.startswith((self.home, "data:")):
            self.outside.append(request.url)

    def go(self, path: str) -> None:
        self.steps += 1
        self.page.goto(f"{self.home}{path}")

    def enter(self, label: str, text: str) -> None:
        self.steps += 1
        self.page.get_by_label(label, exact=True).fill(text)

    def press(self, name: str, role: Any = "button") -> None:
        self.steps += 1
        self.page.get_by_role(role, name=name).first.click()

    def set_up(self) -> None:
        self.go("/")
        self.enter("SECRET_KEY", SECRET)
        self.enter("New password", PASSWORD)
        self.enter("New password, once more", PASSWORD)
        self.press("Set the password")

    def connect(self, shops: str, key: str = "demo-key") -> None:
        self.enter("ReturnGO key", key)
        self.enter("Shops", shops)
        self.press("Try and keep it")

    def make_token(self, name: str) -> str:
        self.enter("Name", name)
        self.press("Make the token")
        return self.page.get_by_label("Bridge token").input_value()

    def sees(self, text: str) -> Locator:
        found = self.page.get_by_text(text).first
        found.wait_for()
        return found


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox(SANDBOX_DAILY_LIMIT="100000") as sandbox:
        yield sandbox


@pytest.fixture
def bridge(sandbox: Sandbox, database_url: str) -> Iterator[Bridge]:
    with running_bridge(sandbox.url, database_url, **NO_KEY) as bridge:
        yield bridge


@pytest.fixture
def person(bridge: Bridge) -> Iterator[Person]:
    with browsing() as page:
        person = Person(page, bridge.url)
        yield person
        assert person.errors == []
        assert person.outside == []


def faults_of(page: Page) -> list[str]:
    """Let axe look at the page; return what it finds that is serious."""
    if not AXE.exists():
        missing("axe-core in tests/node (make test installs it)")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")
    return [
        f"{page.url}: {each['id']}: {each['nodes'][0]['html']}"
        for each in found["violations"]
        if each["impact"] in SERIOUS
    ]


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.set_viewport_size({"width": 1000, "height": 640})
        page.screenshot(path=ROOT / PICTURES / f"{name}.png")


def test_from_an_empty_database_to_a_download_and_the_first_events(
    person: Person, sandbox: Sandbox, tmp_path: Path
):
    began = time.monotonic()
    sandbox.control("rmas")
    person.set_up()
    person.connect("https://DEMO.myshopify.com/admin")
    token = person.make_token("Zapier: refunds to the ledger")
    person.steps += 1
    person.page.locator("summary").first.click()
    with person.page.expect_download() as downloading:
        person.press("Download for Zapier", "link")
    downloading.value.save_as(tmp_path / "zapier.zip")
    person.press("See the first events come in", "link")
    person.sees(":created")
    assert person.steps <= MOST_STEPS
    assert time.monotonic() - began < MOST_SECONDS

    shown = person.page.locator("tbody tr").count()
    sandbox.control("rmas")
    person.page.locator("tbody tr").nth(shown).wait_for()  # by itself

    assert "index.js" in zipfile.ZipFile(tmp_path / "zapier.zip").namelist()
    called = requests.get(
        f"{person.home}/v1/me", headers={"Authorization": f"Bearer {token}"}, timeout=30
    )
    account = called.json()
    assert account["token"] == "Zapier: refunds to the ledger"
    person.press("Now", "link")
    calls = account["calls"]
    person.sees(f"of {calls['limit']:,} are spent")
    picture(person.page, "now")


def test_a_wrong_key_and_a_wrong_shop_are_said_and_corrected(person: Person):
    person.set_up()
    person.connect("demo", key="planted-key")
    person.sees("demo.myshopify.com: ReturnGO does not know this key.")
    person.connect("foreign")
    person.sees("foreign.myshopify.com: ReturnGO says that this key does not own this shop.")
    person.connect("demo\noutlet.myshopify.com")
    person.sees("demo.myshopify.com and 1 more")


def test_a_failing_hook_is_found_and_a_worker_missed(
    person: Person, sandbox: Sandbox, database_url: str
):
    person.set_up()
    person.connect("demo")
    token = person.make_token("hooks")
    answer = requests.post(
        f"{person.home}/v1/triggers/new_rma/hooks",
        json={"target_url": "http://127.0.0.1:9/nowhere"},
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )
    assert answer.status_code == 201, answer.text
    person.press("Now", "link")
    person.sees("None is at work")
    with running_worker(sandbox.url, database_url, **NO_KEY):
        eventually(lambda: person.page.reload() and "None is at work" not in person.page.content())
        person.press("Hooks", "link")
        person.press("New RMA", "link")
        person.press("Send the sample now")
        person.sees("The sample did not arrive")
        sandbox.control("rmas")
        eventually(lambda: person.page.reload() and "next try" in person.page.content())
        person.press("End this hook")
        person.sees("There are none.")


def test_a_forgotten_password_is_replaced_and_open_sessions_end(
    person: Person, sandbox: Sandbox, database_url: str
):
    person.set_up()
    person.sees("Add a connection")
    other = "another horse, another battery"
    done = command(sandbox.url, database_url, "password", "--password", other, **NO_KEY)
    assert done.returncode == 0, done.stderr
    person.go("/")
    person.enter("Password", PASSWORD)
    person.press("Sign in")
    person.sees("This is not the password.")
    person.enter("Password", other)
    person.press("Sign in")
    person.sees("The bridge keeps no ReturnGO key yet.")
    short = command(sandbox.url, database_url, "password", "--password", "short", **NO_KEY)
    assert "12 characters or more" in short.stderr


def test_a_token_that_is_revoked_is_refused_within_a_second_in_every_process(person: Person):
    person.set_up()
    person.connect("demo")
    token = person.make_token("ledger")
    headers = {"Authorization": f"Bearer {token}"}

    def answers() -> set[int]:
        url = f"{person.home}/v1/me"
        return {requests.get(url, headers=headers, timeout=30).status_code for _ in range(20)}

    assert answers() == {200}
    person.press("Revoke ledger")
    person.sees("None yet.")
    assert answers() == {401}


def test_a_block_is_tried_and_what_it_did_is_found(person: Person, sandbox: Sandbox):
    (made,) = sandbox.control("rmas", {"count": 1})
    rma_id = str(made["rmaSummary"]["rmaId"])
    person.set_up()
    person.connect("demo")
    person.press("Try a block", "link")
    person.press("Add RMA Comment", "link")
    person.enter("RMA ID required", rma_id)
    person.press("Do it at ReturnGO")
    person.sees("Nothing was done.")
    person.page.locator("[name=text]").fill("Parcel arrived.")
    person.press("Do it at ReturnGO")
    person.sees("It answered")
    person.press("What happened", "link")
    person.page.get_by_label("Search").fill(rma_id)
    person.press("Show")
    person.sees("Add RMA Comment")
    person.page.locator("tbody a").first.click()
    assert "Parcel arrived." not in person.page.content()
    person.press("Show what was sent and answered")
    person.sees("Parcel arrived.")
    (call,) = [each for each in sandbox.calls() if each["method"] == "POST"]
    assert call["path"] == f"/rma/{rma_id}/comment"


def test_every_page_is_for_all_people_and_all_screens(person: Person):
    """By axe, in light and dark; nothing is wider than a small phone."""
    person.set_up()
    person.go("/connections/new")
    person.connect("demo\noutlet")
    person.make_token("Zapier")
    connection = person.page.url.removeprefix(person.home)
    faults = faults_of(person.page)
    tried = f"{connection}/try/create_rma"
    person.go(tried)
    person.press("Do it at ReturnGO")
    faults += faults_of(person.page)
    paths = ["/", "/hooks", "/connections/new", f"{connection}?ask=remove", f"{connection}/events"]
    paths += ["/deeds", "/deeds/1", "/deeds?words=none", f"{connection}/try", tried]
    paths += [f"{connection}/backfill", f"{connection}/events?thing=1"]
    for path in [*paths, "/connections/nothing", "/sign-in"]:
        person.go(path)
        for scheme in ("light", "dark"):
            person.page.emulate_media(color_scheme=scheme)
            faults += faults_of(person.page)
        person.page.set_viewport_size({"width": NARROW, "height": 700})
        width = person.page.evaluate("document.documentElement.scrollWidth")
        assert width <= NARROW, path
    assert faults == []
    person.errors.clear()  # the page that is not there


def test_the_keyboard_alone_is_enough(person: Person):
    page = person.page
    person.go("/")

    def tab_to(name: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            focused = page.evaluate(
                "(document.activeElement.labels?.[0] ?? document.activeElement).textContent"
            )
            if focused.strip() == name:
                return
        raise AssertionError(f"the keyboard does not come to {name}")

    for name, text in (
        ("SECRET_KEY", SECRET),
        ("New password", PASSWORD),
        ("New password, once more", PASSWORD),
    ):
        tab_to(name)
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    person.sees("Add a connection")
    tab_to("ReturnGO key")
    page.keyboard.type("demo-key")
    tab_to("Shops")
    page.keyboard.type("demo")
    tab_to("Try and keep it")
    page.keyboard.press("Enter")
    person.sees("Make a token")
    tab_to("Name")
    page.keyboard.type("Zapier")
    page.keyboard.press("Enter")
    assert page.get_by_label("Bridge token").input_value().startswith("rgo_")
