"""Keys are derived by the strength of what they are derived from."""

import base64
import hashlib
import secrets
from collections.abc import Callable
from typing import Any

import pytest

from connector.store import Vault, place
from connector.store.derivation import derive, is_strong
from connector.store.tables import snapshot

HERE = place(snapshot.c.body, 1)


@pytest.mark.parametrize(
    "secret",
    [
        lambda: secrets.token_hex(32),
        lambda: secrets.token_urlsafe(32),
        lambda: base64.b64encode(secrets.token_bytes(32)).decode(),
        lambda: secrets.token_hex(64).upper(),
    ],
    ids=["hex", "base64 of an address", "base64", "capital hex"],
)
def test_what_is_random_is_strong(secret: Callable[[], str]):
    assert is_strong(secret())


@pytest.mark.parametrize(
    "secret",
    [
        "a secret only for tests",
        "correct horse battery staple correct horse battery",
        "correcthorsebatterystaplecorrecthorsebatterystaple",
        "a" * 64,
        "0123" * 16,
        "8f3a0ed17cff5acdf94e008a3100d552b44594424f276697c71ef45bdec042",
        "c88gFA8BtSS5E-wGL-kMqNrZQsnRCC1EiSoE-0ZLqw",
        "Passw0rd" * 6,
    ],
)
def test_what_people_make_up_or_is_too_short_is_not(secret: str):
    assert not is_strong(secret)


@pytest.fixture
def slow_derivations(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Those that scrypt makes."""
    made: list[bytes] = []
    scrypt = hashlib.scrypt

    def counted(secret: bytes, **options: Any) -> bytes:
        made.append(scrypt(secret, **options))
        return made[-1]

    monkeypatch.setattr("hashlib.scrypt", counted)
    return made


def test_a_strong_secret_is_derived_quickly_and_a_weak_one_slowly(slow_derivations: list[bytes]):
    weak = f"made up by people, {secrets.token_hex(4)}"
    assert derive(secrets.token_hex(32)) not in slow_derivations
    assert slow_derivations == []
    assert [derive(weak)] == slow_derivations


def test_a_key_is_derived_once_a_process_and_not_for_each_value(slow_derivations: list[bytes]):
    weak = f"made up by people, {secrets.token_hex(4)}"
    for _ in range(3):
        vault = Vault([weak])
        for _ in range(3):
            assert vault.open(vault.seal("x", HERE), HERE) == "x"
            vault.digests("x")
            vault.marks("test", "x")
    assert len(slow_derivations) == 1
