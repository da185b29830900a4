"""Sealing: what the bridge stores of customers is unreadable without SECRET_KEY."""

import hashlib
import hmac
import os
import re
import zlib
from collections.abc import Sequence
from typing import Any

import simplejson
from cryptography.exceptions import InvalidTag
from cryptography.fernet import InvalidToken

from connector.store.derivation import NAME_BYTES, SecretKeys
from connector.store.place import Place

FORM = b"\x02"  # what earlier releases have sealed begins with a letter
HEAD_BYTES = len(FORM) + NAME_BYTES
# AES-GCM with random nonces: 2^32 values under one key may meet with a chance of 2^-32, and the
# bridge seals some millions a year. Every OpenSSL has it, which is not so of AES-GCM-SIV.
NONCE_BYTES = 12

MARK = re.compile(rf"[0-9a-f]{{{2 * NAME_BYTES}}}:[0-9a-f]{{64}}")


class WrongSecretKey(Exception):
    """None of the secret keys opens what was stored, or it was not sealed for where it stands."""


class Vault:
    """Seals JSON documents for the database; money in them stays exact (Decimal)."""

    def __init__(self, secret_keys: Sequence[str]) -> None:
        """Seal with the first of `secret_keys`; open with any of them."""
        self._keys = [SecretKeys(secret) for secret in secret_keys]

    def seal(self, document: Any, at: Place) -> bytes:
        """Return `document` as bytes that only this vault's keys open, and only at this place."""
        text = simplejson.dumps(document, use_decimal=True, separators=(",", ":"))
        return self._seal(text.encode(), at)

    def open(self, sealed: bytes, at: Place) -> Any:
        """Return the document that was sealed.

        Raises WrongSecretKey when none of the keys fits, or it was sealed for another place.
        """
        return simplejson.loads(self.text(sealed, at), use_decimal=True)

    def text(self, sealed: bytes, at: Place) -> bytes:
        """Return the JSON of the document that was sealed, unread; raises what `open` raises."""
        if sealed[: len(FORM)] != FORM:
            return self._text_of_former_form(sealed)
        name = sealed[len(FORM) : HEAD_BYTES]
        nonce, rest = sealed[HEAD_BYTES:][:NONCE_BYTES], sealed[HEAD_BYTES + NONCE_BYTES :]
        for keys in self._keys:
            if keys.name == name:
                try:
                    return zlib.decompress(keys.cipher.decrypt(nonce, rest, at))
                except (InvalidTag, ValueError) as error:
                    raise WrongSecretKey(
                        "What the bridge has stored was changed, or put where something else was"
                        " sealed: it stays shut. Restore a backup."
                    ) from error
        raise WrongSecretKey(_ANOTHER)

    def reseal(self, sealed: bytes, at: Place) -> bytes:
        """Seal anew, for its place and with the newest key; raises what `open` raises."""
        return self._seal(self.text(sealed, at), at)

    @property
    def head(self) -> bytes:
        """Return how everything begins that is sealed in the newest form, by the newest key."""
        return FORM + self._keys[0].name

    def is_current(self, sealed: bytes | None) -> bool:
        """Whether there is something, sealed in the newest form and by the newest key."""
        return sealed is not None and sealed.startswith(self.head)

    def digest(self, value: Any) -> str:
        """Return what `matches` tells a value again by, and from which nobody reads it."""
        return _digest(self._keys[0].digesting, value)

    def digests(self, value: Any) -> list[str]:
        """Return the digests of a value by each of the keys, the newest first.

        Then follow those that earlier releases have made.
        """
        return [_digest(key, value) for key in self._digesting()]

    def mark(self, purpose: str, text: str) -> str:
        """Return a digest of a text that says by which key it was made, for an exact look-up."""
        return _mark(self._keys[0], purpose, text)

    def marks(self, purpose: str, text: str) -> list[str]:
        """Return the marks of a text by each of the keys, the newest first."""
        return [_mark(keys, purpose, text) for keys in self._keys]

    @property
    def mark_head(self) -> str:
        """Return how each mark begins that the newest key has made."""
        return f"{self._keys[0].name.hex()}:"

    @property
    def is_being_replaced(self) -> bool:
        """Whether there are keys that only open, beside the one that seals."""
        return len(self._keys) > 1

    def is_newest(self, secret: str) -> bool:
        """Whether this is the secret key that seals."""
        return hmac.compare_digest(SecretKeys(secret).former, self._keys[0].former)

    def signing_keys(self, purpose: str) -> list[bytes]:
        """Return keys to sign with for a purpose, one for each secret key, the newest first."""
        return [keys.of(f"sign {purpose}") for keys in self._keys]

    def matches(self, value: Any, digest: str) -> bool:
        """Whether a digest is that of this value, by any of the keys."""
        return any(hmac.compare_digest(_digest(key, value), digest) for key in self._digesting())

    def _digesting(self) -> list[bytes]:
        return [keys.digesting for keys in self._keys] + [keys.former for keys in self._keys]

    def _seal(self, text: bytes, at: Place) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return self.head + nonce + self._keys[0].cipher.encrypt(nonce, zlib.compress(text), at)

    def _text_of_former_form(self, sealed: bytes) -> bytes:
        for keys in self._keys:
            try:
                return zlib.decompress(keys.former_cipher.decrypt(sealed))
            except InvalidToken:
                continue  # another of the keys may fit
        raise WrongSecretKey(_ANOTHER)


_ANOTHER = (
    "What the bridge has stored was sealed with another SECRET_KEY: it stays shut."
    " Put the old one behind the new one, as a comma list."
)


def is_mark(text: str) -> bool:
    """Whether a text has the form of a mark."""
    return MARK.fullmatch(text) is not None


def _mark(keys: SecretKeys, purpose: str, text: str) -> str:
    told = f"{purpose}\0{text}".encode(errors="surrogatepass")
    return f"{keys.name.hex()}:{hmac.new(keys.digesting, told, hashlib.sha256).hexdigest()}"


def _digest(key: bytes, value: Any) -> str:
    text = simplejson.dumps(value, use_decimal=True, sort_keys=True, default=str)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:16]
