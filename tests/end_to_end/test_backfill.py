"""The real command, beside a running bridge on the same database, against a real sandbox."""

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from tests.end_to_end.waiting import eventually
from tests.processes import (
    ROOT,
    SECRET,
    SHOPS,
    TOKEN,
    Bridge,
    Sandbox,
    running_bridge,
    running_sandbox,
)

TRIGGERS = ("new_rma", "rma_status_changed", "new_transaction", "shipment_created")
SINCE = f"{datetime.now(UTC) - timedelta(days=8):%Y-%m-%d}"
PATIENCE = 120
PAUSE = 0.2  # seconds between one client's polls of all triggers


def command(
    sandbox: Sandbox, database_url: str, *words: str, **environ: str
) -> subprocess.Popen[str]:
    settings = {
        "RETURNGO_API_KEY": "demo-key",
        "RETURNGO_SHOPS": ",".join(SHOPS),
        "RETURNGO_BASE_URL": sandbox.url,
        "RETURNGO_DAILY_LIMIT": "10000000",
        "BRIDGE_TOKEN": TOKEN,
        "SECRET_KEY": SECRET,
        "DATABASE_URL": database_url,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "connector", "backfill", "--since", SINCE, *words],
        cwd=ROOT,
        env={**os.environ, **settings, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def walked(bridge: Bridge, trigger: str) -> list[dict[str, Any]]:
    """Return the events of a trigger, the newest first."""
    return bridge.poll(trigger, shop=SHOPS[0], limit=1000)


def test_a_backfill_is_killed_and_goes_on_while_the_bridge_serves(
    real_sandbox: Sandbox, each_database_url: str
):
    with running_bridge(real_sandbox.url, each_database_url) as bridge:
        before = {each: eventually(partial(walked, bridge, each)) for each in TRIGGERS}
        refused = []
        is_over = threading.Event()

        def poll_on():
            while not is_over.is_set():
                for each in TRIGGERS:
                    answer = bridge.call("GET", f"/v1/triggers/{each}", params={"shop": SHOPS[0]})
                    if answer.status_code != 200:
                        refused.append((each, answer.status_code))
                is_over.wait(PAUSE)

        client = threading.Thread(target=poll_on)
        client.start()
        try:
            killed = command(real_sandbox, each_database_url, "--shop", SHOPS[0], "--emit")
            assert killed.stdout is not None
            assert "listed" in killed.stdout.readline()
            eventually(lambda: len(walked(bridge, "new_rma")) > len(before["new_rma"]))
            killed.send_signal(signal.SIGKILL)
            killed.communicate()
            told, errors = finish(command(real_sandbox, each_database_url, "--emit"))
        finally:
            is_over.set()
            client.join()
        assert refused == []
        assert errors == ""
        assert "brought in" in told
        assert told.splitlines()[-1] == f"{SHOPS[1]}: all since {SINCE} 00:00 UTC is there."
        after = {each: walked(bridge, each) for each in TRIGGERS}

    for each in TRIGGERS:
        ids = [event["id"] for event in after[each]]
        assert len(ids) == len(set(ids))
        assert len(ids) > len(before[each])
        # what was there stands where it was, and is the same
        old = {event["id"]: event for event in before[each]}
        assert [event for event in after[each] if event["id"] in old] == before[each]


def test_it_ends_with_its_own_code_when_the_share_is_spent(database_url: str):
    with running_sandbox() as sandbox:
        process = command(sandbox, database_url, "--emit", RETURNGO_DAILY_LIMIT="40")
        told, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 75
    assert "listed" in told
    assert "Run the command again from" in errors
    assert "00:00 UTC on." in errors


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--since", "soon"), "'soon' is neither a date"),
        (("--since", "2999-01-01"), "lies in the future"),
        (("--shop", "foreign.myshopify.com"), "not for 'foreign.myshopify.com'"),
    ],
)
def test_what_it_cannot_do_it_says(
    words: tuple[str, str], sentence: str, real_sandbox: Sandbox, database_url: str
):
    process = command(real_sandbox, database_url, *words)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert sentence in " ".join(errors.split())


def finish(process: subprocess.Popen[str]) -> tuple[str, str]:
    told, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    return told, errors
