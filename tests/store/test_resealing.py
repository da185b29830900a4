"""What was sealed under a former key, or in an earlier form, is sealed anew."""

from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pytest
from sqlalchemy import select, update

from connector.store import Store, Vault, resealing
from connector.store.place import place
from connector.store.resealing import Resealing, sealed_columns
from connector.store.tables import connection, ownership, snapshot
from tests.former_seal import former_seal

OLD, NEW = "the secret of last year", "the secret of this year"
BOTH = [NEW, OLD]
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resealing, "AT_ONCE", 2)


@pytest.fixture
def resealer(each_store: Store) -> Resealing:
    """A database in which half is sealed as by earlier releases, and half under the old key."""
    old = Vault([OLD])
    with each_store.write() as database:
        for number in range(1, 6):
            body = (
                former_seal(OLD, {"number": number})
                if number % 2
                else old.seal({"number": number}, place(snapshot.c.body, number))
            )
            database.execute(snapshot.insert().values(id=number, body=body))
        database.execute(ownership.insert().values(id=1, mark=former_seal(OLD, "ours")))
        database.execute(
            connection.insert().values(
                id="kept-1",
                label="One",
                api_key=former_seal(OLD, "key-1"),
                key_id="1",
                shops="a.example.com",
                created_at=NOON,
            )
        )
    return Resealing(each_store, Vault(BOTH))


def bodies(store: Store, vault: Vault) -> list[Any]:
    with store.read() as database:
        rows = database.execute(select(snapshot).order_by(snapshot.c.id)).all()
    return [vault.open(row.body, place(snapshot.c.body, row.id)) for row in rows]


def test_after_it_the_new_key_alone_opens_all_of_it_at_its_place(resealer: Resealing):
    assert resealer.left() == 7
    assert sum(resealer.steps()) == 7
    assert resealer.left() == 0
    new = Vault([NEW])
    assert bodies(resealer.store, new) == [{"number": number} for number in range(1, 6)]
    with resealer.store.read() as database:
        mark = database.execute(select(ownership.c.mark)).scalar_one()
        key = database.execute(select(connection.c.api_key)).scalar_one()
    assert new.open(mark, place(ownership.c.mark, 1)) == "ours"
    assert new.open(key, place(connection.c.api_key, "kept-1")) == "key-1"
    assert sum(resealer.steps()) == 0


def test_stopped_half_way_it_goes_on(resealer: Resealing):
    done = sum(islice(resealer.steps(), 2))
    again = Resealing(resealer.store, Vault(BOTH))
    assert 0 < done < 7
    assert again.left() == 7 - done
    assert sum(again.steps()) == 7 - done
    assert again.left() == 0


def test_what_is_written_between_its_steps_stays(resealer: Resealing):
    new, at = Vault(BOTH), place(snapshot.c.body, 5)
    for _ in resealer.steps():
        with resealer.store.write() as database:
            body = new.seal("written meanwhile", at)
            database.execute(update(snapshot).where(snapshot.c.id == 5).values(body=body))
    assert bodies(resealer.store, Vault([NEW]))[4] == "written meanwhile"
    assert resealer.left() == 0


def test_what_no_key_opens_is_told_and_left_and_holds_up_nothing(resealer: Resealing, log):
    with resealer.store.write() as database:
        strange = former_seal("a secret that is lost", "x")
        database.execute(update(snapshot).where(snapshot.c.id == 1).values(body=strange))
    assert sum(resealer.steps()) == 6
    assert resealer.left() == 1
    assert [(each["event"], each["table"]) for each in log] == [("reseal.shut", "snapshot")]


def test_every_table_that_holds_bytes_is_walked_through():
    names = {columns[0].table.name for columns in sealed_columns()}
    assert {"snapshot", "thing", "backlog", "connection", "deed", "subscription"} <= names
    assert {"inbox", "idempotency", "ownership"} <= names
