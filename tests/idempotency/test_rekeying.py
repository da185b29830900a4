"""Keys that an earlier release has stored in clear find what was done under them, and go."""

import hashlib
import json
from typing import Any

import pytest
from sqlalchemy import select

from connector.idempotency import rekeying
from connector.idempotency.asked import Asked
from connector.idempotency.keys import (
    KEY,
    KEY_LEASE,
    KEYS_KEPT_FOR,
    Done,
    InProgress,
    KeyClaim,
    KeyReused,
    Keys,
    key_text,
)
from connector.idempotency.rekeying import Rekeying
from connector.store import Store, Vault
from connector.store.tables import idempotency
from tests.conftest import SECRETS
from tests.former_seal import former_seal
from tests.stand_ins import HandClock

ANSWER = {"id": "1"}
OWN = "operator", "act"


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rekeying, "AT_ONCE", 2)


@pytest.fixture
def keys(each_store: Store, vault: Vault, clock: HandClock) -> Keys:
    return Keys(each_store, vault, clock)


def keep(store: Store, clock: HandClock, key: str, *, is_done: bool = True) -> None:
    """Store a key as the release before did."""
    digest = hashlib.sha256(json.dumps("asked").encode()).hexdigest()
    with store.write() as database:
        database.execute(
            idempotency.insert().values(
                connection=OWN[0],
                action=OWN[1],
                key=key,
                fingerprint=json.dumps({"what": digest}),
                started_at=clock.now(),
                owner="one of before",
                lease_until=clock.now() + KEY_LEASE,
                done_at=clock.now() if is_done else None,
                answer=former_seal(SECRETS[0], ANSWER) if is_done else None,
            )
        )


def claim(keys: Keys, key: str, vault: Vault, what: Any = "asked") -> KeyClaim | Done:
    return keys.claim(*OWN, key, Asked(vault, {"what": what}))


def stored(store: Store) -> set[str]:
    with store.read() as database:
        return {*database.execute(select(idempotency.c.key)).scalars()}


def mark(vault: Vault, key: str) -> str:
    return vault.mark(KEY, key_text(*OWN, key))


def test_what_was_done_under_a_key_in_clear_is_not_done_again(
    each_store: Store, keys: Keys, vault: Vault, clock: HandClock
):
    for number in range(5):
        keep(each_store, clock, f"order {number}")
    for _ in range(2):
        for number in range(5):
            assert keys.has(*OWN, f"order {number}")
            assert claim(keys, f"order {number}", vault) == Done(ANSWER)
            with pytest.raises(KeyReused, match="another what"):
                claim(keys, f"order {number}", vault, "something else")
        assert sum(Rekeying(each_store, vault).steps()) in (5, 0)
    assert stored(each_store) == {mark(vault, f"order {number}") for number in range(5)}
    with each_store.read() as database:
        kept = database.execute(select(idempotency.c.fingerprint)).scalars().all()
    assert not any(hashlib.sha256(b'"asked"').hexdigest() in each for each in kept)


def test_who_is_doing_something_finds_its_key_when_it_is_done(
    each_store: Store, keys: Keys, vault: Vault, clock: HandClock
):
    keep(each_store, clock, "under way", is_done=False)
    with pytest.raises(InProgress):
        claim(keys, "under way", vault)
    clock.advance(KEY_LEASE)
    taken = claim(keys, "under way", vault)
    assert isinstance(taken, KeyClaim)
    assert taken.was_interrupted
    assert sum(Rekeying(each_store, vault).steps()) == 0
    keys.settle(taken, ANSWER)
    assert claim(keys, "under way", vault) == Done(ANSWER)
    assert sum(Rekeying(each_store, vault).steps()) == 1
    assert claim(keys, "under way", vault) == Done(ANSWER)


def test_a_key_of_the_former_secret_is_found_for_as_long_as_that_stays(
    each_store: Store, keys: Keys, vault: Vault, clock: HandClock
):
    taken = claim(keys, "k", vault)
    assert isinstance(taken, KeyClaim)
    keys.settle(taken, ANSWER)
    both = Vault(["a new secret for tests", *SECRETS])
    assert claim(Keys(each_store, both, clock), "k", both) == Done(ANSWER)
    assert Rekeying(each_store, both).former_until() == clock.now() + KEYS_KEPT_FOR
    assert Rekeying(each_store, vault).former_until() is None


def test_a_digest_that_was_read_in_the_database_is_no_key_for_it(keys: Keys, vault: Vault):
    taken = claim(keys, "k", vault)
    assert isinstance(taken, KeyClaim)
    keys.settle(taken, ANSWER)
    assert not keys.has(*OWN, mark(vault, "k"))
    assert isinstance(claim(keys, mark(vault, "k"), vault), KeyClaim)


def test_neither_a_key_nor_what_was_asked_can_be_guessed_from_what_is_stored(
    each_store: Store, keys: Keys, vault: Vault
):
    claim(keys, "777001", vault)
    with each_store.read() as database:
        row = database.execute(select(idempotency)).one()
    assert "777001" not in str(row)
    for text in ("777001", key_text(*OWN, "777001"), '"asked"'):
        assert hashlib.sha256(text.encode()).hexdigest() not in str(row)
