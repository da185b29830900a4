import base64
import hashlib
import hmac
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from connector.store import Place, Store, Vault, WrongSecretKey, place
from connector.store.tables import snapshot, subscription, thing
from tests.former_seal import former_seal

OLD = "the secret of last year"
NEW = "the secret of this year"
HERE = place(snapshot.c.body, 1)

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

    assert vault.open(vault.seal(document, HERE), HERE) == document


@pytest.mark.parametrize("amount", ["0.10", "1119.60", "12345678901234567890.123456789", "1E+3"])
def test_money_keeps_every_digit(vault: Vault, amount: str):
    opened = vault.open(vault.seal({"amount": Decimal(amount)}, HERE), HERE)

    assert opened["amount"].as_tuple() == Decimal(amount).as_tuple()


def test_a_sealed_name_cannot_be_read(vault: Vault):
    sealed = vault.seal({"name": "Ada Example"}, HERE)

    assert b"Ada" not in sealed
    assert b"name" not in sealed


def test_the_same_document_is_never_sealed_alike(vault: Vault):
    assert vault.seal({"status": "Done"}, HERE) != vault.seal({"status": "Done"}, HERE)


@pytest.mark.parametrize(
    ("sealed_at", "opened_at"),
    [
        (HERE, place(snapshot.c.body, 2)),
        (place(subscription.c.api_key, "hook_1"), place(subscription.c.target_url, "hook_1")),
        (place(thing.c.row, 1, "23"), place(thing.c.row, 12, "3")),
        (place(thing.c.row, 1, "2"), HERE),
    ],
    ids=["another row", "another column", "another key of two parts", "another table"],
)
def test_what_is_sealed_for_one_place_opens_at_no_other(
    vault: Vault, sealed_at: Place, opened_at: Place
):
    sealed = vault.seal({"name": "Ada Example"}, sealed_at)
    assert vault.open(sealed, sealed_at) == {"name": "Ada Example"}

    with pytest.raises(WrongSecretKey, match="put where something else was"):
        vault.open(sealed, opened_at)


def test_what_earlier_releases_have_sealed_opens_and_is_sealed_for_its_place_anew():
    document = {"amount": Decimal("1119.60")}
    former = former_seal(OLD, document)
    vault = Vault([NEW, OLD])
    assert vault.open(former, HERE) == document

    anew = vault.reseal(former, HERE)
    assert anew.startswith(vault.head)
    assert not former.startswith(vault.head)
    assert Vault([NEW]).open(anew, HERE) == document
    with pytest.raises(WrongSecretKey):
        vault.open(anew, place(snapshot.c.body, 2))
    with pytest.raises(WrongSecretKey):
        Vault([NEW]).open(former, HERE)


def test_what_earlier_releases_have_digested_is_known_again():
    assert Vault([NEW, OLD]).matches("x", _former_digest(OLD, "x"))
    assert _former_digest(OLD, "x") in Vault([NEW, OLD]).digests("x")
    assert not Vault([NEW]).matches("x", _former_digest(OLD, "x"))


def _former_digest(secret: str, value: str) -> str:
    key = hashlib.sha256(b"returngo-connector vault\0" + secret.encode()).digest()
    text = f'"{value}"'.encode()
    return hmac.new(base64.urlsafe_b64encode(key), text, hashlib.sha256).hexdigest()[:16]


def test_another_secret_does_not_open():
    with pytest.raises(WrongSecretKey):
        Vault([NEW]).open(Vault([OLD]).seal("x", HERE), HERE)


def test_a_changed_byte_is_noticed(vault: Vault):
    sealed = bytearray(vault.seal({"amount": 1}, HERE))
    sealed[-10] ^= 1

    with pytest.raises(WrongSecretKey):
        vault.open(bytes(sealed), HERE)


def test_what_the_old_secret_sealed_opens_while_it_is_being_replaced():
    assert Vault([NEW, OLD]).open(Vault([OLD]).seal("x", HERE), HERE) == "x"


def test_the_newest_secret_seals():
    assert Vault([NEW]).open(Vault([NEW, OLD]).seal("x", HERE), HERE) == "x"


def test_a_vault_does_not_show_its_secrets():
    assert OLD not in repr(vars(Vault([OLD])))


def test_a_stored_snapshot_cannot_be_read_in_the_file(tmp_path: Path, store: Store, vault: Vault):
    sealed = vault.seal({"customer": "Ada Example", "amount": Decimal("1119.60")}, HERE)
    with store.write() as connection:
        connection.execute(insert(snapshot).values(body=sealed))
    store.close()
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert sealed in written
    assert b"Ada" not in written
    assert b"1119.60" not in written
