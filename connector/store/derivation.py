"""Deriving keys from SECRET_KEY: quickly from a random one, slowly from one that people made up."""

import base64
import hashlib
import re
from functools import cached_property, lru_cache

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

KEY_BYTES = 32
NAME_BYTES = 4  # of a key: enough to tell a handful apart
# One salt for all: the key has to be there before the database is open. It keeps tables that were
# made for other software from fitting.
SALT = b"returngo-connector vault 2"
# A guess costs 32 MB and three rounds, as OWASP advises where 128 MB a process are too many.
ROUNDS, BLOCKS, LANES = 2**15, 8, 3
MEMORY = 64 * 2**20  # bytes, that OpenSSL may take for it

HEX = re.compile(r"[0-9a-fA-F]{64,}")
BASE64 = re.compile(r"[0-9A-Za-z+/_-]{43,}={0,2}")
# Fewer different signs come up in one of 10^6 random secrets.
LEAST_OF_HEX, LEAST_OF_BASE64 = 9, 20


def is_strong(secret: str) -> bool:
    """Whether a secret has the form of 32 random bytes or more, as hex digits or as base64.

    Base64 has to mix capitals, small letters and digits, which words without spaces do not.
    """
    if HEX.fullmatch(secret):
        return len(set(secret.lower())) >= LEAST_OF_HEX
    mixes = all(re.search(each, secret) for each in ("[A-Z]", "[a-z]", "[0-9]"))
    return bool(BASE64.fullmatch(secret)) and mixes and len(set(secret)) >= LEAST_OF_BASE64


@lru_cache(maxsize=16)
def derive(secret: str) -> bytes:
    """Return the 32 bytes that all keys of a secret are made of; made once a process."""
    if is_strong(secret):
        return HKDF(SHA256(), KEY_BYTES, SALT, b"SECRET_KEY").derive(secret.encode())
    return hashlib.scrypt(
        secret.encode(), salt=SALT, n=ROUNDS, r=BLOCKS, p=LANES, maxmem=MEMORY, dklen=KEY_BYTES
    )


class SecretKeys:
    """The keys of one SECRET_KEY, each made when it is first needed."""

    def __init__(self, secret: str) -> None:
        def master() -> bytes:
            return derive(secret)

        self._master = master  # not the secret itself, which a trace could show
        self.former = _former(secret)

    def of(self, purpose: str) -> bytes:
        """Return the key of 32 bytes for a purpose."""
        return HKDFExpand(SHA256(), KEY_BYTES, purpose.encode()).derive(self._master())

    @cached_property
    def name(self) -> bytes:
        """Return what tells these keys from those of another secret, and nothing else of them."""
        return self.of("name")[:NAME_BYTES]

    @cached_property
    def cipher(self) -> AESGCM:
        """Return what seals."""
        return AESGCM(self.of("seal"))

    @cached_property
    def digesting(self) -> bytes:
        """Return the key of digests by which a value is known again."""
        return self.of("digest")

    @cached_property
    def former_cipher(self) -> Fernet:
        """Return what has sealed in earlier releases."""
        return Fernet(self.former)


def _former(secret: str) -> bytes:
    """Make the key of earlier releases, a plain digest of the secret."""
    digest = hashlib.sha256(b"returngo-connector vault\0" + secret.encode()).digest()
    return base64.urlsafe_b64encode(digest)
