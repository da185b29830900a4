"""Sealing as the releases up to 0013 did: with Fernet, for no place."""

import base64
import hashlib
import zlib
from typing import Any

import simplejson
from cryptography.fernet import Fernet


def former_seal(secret: str, document: Any) -> bytes:
    """Return what an earlier release has stored."""
    digest = hashlib.sha256(b"returngo-connector vault\0" + secret.encode()).digest()
    text = simplejson.dumps(document, use_decimal=True, separators=(",", ":"))
    cipher = Fernet(base64.urlsafe_b64encode(digest))
    return cipher.encrypt(zlib.compress(text.encode()))
