from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from connector.connections import AnotherKey
from connector.connections.ownership import Ownership
from connector.store import Store, Vault, WrongSecretKey
from connector.store.tables import ownership

OURS, THEIRS = "ours", "theirs"


def test_a_database_is_its_first_keys_and_refused_to_another(each_store: Store, vault: Vault):
    for _ in range(2):
        Ownership(each_store, vault, OURS).claim()
    with pytest.raises(AnotherKey, match=r"accept-key.*DATABASE_URL.*connections add"):
        Ownership(each_store, vault, THEIRS).claim()
    Ownership(each_store, vault, OURS).claim()


def test_a_key_that_was_replaced_goes_through_once_told_so(store: Store, vault: Vault):
    Ownership(store, vault, OURS).claim()
    Ownership(store, vault, THEIRS).accept()
    Ownership(store, vault, THEIRS).claim()
    with pytest.raises(AnotherKey):
        Ownership(store, vault, OURS).claim()


def test_a_bridge_without_a_key_may_have_any_and_changes_nothing(store: Store, vault: Vault):
    Ownership(store, vault, None).claim()
    Ownership(store, vault, OURS).claim()
    Ownership(store, vault, None).claim()
    Ownership(store, vault, None).accept()
    with pytest.raises(AnotherKey):
        Ownership(store, vault, THEIRS).claim()


def test_another_secret_opens_nothing_and_overwrites_nothing(store: Store, vault: Vault):
    Ownership(
        store, vault, OURS
    ).check()  # a database that no bridge has claimed holds nothing to open
    Ownership(store, vault, OURS).claim()
    other = Ownership(store, Vault(["another secret for the tests"]), OURS)
    for attempt in (other.claim, other.accept, other.check):
        with pytest.raises(WrongSecretKey, match=r"another SECRET_KEY.*DATABASE_URL"):
            attempt()
    Ownership(store, vault, OURS).check()


def test_a_secret_that_was_replaced_opens_the_mark_when_the_old_one_is_gone(store: Store):
    old, new = "an old secret for the tests", "a new secret for the tests"
    for secrets in ([old], [new, old], [new]):
        Ownership(store, Vault(secrets), OURS).claim()
    with pytest.raises(WrongSecretKey):
        Ownership(store, Vault([old]), OURS).claim()


def test_of_two_that_start_at_once_one_has_the_database(each_store: Store, vault: Vault):
    def started(key_id: str) -> bool:
        try:
            Ownership(each_store, vault, key_id).claim()
        except AnotherKey:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(started, (OURS, THEIRS))) == [False, True]
    with each_store.read() as database:
        assert database.execute(select(func.count()).select_from(ownership)).scalar() == 1


def test_the_name_of_the_key_cannot_be_read(store: Store, vault: Vault):
    Ownership(store, vault, OURS).claim()
    with store.read() as database:
        assert OURS.encode() not in database.execute(select(ownership.c.mark)).scalar_one()
