"""Ownership: whose a database is, so that no bridge shows the returns of another merchant's key.

The database keeps a mark: the name of the settings' key, sealed. To open it shows that SECRET_KEY
is the one that has sealed what is stored.
"""

from sqlalchemy import select, update

from connector.store import Store, Vault, WrongSecretKey, place
from connector.store.tables import ownership

ONLY = 1  # the row
MARK = place(ownership.c.mark, ONLY)


class AnotherKey(Exception):
    """The settings have another ReturnGO key than the one with which the database was filled."""


class Ownership:
    """Knows whose a database is. Each method raises StoreUnavailable and WrongSecretKey.

    `key_id` names the key of the settings; None where they have none, and any database will do.
    """

    def __init__(self, store: Store, vault: Vault, key_id: str | None) -> None:
        self._store = store
        self._vault = vault
        self._key_id = key_id

    def claim(self) -> None:
        """Take the database for this bridge, whose it is from the first time on.

        Raises AnotherKey where it was filled with another key of the settings.
        """
        owner = self._owner(self._mark() or self._make())
        if self._key_id is not None and owner not in (None, self._key_id):
            raise AnotherKey(
                "RETURNGO_API_KEY is another key than the one that this database was filled with."
                " If ReturnGO gave the same merchant a new key, say so once: python -m connector"
                " connections accept-key. If it is another merchant's, give it a database of its"
                " own (DATABASE_URL), or keep it beside the first: python -m connector connections"
                " add."
            )
        is_first_key = owner is None and self._key_id is not None
        if is_first_key or self._vault.is_being_replaced:
            self.accept()

    def accept(self) -> None:
        """Take it that the settings' key is from now on the one that the database is filled with.

        The mark is sealed with the newest SECRET_KEY.
        """
        found = self._owner(self._mark() or self._make())
        mark = self._vault.seal(self._key_id or found, MARK)
        with self._store.write() as database:
            database.execute(update(ownership).values(mark=mark))

    def check(self) -> None:
        """See that SECRET_KEY opens the mark, if the database has one yet."""
        mark = self._mark()
        if mark is not None:
            self._owner(mark)

    def _owner(self, mark: bytes) -> str | None:
        try:
            owner: str | None = self._vault.open(mark, MARK)
        except WrongSecretKey as error:
            raise WrongSecretKey(
                f"{error} If the database is another bridge's, name one of your own (DATABASE_URL)."
            ) from error
        return owner

    def _mark(self) -> bytes | None:
        with self._store.read() as database:
            mark: bytes | None = database.execute(select(ownership.c.mark)).scalar()
        return mark

    def _make(self) -> bytes:
        """Mark the database, unless another process is quicker; return the mark that stands."""
        with self._store.write() as database:
            database.execute(
                self._store.insert(ownership)
                .values(id=ONLY, mark=self._vault.seal(self._key_id, MARK))
                .on_conflict_do_nothing()
            )
            mark: bytes = database.execute(select(ownership.c.mark)).scalar_one()
        return mark
