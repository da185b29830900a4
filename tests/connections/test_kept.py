from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from connector.connections import Connection, ConnectionRefused, new_connection
from connector.connections.kept import KeptConnections
from connector.store import Store, Vault, WrongSecretKey
from connector.store.tables import connection
from tests.stand_ins import HandClock

NORTH = new_connection("north-key", ("north.example.com", "north.example.com@Portal"), "North")
SOUTH = new_connection("south-key", ("south.example.com",))


@pytest.fixture
def kept(each_store: Store, vault: Vault, clock: HandClock) -> KeptConnections:
    return KeptConnections(each_store, vault, clock)


def test_what_is_kept_is_found_as_it_was(kept: KeptConnections, clock: HandClock):
    for each in (NORTH, SOUTH):
        kept.add(each)
        clock.advance(timedelta(seconds=1))

    assert kept.all() == [NORTH, SOUTH]
    assert kept.find(SOUTH.id) == SOUTH
    assert SOUTH.label == "south.example.com"
    assert kept.find("kept-0") is None


def test_the_key_is_sealed(kept: KeptConnections, each_store: Store, clock: HandClock):
    kept.add(NORTH)
    with each_store.read() as database:
        row = database.execute(select(connection)).one()

    assert NORTH.api_key not in str(row)
    with pytest.raises(WrongSecretKey):
        KeptConnections(each_store, Vault(["another secret for tests"]), clock).all()


@pytest.mark.parametrize(
    ("other", "word"),
    [
        (new_connection("north-key", ("else.example.com",)), "key"),
        (new_connection("other-key", ("else.example.com",), "North"), "name"),
    ],
)
def test_a_key_or_a_name_is_kept_once(
    kept: KeptConnections, clock: HandClock, other: Connection, word: str
):
    kept.add(NORTH)
    clock.advance(timedelta(seconds=1))
    kept.add(SOUTH)

    with pytest.raises(ConnectionRefused, match=f"'North' has this {word} already"):
        kept.add(other)
    with pytest.raises(ConnectionRefused, match=word):
        kept.change(replace(other, id=SOUTH.id))
    assert kept.all() == [NORTH, SOUTH]


def test_a_connection_changes_and_keeps_its_id(kept: KeptConnections):
    kept.add(NORTH)
    changed = replace(NORTH, api_key="newer-key", shops=("north.example.com",), label="Far north")
    kept.change(changed)

    assert kept.all() == [changed]


def test_a_removed_one_is_gone(kept: KeptConnections):
    kept.add(NORTH)
    kept.remove(NORTH.id)

    assert kept.all() == []
    kept.add(NORTH)


def test_a_key_that_no_header_could_carry_is_refused():
    with pytest.raises(ConnectionRefused, match="no spaces") as error:
        new_connection("planted key", ("north.example.com",))
    assert "planted" not in str(error.value)
