"""Sealing: what the bridge stores of customers is unreadable without SECRET_KEY."""

import base64
import hashlib
import hmac
import zlib
from collections.abc import Sequence
from typing import Any

import simplejson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class WrongSecretKey(Exception):
    """None of the secret keys opens what was stored."""


class Vault:
    """Seals JSON documents for the database; money in them stays exact (Decimal)."""

    def __init__(self, secret_keys: Sequence[str]) -> None:
        """Seal with the first of `secret_keys`; open with any of them."""
        keys = [_derive(secret) for secret in secret_keys]
        self._keys = keys
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, document: Any) -> bytes:
        """Return `document` as bytes that only this vault's keys open."""
        text = simplejson.dumps(document, use_decimal=True, separators=(",", ":"))
        return self._fernet.encrypt(zlib.compress(text.encode()))

    def open(self, sealed: bytes) -> Any:
        """Return the document that was sealed.

        Raises WrongSecretKey when none of the keys fits.
        """
        return simplejson.loads(self.text(sealed), use_decimal=True)

    def text(self, sealed: bytes) -> bytes:
        """Return the JSON of the document that was sealed, unread; raises what `open` raises."""
        try:
            return zlib.decompress(self._fernet.decrypt(sealed))
        except InvalidToken as error:
            raise WrongSecretKey(
                "What the bridge has stored was sealed with another SECRET_KEY: it stays shut."
                " Put the old one behind the new one, as a comma list."
            ) from error

    def digest(self, value: Any) -> str:
        """Return what `matches` tells a value again by, and from which nobody reads it."""
        return _digest(self._keys[0], value)

    def digests(self, value: Any) -> list[str]:
        """Return the digests of a value by each of the keys, the newest first."""
        return [_digest(key, value) for key in self._keys]

    @property
    def is_being_replaced(self) -> bool:
        """Whether there are keys that only open, beside the one that seals."""
        return len(self._keys) > 1

    def is_newest(self, secret: str) -> bool:
        """Whether this is the secret key that seals."""
        return hmac.compare_digest(_derive(secret), self._keys[0])

    def signing_keys(self, purpose: str) -> list[bytes]:
        """Return keys to sign with for a purpose, one for each secret key, the newest first."""
        return [hmac.new(key, purpose.encode(), hashlib.sha256).digest() for key in self._keys]

    def matches(self, value: Any, digest: str) -> bool:
        """Whether a digest is that of this value, by any of the keys."""
        return any(hmac.compare_digest(_digest(key, value), digest) for key in self._keys)


def _digest(key: bytes, value: Any) -> str:
    text = simplejson.dumps(value, use_decimal=True, sort_keys=True, default=str)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:16]


def _derive(secret: str) -> bytes:
    """Make a Fernet key of a secret of any length."""
    digest = hashlib.sha256(b"returngo-connector vault\0" + secret.encode()).digest()
    return base64.urlsafe_b64encode(digest)
