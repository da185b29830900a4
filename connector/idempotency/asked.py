"""What was asked under an idempotency key, known again by keyed digests of its fields."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import simplejson

from connector.store import Vault
from connector.store.vault import is_mark

FIELD = "asked field"  # what is digested


@dataclass(frozen=True)
class Asked:
    """The fields of a request, by which a repetition is told from another request."""

    vault: Vault = field(repr=False)
    fields: Mapping[str, Any] = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """Return a text that differs when what is asked differs, and tells in which fields."""
        return keyed(self.vault, {name: _plain(self.fields[name]) for name in self.fields})

    def differing(self, kept: str) -> tuple[str, ...]:
        """Return the names of the fields in which a kept fingerprint stands for something else."""
        if not kept.startswith("{"):
            return ()  # kept before fields were told apart: the key alone tells
        known: dict[str, str] = simplejson.loads(kept)
        return tuple(name for name in sorted({*known, *self.fields}) if not self._is(known, name))

    def _is(self, known: Mapping[str, str], name: str) -> bool:
        if name not in known or name not in self.fields:
            return False
        plain = _plain(self.fields[name])
        # earlier releases have stored plain digests
        return known[name] == plain or known[name] in self.vault.marks(FIELD, plain)


def keyed(vault: Vault, digests: Mapping[str, str]) -> str:
    """Return a fingerprint of plain digests, or of some that are keyed already, by their fields."""
    return simplejson.dumps(
        {
            name: each if is_mark(each) else vault.mark(FIELD, each)
            for name, each in sorted(digests.items())
        }
    )


def _plain(value: Any) -> str:
    text = simplejson.dumps(value, sort_keys=True, use_decimal=True)
    return hashlib.sha256(text.encode()).hexdigest()
