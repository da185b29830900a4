from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from connector.store import Store, Vault, WrongSecretKey
from connector.store.tables import snapshot

OLD = "the secret of last year"
NEW = "the secret of this year"

documents = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(documents)
def test_what_was_sealed_comes_back_whole(document: object):
    vault = Vault([OLD])

    assert vault.open(vault.seal(document)) == document


@pytest.mark.parametrize("amount", ["0.10", "1119.60", "12345678901234567890.123456789", "1E+3"])
def test_money_keeps_every_digit(vault: Vault, amount: str):
    opened = vault.open(vault.seal({"amount": Decimal(amount)}))

    assert opened["amount"].as_tuple() == Decimal(amount).as_tuple()


def test_a_sealed_name_cannot_be_read(vault: Vault):
    sealed = vault.seal({"name": "Ada Example"})

    assert b"Ada" not in sealed
    assert b"name" not in sealed


def test_the_same_document_is_never_sealed_alike(vault: Vault):
    assert vault.seal({"status": "Done"}) != vault.seal({"status": "Done"})


def test_another_secret_does_not_open():
    with pytest.raises(WrongSecretKey):
        Vault([NEW]).open(Vault([OLD]).seal("x"))


def test_a_changed_byte_is_noticed(vault: Vault):
    sealed = bytearray(vault.seal({"amount": 1}))
    sealed[-10] ^= 1

    with pytest.raises(WrongSecretKey):
        vault.open(bytes(sealed))


def test_what_the_old_secret_sealed_opens_while_it_is_being_replaced():
    assert Vault([NEW, OLD]).open(Vault([OLD]).seal("x")) == "x"


def test_the_newest_secret_seals():
    assert Vault([NEW]).open(Vault([NEW, OLD]).seal("x")) == "x"


def test_a_vault_does_not_show_its_secrets():
    assert OLD not in repr(vars(Vault([OLD])))


def test_a_stored_snapshot_cannot_be_read_in_the_file(tmp_path: Path, store: Store, vault: Vault):
    sealed = vault.seal({"customer": "Ada Example", "amount": Decimal("1119.60")})
    with store.write() as connection:
        connection.execute(insert(snapshot).values(body=sealed))
    store.close()
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert sealed in written
    assert b"Ada" not in written
    assert b"1119.60" not in written
