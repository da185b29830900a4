"""What an answer tells a browser that it may do with it."""

import pytest

from tests.web.answers import good
from tests.web.conftest import Bridge, Build

INERT = "default-src 'none'; frame-ancestors 'none'"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/me", 200),
        ("/v1/triggers/new_rma", 200),
        ("/v1/triggers/new_rma?limit=0", 422),
        ("/v1/nothing", 404),
        ("/healthz", 200),
        ("/openapi.json", 200),
        ("/openapi.yaml", 200),
    ],
)
def test_what_is_no_page_loads_nothing_and_is_framed_by_nobody(
    bridge: Bridge, path: str, status: int
):
    answer = bridge.get(path)
    assert answer.status_code == status
    assert answer.headers["Content-Security-Policy"] == INERT
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_the_page_to_try_blocks_on_runs_its_own_scripts_alone(bridge: Bridge):
    policy = bridge.get("/docs/").headers["Content-Security-Policy"]
    (scripts,) = (each for each in policy.split("; ") if each.startswith("script-src"))
    own, digest = scripts.removeprefix("script-src ").split(" ")
    assert (own, digest.startswith("'sha256-")) == ("'self'", True)
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("path", ["/v1/me", "/v1/actions/list_rmas", "/v1/choices/shops"])
def test_an_answer_to_one_caller_is_kept_by_nobody(bridge: Bridge, path: str):
    assert bridge.get(path).headers["Cache-Control"] == "no-store"


def test_a_poll_may_be_kept_to_be_asked_after_by_its_caller(bridge: Bridge):
    assert bridge.get("/v1/triggers/new_rma").headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("public_url", "told"),
    [("https://returns.example.com", "max-age=31536000"), ("http://127.0.0.1:8080", None)],
)
def test_browsers_are_told_to_come_by_https_where_callers_do(
    build: Build, public_url: str, told: str | None
):
    bridge = build(public_url=public_url)
    good(bridge.get("/v1/me"))
    assert bridge.get("/v1/me").headers.get("Strict-Transport-Security") == told
