"""Where the bridge remembers: one schema, in SQLite or PostgreSQL.

A lease on a row is the right to do what the row stands for, until a time. Where no lease holds, a
process takes one in a single transaction: it writes the name of an owner, made up for this lease
alone, and until when it holds; what a dead process holds ends by itself then. Every later write is
fenced: its condition names the owner, so a process that stalled past its lease touches nothing of
the next owner's. Streams, idempotency keys and deliveries are leased so, each in columns of its own
and for as long as its work needs. An end that lies too far ahead was written by a wrong clock, and
is not waited for.
"""

from connector.store.database import Store, StoreBusy, StoreUnavailable
from connector.store.instant import EPOCH, MICROSECOND
from connector.store.migrate import migrate
from connector.store.patience import patience
from connector.store.place import Place, place
from connector.store.vault import Vault, WrongSecretKey
from connector.store.watch import Watch

__all__ = [
    "EPOCH",
    "MICROSECOND",
    "Place",
    "Store",
    "StoreBusy",
    "StoreUnavailable",
    "Vault",
    "Watch",
    "WrongSecretKey",
    "migrate",
    "patience",
    "place",
]
