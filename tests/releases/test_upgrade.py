"""A database of any release goes on under this one as if nothing had happened."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, insert, select, text

from connector.deeds import Deeds
from connector.idempotency.rekeying import Rekeying
from connector.store import Store, Vault
from connector.store.migrate import MIGRATIONS
from connector.store.resealing import Resealing
from connector.store.tables import idempotency
from tests.conftest import opened
from tests.databases import DATABASES, Migrated
from tests.releases.recording import FOLDER, KEY, PAID, SECRET, Release, path_of, read_back
from tests.releases.recording import opened as released
from tests.stand_ins import HandClock

RECORDED = sorted(FOLDER.glob("*.json"))


@pytest.fixture(scope="module", params=RECORDED, ids=lambda path: path.stem)
def recorded(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What a release has left, and answered."""
    return dict(json.loads(request.param.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def upgraded(
    recorded: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Migrated]:
    """Databases as that release has left them, upgraded once, to copy."""

    def fill(url: str) -> None:
        leave(url, recorded)
        for _ in opened(url):
            pass

    upgraded = Migrated(tmp_path_factory.mktemp("upgraded"), fill)
    yield upgraded
    upgraded.close()


@pytest.fixture(params=DATABASES)
def old_store(
    request: pytest.FixtureRequest, tmp_path: Path, upgraded: Migrated
) -> Iterator[Store]:
    """Such a database of every sort, one after the other."""
    with request.param(tmp_path, upgraded) as url:
        yield from opened(url)


def leave(url: str, recorded: dict[str, Any]) -> None:
    """Give a database the tables of a release, and the rows that it had."""
    store = Store(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with store.write() as database:
        config.attributes["connection"] = database
        command.upgrade(config, recorded["revision"])
        metadata = MetaData()
        metadata.reflect(database)
        for table in metadata.sorted_tables:
            for row in recorded["rows"].get(table.name, ()):
                values = {name: read_back(value) for name, value in row.items()}
                database.execute(insert(table).values(values))
            if store.engine.dialect.name == "postgresql" and "id" in table.c:
                # numbers that were given by hand are not counted; null where there is no count
                count_on = text("SELECT setval(pg_get_serial_sequence(:table, 'id'), 1000)")
                database.execute(count_on, {"table": table.name})
    store.close()


@pytest.fixture
def clock(recorded: dict[str, Any]) -> HandClock:
    """The time at which that release was stopped."""
    return HandClock(datetime.fromisoformat(recorded["at"]))


def calls(release: Release) -> int:
    return len(release.sandbox.simulation.calls)


def test_the_same_poll_before_and_after_an_upgrade_and_a_restart_has_the_same_ids(
    recorded: dict[str, Any], old_store: Store, clock: HandClock
):
    before = json.dumps(recorded["ids"])
    for _ in range(2):
        with released(old_store, clock) as release:
            assert json.dumps(release.ids(recorded["ids"])) == before
            assert calls(release) == 0


def test_what_was_done_under_a_key_is_not_done_again_after_an_upgrade(
    recorded: dict[str, Any], old_store: Store, clock: HandClock
):
    with released(old_store, clock) as release:
        fields = {"transaction_id": recorded["refund"], **PAID}
        assert release.act("record_transaction", fields) == recorded["answer"]
        assert calls(release) == 0


def test_what_a_release_has_sealed_is_sealed_anew_and_nothing_is_done_or_told_twice(
    recorded: dict[str, Any], old_store: Store, clock: HandClock
):
    vault = Vault(["a new secret for the tests", SECRET])
    resealing = Resealing(old_store, vault)
    assert resealing.left() > 0
    done = sum(Rekeying(old_store, vault).steps())
    assert done == (recorded["revision"] < "0014")
    assert sum(resealing.steps()) > 0
    assert resealing.left() == 0
    with old_store.read() as database:
        (key,) = database.execute(select(idempotency.c.key)).scalars()
    assert key != KEY
    if done:  # else the key is known by the former secret
        vault = Vault(["a new secret for the tests"])
    with released(old_store, clock, vault) as release:
        assert json.dumps(release.ids(recorded["ids"])) == json.dumps(recorded["ids"])
        fields = {"transaction_id": recorded["refund"], **PAID}
        assert release.act("record_transaction", fields) == recorded["answer"]
        assert calls(release) == 0


def test_deeds_that_were_recorded_before_an_upgrade_are_found(
    recorded: dict[str, Any], old_store: Store, clock: HandClock
):
    deeds = Deeds(old_store, Vault([SECRET]), clock)
    for row in recorded["rows"].get("deed", ()):
        words = f"{row['name']} {row['about']} {row['doer']}".upper()
        assert row["id"] in [each.id for each in deeds.newest(words=words)]


def test_an_upgraded_database_takes_in_what_happens_next(
    recorded: dict[str, Any], old_store: Store, clock: HandClock
):
    with released(old_store, clock) as release:
        clock.sleep(600)
        release.happen("reset", seed=2, empty=True)
        made = release.happen("rmas")["rmaSummary"]["rmaId"]
        after = release.ids(["new_rma"])["new_rma"]
    assert after[1:] == recorded["ids"]["new_rma"]
    assert after[0] == f"rma:{made}:created"


def test_what_happened_quietly_while_the_bridge_was_upgraded_is_told_once(
    recorded: dict[str, Any], old_store: Store, clock: HandClock
):
    """An RMA that the old release knew as Approved was received, and another canceled."""
    known = [row["resource_id"] for row in recorded["rows"]["thing"] if row["status"] == "Approved"]
    received, canceled = known[:2]
    with released(old_store, clock) as release:
        become(release, {received: "Received", canceled: "Canceled"})
        clock.sleep(600)
        told = []
        for _ in range(8):  # each list has its turn
            clock.sleep(120)
            told = release.poll("rma_status_changed")
    before = recorded["ids"]["rma_status_changed"]
    ids = [each["id"] for each in told]
    assert [each for each in ids if each in before] == before
    news = [
        (each["rma_id"], each["from_status"], each["to_status"])
        for each in told
        if each["id"] not in before and each["rma_id"] in (received, canceled)
    ]
    assert sorted(news) == sorted(
        [(received, "Approved", "Received"), (canceled, "Approved", "Canceled")]
    )


def become(release: Release, statuses: dict[str, str]) -> None:
    """Let ReturnGO have RMAs that were Approved when the release was stopped, and now are not."""
    simulation = release.sandbox.simulation
    for _ in statuses:
        release.happen("rmas", status="Approved")
    rmas = list(simulation.world.rmas.values())
    simulation.world.rmas.clear()
    for rma, (rma_id, status) in zip(rmas, statuses.items(), strict=True):
        rma.id = int(rma_id)
        for parcel in rma.shipments:
            parcel.rma_id = rma.id
        simulation.world.rmas[rma.id] = rma
        simulation.world.change_rma_status(rma, status, simulation.clock.second())


def test_each_revision_has_left_a_database():
    script = ScriptDirectory(str(MIGRATIONS))
    missing = [
        each.revision for each in script.walk_revisions() if not path_of(each.revision).exists()
    ]
    assert missing == [], "`python -m tests.releases` records the newest, by the code that made it"
