"""Where the bridge remembers: one schema, in SQLite or PostgreSQL."""

from connector.store.database import Store, StoreBusy, StoreUnavailable
from connector.store.instant import EPOCH, MICROSECOND
from connector.store.migrate import migrate
from connector.store.patience import patience
from connector.store.vault import Vault, WrongSecretKey
from connector.store.watch import Watch

__all__ = [
    "EPOCH",
    "MICROSECOND",
    "Store",
    "StoreBusy",
    "StoreUnavailable",
    "Vault",
    "Watch",
    "WrongSecretKey",
    "migrate",
    "patience",
]
