"""A bridge moves its database to another machine, or gets a new secret: nothing is lost."""

import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from tests.databases import SERVER, postgres_url, sqlite_url
from tests.deeds import writes
from tests.end_to_end.hook_receiver import receiving
from tests.end_to_end.waiting import eventually
from tests.processes import SHOPS, Bridge, Sandbox, command, running_bridge, running_worker
from tests.tools import path_of

OLD, NEW = "an old secret for the tests", "a new secret for the tests"
TRIGGERS = ("new_rma", "refund_requested")


def sqlite_copy(source: str, folder: Path) -> str:
    """Copy a file while it is written to, as docs/running.md says."""
    target = folder / "restored.sqlite3"
    with (
        closing(sqlite3.connect(str(make_url(source).database))) as one,
        closing(sqlite3.connect(target)) as other,
    ):
        one.backup(other)
    return f"sqlite:///{target}"


def postgresql_copy(source: str, _folder: Path) -> str:
    """Dump and restore, into a database that is empty."""
    url, server = make_url(source), make_url(SERVER)
    name = f"{url.database}_restored"
    to = ["-h", str(server.host), "-p", str(server.port or 5432), "-U", str(server.username)]
    run = partial(subprocess.run, check=True, capture_output=True)
    run([path_of("createdb"), *to, name])
    dump = run([path_of("pg_dump"), *to, "--format=custom", str(url.database)]).stdout
    run([path_of("pg_restore"), *to, "--dbname", name], input=dump)
    return url.set(database=name).render_as_string(hide_password=False)


def drop_copy(url: str) -> None:
    if url.startswith("postgresql"):
        server = make_url(SERVER)
        to = ["-h", str(server.host), "-p", str(server.port or 5432), "-U", str(server.username)]
        subprocess.run([path_of("dropdb"), *to, "--force", str(make_url(url).database)], check=True)


def told(bridge: Bridge) -> dict[str, list[str]]:
    return {
        each: [one["id"] for one in bridge.poll(each, shop=SHOPS[0], limit=200)]
        for each in TRIGGERS
    }


@pytest.mark.parametrize(
    ("database", "copy"),
    [(sqlite_url, sqlite_copy), (postgres_url, postgresql_copy)],
    ids=["sqlite", "postgresql"],
)
def test_a_bridge_that_is_restored_elsewhere_goes_on(
    real_sandbox: Sandbox,
    tmp_path: Path,
    database: Callable[[Path], AbstractContextManager[str]],
    copy: Callable[[str, Path], str],
):
    with database(tmp_path) as url, receiving() as receiver:
        with (
            running_bridge(real_sandbox.url, url) as bridge,
            running_worker(real_sandbox.url, url),
        ):
            rma = str(real_sandbox.control("rmas")["rmaSummary"]["rmaId"])
            eventually(lambda: any(rma in each for each in told(bridge)["new_rma"]))
            hook = {"trigger": "refund_requested", "target_url": receiver.url("refunds")}
            assert bridge.call("POST", "/v1/hooks", json=hook).status_code == 201
            real_sandbox.control("transactions")
            eventually(receiver.ids)
            comment = {"rma_id": rma, "text": "Hello", "idempotency_key": "once"}
            assert bridge.act("add_rma_comment", comment).status_code == 200
            before = eventually(lambda: told(bridge))
            restored = copy(url, tmp_path)
        real_sandbox.control("transactions")
        try:
            with (
                running_bridge(real_sandbox.url, restored) as bridge,
                running_worker(real_sandbox.url, restored),
            ):
                eventually(lambda: len(told(bridge)["refund_requested"]) > len(before[TRIGGERS[1]]))
                after = told(bridge)
                assert after["new_rma"] == before["new_rma"]
                assert after["refund_requested"][1:] == before["refund_requested"]
                assert bridge.act("add_rma_comment", comment).status_code == 200
                assert sum(each["applied"] for each in writes(real_sandbox)) == 1
                eventually(lambda: len(receiver.ids()) == 2)
                assert len(set(receiver.ids())) == 2
        finally:
            drop_copy(restored)


def test_a_secret_is_replaced_while_nothing_is_lost(real_sandbox: Sandbox, database_url: str):
    """The new one comes first, the old one stays behind it."""
    run = partial(running_bridge, real_sandbox.url, database_url)
    with receiving() as receiver:
        with run(SECRET_KEY=OLD) as bridge:
            rma = str(real_sandbox.control("rmas")["rmaSummary"]["rmaId"])
            eventually(lambda: any(rma in each for each in told(bridge)["new_rma"]))
            hook = {"trigger": "refund_requested", "target_url": receiver.url("refunds")}
            assert bridge.call("POST", "/v1/hooks", json=hook).status_code == 201
            comment = {"rma_id": rma, "text": "Hello", "idempotency_key": "once"}
            first = bridge.act("add_rma_comment", comment).json()
            before = told(bridge)
        both = f"{NEW},{OLD}"
        with (
            run(SECRET_KEY=both) as bridge,
            running_worker(real_sandbox.url, database_url, SECRET_KEY=both),
        ):
            assert told(bridge) == before
            assert bridge.act("add_rma_comment", comment).json() == first
            real_sandbox.control("transactions")
            eventually(receiver.ids)
            assert len(told(bridge)["refund_requested"]) == len(before["refund_requested"]) + 1
        with run(SECRET_KEY=NEW) as bridge:
            # What the old one sealed stays shut, and says so.
            answer = bridge.call("GET", "/v1/triggers/new_rma", params={"limit": 100})
            assert answer.status_code == 503
            assert "put its SECRET_KEY right" in answer.json()["detail"]


def test_all_is_sealed_anew_while_the_bridge_runs_and_the_old_secret_goes(
    real_sandbox: Sandbox, database_url: str
):
    run = partial(running_bridge, real_sandbox.url, database_url)
    with run(SECRET_KEY=OLD) as bridge:
        rma = str(real_sandbox.control("rmas")["rmaSummary"]["rmaId"])
        eventually(lambda: any(rma in each for each in told(bridge)["new_rma"]))
        comment = {"rma_id": rma, "text": "Hello", "idempotency_key": "once"}
        first = bridge.act("add_rma_comment", comment).json()
        before = told(bridge)
    both = f"{NEW},{OLD}"
    with run(SECRET_KEY=both) as bridge:
        resealed = command(real_sandbox.url, database_url, "reseal", SECRET_KEY=both)
        assert resealed.returncode == 0, resealed.stderr
        assert "; 0 are left" in resealed.stdout
        assert "may go on 20" in resealed.stdout, "the key of the comment is known by the old one"
        assert told(bridge) == before
        assert bridge.act("add_rma_comment", comment).json() == first
    with run(SECRET_KEY=NEW) as bridge:
        assert told(bridge) == before
