"""What Zapier is told when something is wrong: reconnect, come back, stop softly, or fail."""

import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import app
from connector.blocks import Block
from tests.export.conftest import Live
from tests.export.troubled import ASKING, examples, seconds_left, spent_day
from tests.export.zapier_app import App, Step, choose, create, poll, search, typed, written

CATALOGUE = app.CATALOGUE
KEYED = {"rma_id": "1", "idempotency_key": "event-1"}


@pytest.fixture(scope="module")
def zap(live: Live, tmp_path_factory: pytest.TempPathFactory) -> App:
    return written(CATALOGUE, tmp_path_factory.mktemp("zapier"), live.bridge.url)


def filled_in(block: Block) -> dict[str, Any]:
    """Fill in a form with the examples that it shows."""
    return typed(CATALOGUE, block, examples(block))


EVERYTHING = (*CATALOGUE.actions.values(), *CATALOGUE.searches.values())


def every_step(doing: Iterable[Block] = EVERYTHING) -> list[Step]:
    """Use every trigger once, with its examples, also as a hook, and what is done at once."""
    triggers = {key: filled_in(block) for key, block in CATALOGUE.triggers.items()}
    return [
        *(poll(key, inputs) for key, inputs in triggers.items()),
        *(
            Step(f"triggers.{key}_instant.operation.performList", inputs)
            for key, inputs in triggers.items()
        ),
        *(
            (create if block.key in CATALOGUE.actions else search)(block.key, filled_in(block))
            for block in doing
        ),
    ]


def test_every_block_asks_for_a_new_connection_where_the_token_is_wrong(zap: App):
    hooks = [
        Step(f"triggers.{key}_instant.operation.{method}", more={"subscribeData": {"id": "hook_1"}})
        for key in CATALOGUE.triggers
        for method in ("performSubscribe", "performUnsubscribe")
    ]
    steps = [Step("authentication.test"), *every_step(), *hooks, *map(choose, CATALOGUE.choices)]
    for told in zap.run(replace(step, auth={"token": "wrong-token"}) for step in steps):
        assert told.name == "ExpiredAuthError", told
        assert "The bridge token is not right." in told.message


def test_every_block_comes_back_when_the_day_is_spent(zap: App, live: Live, tmp_path: Path):
    steps = every_step(ASKING)
    with spent_day(live, tmp_path) as bridge:
        told = replace(zap, bridge=bridge.url).run(steps)
        left = seconds_left(bridge)
    for step, each in zip(steps, told, strict=True):
        assert each.name == "ThrottledError", step.method
        assert each.refusal["delay"] >= left
        assert "calls" in each.refusal["message"]


def test_what_a_field_must_be_is_an_error_and_what_returngo_refuses_is_a_soft_stop(
    zap: App, live: Live
):
    made = live.sandbox.control("rmas", {"status": "Done"})["rmaSummary"]["rmaId"]
    wrong, gone, refused = zap.run(
        create("update_rma_status", {"rma_id": rma_id, "status": status})
        for rma_id, status in ((made, "Recieved"), ("987654321098", "Approved"), (made, "Pending"))
    )
    assert wrong.name == "AppError"
    assert "Recieved" in wrong.refusal["message"]
    assert "Received" in wrong.refusal["message"], "what is accepted"
    assert gone.name == refused.name == "HaltedError"
    assert "has no such thing" in gone.message
    assert "Done" in refused.message


class Answering(BaseHTTPRequestHandler):
    """Answers what the address asks for: /STATUS or /STATUS/RETRY-AFTER, before /v1."""

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, *retry_after = self.path.partition("/v1/")[0].strip("/").split("/")
        problem = {"title": "Trouble", "detail": "It is like this.", "returngo_request_id": "r-1"}
        body = b"<html>" if status == "500" else json.dumps(problem).encode()
        self.send_response(int(status))
        for seconds in retry_after:
            self.send_header("Retry-After", seconds)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_DELETE = answer  # noqa: N815

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def troubled_bridge() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], str]:
    """Tell the error of each sort of step at each sort of trouble."""
    steps = {
        "poll": poll("new_rma"),
        "search": search("find_rma", {"rma_id": "1"}),
        "choice": choose("open_rmas"),
        "create": create("add_rma_comment", {"rma_id": "1", "text": "Hello."}),
        "keyed create": create("add_rma_comment", {**KEYED, "text": "Hello."}),
    }
    troubles = ["401", "403", "404", "409", "409/2", "422", "429/60", "500", "502", "503/7", "504"]
    with troubled_bridge() as url:
        cases = {
            (sort, trouble): replace(step, auth={"bridge_url": f"{url}/{trouble}/"})
            for sort, step in steps.items()
            for trouble in troubles
        }
        zap = written(CATALOGUE, tmp_path_factory.mktemp("zapier"))
        told = zap.run(cases.values())
    for each in told:
        is_html = "answered 500" in each.message
        assert is_html or "It is like this. (ReturnGO's request: r-1)" in each.message
    return {case: each.name for case, each in zip(cases, told, strict=True)}


EVERY = {"poll", "search", "choice", "create", "keyed create"}
READING = EVERY - {"create", "keyed create"}


def sorts(outcomes: dict[tuple[str, str], str], trouble: str, name: str) -> set[str]:
    return {sort for (sort, each), error in outcomes.items() if (each, error) == (trouble, name)}


def test_a_wrong_connection_is_expired(outcomes: dict[tuple[str, str], str]):
    assert sorts(outcomes, "401", "ExpiredAuthError") == EVERY
    assert sorts(outcomes, "403", "AppError") == EVERY


def test_what_was_not_done_is_throttled(outcomes: dict[tuple[str, str], str]):
    assert sorts(outcomes, "429/60", "ThrottledError") == EVERY


@pytest.mark.parametrize("trouble", ["409/2", "503/7"])
def test_what_may_have_been_done_is_repeated_only_with_a_key(
    outcomes: dict[tuple[str, str], str], trouble: str
):
    assert sorts(outcomes, trouble, "ThrottledError") == READING | {"keyed create"}
    assert sorts(outcomes, trouble, "AppError") == {"create"}


@pytest.mark.parametrize("trouble", ["409", "500", "502", "504"])
def test_what_nobody_can_know_or_mend_is_an_error(
    outcomes: dict[tuple[str, str], str], trouble: str
):
    assert sorts(outcomes, trouble, "AppError") == EVERY


@pytest.mark.parametrize("trouble", ["404", "422"])
def test_only_what_acts_is_halted(outcomes: dict[tuple[str, str], str], trouble: str):
    assert sorts(outcomes, trouble, "HaltedError") == {"create", "keyed create"}
    assert sorts(outcomes, trouble, "AppError") == READING
