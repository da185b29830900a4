"""A release to come migrates the database, also while a bridge of this one runs."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from shutil import copytree

import pytest
import requests
from alembic.script import ScriptDirectory

import app
from connector.store.migrate import MIGRATIONS
from tests.deeds import writes
from tests.end_to_end.waiting import eventually
from tests.processes import ROOT, SHOPS, Bridge, Code, Sandbox, command, running_bridge

NEXT = '''
"""What a release to come adds."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"


def upgrade() -> None:
    op.add_column("event", sa.Column("colour", sa.String(), server_default="", nullable=False))
    op.add_column("stream", sa.Column("mood", sa.Integer(), server_default="7", nullable=False))
'''
REFUND = "refund_requested"
FRESHNESS = 1.1  # seconds, a bit more than running_bridge sets
LONG_AGO = f"{datetime.now(UTC) - timedelta(days=5):%Y-%m-%d}"


@pytest.fixture
def release_to_come(tmp_path: Path) -> Path:
    """This release, with one more migration."""
    root = tmp_path / "release"
    for room in ("connector", "schemas", "triggers", "actions"):
        copytree(ROOT / room, root / room)  # with what is compiled already
    (root / "app.py").write_text((ROOT / "app.py").read_text(encoding="utf-8"), encoding="utf-8")
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    versions = root / MIGRATIONS.relative_to(ROOT) / "versions"
    (versions / "9999_a_release_to_come.py").write_text(NEXT.format(head=head), encoding="utf-8")
    return root


def polls(bridge: Bridge, is_over: list[bool]) -> Iterator[requests.Response]:
    """Poll without a pause, until it is over."""
    while not is_over:
        yield bridge.call("GET", f"/v1/triggers/{REFUND}")


def test_the_older_bridge_keeps_off_and_the_newer_one_goes_on(
    real_sandbox: Sandbox, each_database_url: str, release_to_come: Path
):
    sandbox, url = real_sandbox, each_database_url
    is_over: list[bool] = []
    with running_bridge(sandbox.url, url) as older, ThreadPoolExecutor(1) as client:
        before = [event["id"] for event in older.poll(REFUND)]
        answers = client.submit(lambda: [*polls(older, is_over)])
        with running_bridge(sandbox.url, url, Code(release_to_come)) as newer:
            refused = eventually(partial(refusal, older))
            is_over.append(True)
            assert {answer.status_code for answer in answers.result()} <= {200, 503}
            assert "database cannot be used" in refused[0].json()["detail"]
            assert any("its schema is 9999, of another release" in line for line in older.log)

            assert older.call("GET", "/readyz").status_code == 503
            assert newer.call("GET", "/readyz").status_code == 200

            refund = str(sandbox.control("transactions")["id"])
            fields = {"transaction_id": refund, "status": "Success", "idempotency_key": "once"}
            assert older.act("record_transaction", fields).status_code == 503
            assert writes(sandbox) == []
            now = eventually(partial(longer, newer, len(before)))
            assert [event["id"] for event in now[1:]] == before
            assert now[0]["transaction_id"] == refund
            for _ in range(2):
                assert newer.act("record_transaction", fields).status_code == 200
            assert [call["applied"] for call in writes(sandbox)] == [True]


def refusal(bridge: Bridge) -> list[requests.Response]:
    answer = bridge.call("GET", f"/v1/triggers/{REFUND}")
    return [answer] if answer.status_code == 503 else []


def longer(bridge: Bridge, length: int) -> list[dict[str, str]]:
    events = bridge.poll(REFUND)
    return events if len(events) > length else []


def polled(bridge: Bridge) -> dict[str, bytes]:
    """Poll every trigger; answer the bodies, or nothing if a first reading has not ended."""
    answers = {key: bridge.call("GET", f"/v1/triggers/{key}") for key in app.CATALOGUE.triggers}
    if {answer.status_code for answer in answers.values()} != {200}:
        return {}
    return {key: answer.content for key, answer in answers.items()}


def settled(bridge: Bridge) -> dict[str, bytes]:
    """Poll until the bodies are the same twice: everything is read."""
    bodies = eventually(partial(polled, bridge))
    while (now := polled_later(bridge)) != bodies:
        bodies = now
    return bodies


def let_everything_happen(sandbox: Sandbox) -> None:
    """Let something happen for each trigger."""
    made = sandbox.control("rmas", {"status": "Approved", "shop": SHOPS[0]})
    rma_id, parcel = made["rmaSummary"]["rmaId"], made["shipments"][0]["shipmentId"]
    sandbox.control(f"shipments/{parcel}", {})
    sandbox.control(f"shipments/{parcel}", {"status": "Shipped"})
    sandbox.control(f"rmas/{rma_id}/comments", {"type": "error", "text": "It failed."})
    sandbox.control(f"rmas/{rma_id}/status", {"status": "Received"})
    sandbox.control(f"rmas/{rma_id}/validation", {})
    for refund in ({}, {"status": "Failed"}, {"type": "InvoicePayment"}):
        sandbox.control("transactions", {"rma_id": rma_id, **refund})
    long_ago = "2026-01-20T12:00:00+00:00"
    old = {"status": "Approved", "created_at": long_ago, "updated_at": long_ago}
    sandbox.control("rmas", {"shop": SHOPS[0], **old})


def polled_later(bridge: Bridge) -> dict[str, bytes]:
    time.sleep(FRESHNESS)
    return polled(bridge)


def test_a_poll_is_the_same_to_the_byte_after_a_restart_a_backfill_and_an_upgrade(
    real_sandbox: Sandbox, each_database_url: str, release_to_come: Path
):
    url = each_database_url
    for _ in range(2):
        let_everything_happen(real_sandbox)
    with running_bridge(real_sandbox.url, url) as bridge:
        before = settled(bridge)
        bridge.kill()
    assert all(len(json.loads(body)) > 1 for body in before.values())
    with running_bridge(real_sandbox.url, url) as bridge:
        assert polled(bridge) == before
        done = command(real_sandbox.url, url, "backfill", "--since", LONG_AGO)
        assert done.returncode == 0, done.stderr
        assert "brought in" in done.stdout
        assert polled_later(bridge) == before
    with running_bridge(real_sandbox.url, url, Code(release_to_come)) as bridge:
        assert polled(bridge) == before
