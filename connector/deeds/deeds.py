"""Recording deeds, and finding them again."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import RowMapping, bindparam, func, or_, select, update

from connector.clock import MAX_CLOCK_SKEW, Clock
from connector.deeds.deed import Deed, Details, Doer, Outcome
from connector.store import Place, Store, StoreUnavailable, Vault, place
from connector.store.tables import deed

DEEDS_KEPT_FOR = timedelta(days=90)
DETAILS_KEPT_FOR = timedelta(days=7)  # as long as an idempotency key keeps its answer
MOST_BYTES = 64 * 1024  # of details, sealed: a list of everything is no deed
LEFT_OUT = "It is too long to be kept here."
# All but what is searched, and the details, which are many times as long as the rest.
SHOWN = (
    *(column for column in deed.c if column.name not in ("details", "searched")),
    deed.c.details.is_not(None).label("has_details"),
)

_BEGUN = (deed.c.name, deed.c.about, deed.c.doer, deed.c.details)
_OF_ONE = deed.c.connection == bindparam("of")
LAST = select(
    select(func.max(deed.c.id)).where(_OF_ONE).scalar_subquery(),
    select(deed.c.id)
    .where(_OF_ONE, deed.c.ended_at.is_(None), deed.c.began_at > bindparam("since"))
    .exists(),
)

log = structlog.get_logger()


class Deeds:
    """Records deeds. Every method raises StoreUnavailable, unless it says otherwise."""

    def __init__(self, store: Store, vault: Vault, clock: Clock) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock

    def begin(
        self,
        doer: Doer,
        name: str,
        *,
        connection: str,
        shop: str | None = None,
        about: str = "",
        key: str | None = None,
        asked: Mapping[str, Any] | None = None,
    ) -> int:
        """Record that something is about to be done, and return the deed's id.

        What cannot be recorded is not done: so it is called before.
        """
        details = None
        if asked is not None:
            details = {"key": key, "asked": {**asked}, "answer": None, "sentence": None}
        return self._insert(
            doer,
            name,
            connection=connection,
            shop=shop,
            about=about,
            began_at=self._clock.now(),
            outcome=Outcome.BEGUN,
            details=details,
        )

    def end(
        self,
        deed_id: int,
        outcome: Outcome,
        *,
        answer: Any = None,
        sentence: str | None = None,
        about: str | None = None,
        returngo_ids: Sequence[str] = (),
    ) -> None:
        """Record what came of a deed; `about` says more exactly what it was about.

        It raises nothing: what is done is done, whether that can be written down or not.
        """
        try:
            with self._store.write() as database:
                which = deed.c.id == deed_id
                begun = database.execute(select(*_BEGUN).where(which)).one()
                about = begun.about if about is None else about
                returngo = ",".join(returngo_ids)
                values: dict[str, Any] = {
                    "ended_at": self._clock.now(),
                    "outcome": outcome,
                    "about": about,
                    "returngo_ids": returngo,
                    "searched": _searched(begun.name, about, begun.doer, returngo),
                }
                if begun.details is not None:
                    known = self._vault.open(begun.details, _details_of(deed_id))
                    if outcome is Outcome.REPEATED:
                        known["asked"] = {}  # the first deed has it, as long as it is to be kept
                    said = {"answer": answer, "sentence": sentence or known["sentence"]}
                    values["details"] = self._seal({**known, **said}, deed_id)
                database.execute(update(deed).where(which).values(values))
        except Exception as error:
            log.exception("deeds.not_ended", deed=deed_id, outcome=outcome, reason=str(error))

    def note(self, doer: Doer, name: str, *, connection: str, about: str = "") -> None:
        """Record something that has just been done at the bridge itself. It raises nothing."""
        now = self._clock.now()
        try:
            self._insert(
                doer,
                name,
                connection=connection,
                about=about,
                began_at=now,
                ended_at=now,
                outcome=Outcome.DONE,
            )
        except StoreUnavailable as error:
            log.exception("deeds.not_noted", deed=name, about=about, reason=str(error))

    def newest(
        self,
        *,
        connections: Collection[str] | None = None,
        outcome: Outcome | None = None,
        words: str = "",
        before: int | None = None,
        limit: int = 50,
    ) -> list[Deed]:
        """List deeds, the newest first: of some connections, with an outcome, begun before one.

        Each of the `words` must stand in a deed's name, in what it is about or in who did it, or
        be one of the names of its requests.
        """
        wanted = select(*SHOWN).order_by(deed.c.id.desc()).limit(limit)
        if connections is not None:
            wanted = wanted.where(deed.c.connection.in_(connections))
        if outcome is not None:
            wanted = wanted.where(deed.c.outcome == outcome)
        if before is not None:
            wanted = wanted.where(deed.c.id < before)
        for word in words.split():
            found = deed.c.searched.contains(word.lower(), autoescape=True)
            wanted = wanted.where(or_(found, deed.c.request_id == word))
        with self._store.read() as database:
            return [_read(row) for row in database.execute(wanted).mappings()]

    def last(self, connection: str) -> int | None:
        """Return the id of a connection's last deed, 0 where there is none, None while one is done.

        A deed that says nothing of its end, because its process died, counts as one that is being
        done for as long as clocks may be apart.
        """
        named = {"of": connection, "since": self._clock.now() - MAX_CLOCK_SKEW}
        with self._store.read() as database:
            last, is_begun = database.execute(LAST, named).one()
        return None if is_begun else last or 0

    def find(self, deed_id: int) -> Deed | None:
        """Find one by its id."""
        with self._store.read() as database:
            wanted = select(*SHOWN).where(deed.c.id == deed_id)
            found = database.execute(wanted).mappings().first()
        return None if found is None else _read(found)

    def details(self, deed_id: int) -> Details | None:
        """Open what was sent and answered, as long as that is kept. Raises WrongSecretKey, too."""
        with self._store.read() as database:
            sealed = database.execute(select(deed.c.details).where(deed.c.id == deed_id)).scalar()
        return None if sealed is None else Details(**self._vault.open(sealed, _details_of(deed_id)))

    def _insert(
        self,
        doer: Doer,
        name: str,
        *,
        about: str,
        details: Mapping[str, Any] | None = None,
        **values: Any,
    ) -> int:
        begun = deed.insert().values(
            doer=doer.name,
            request_id=doer.request_id,
            name=name,
            about=about,
            returngo_ids="",
            searched=_searched(name, about, doer.name),
            **values,
        )
        with self._store.write() as database:
            if details is not None:
                deed_id = self._store.next_id(database, deed)
                begun = begun.values(id=deed_id, details=self._seal(details, deed_id))
            return int(database.execute(begun.returning(deed.c.id)).scalar_one())

    def _seal(self, details: Mapping[str, Any], deed_id: int) -> bytes:
        at = _details_of(deed_id)
        sealed = self._vault.seal(details, at)
        if len(sealed) <= MOST_BYTES:
            return sealed
        return self._vault.seal(
            {**details, "asked": {}, "answer": None, "sentence": details["sentence"] or LEFT_OUT},
            at,
        )


def _details_of(deed_id: int) -> Place:
    return place(deed.c.details, deed_id)


def _searched(*texts: str) -> str:
    """Return what words are looked for in: a line feed between texts is no part of a word."""
    return "\n".join(texts).lower()


def _read(row: RowMapping) -> Deed:
    return Deed(
        id=row["id"],
        connection=row["connection"],
        began_at=row["began_at"],
        ended_at=row["ended_at"],
        doer=row["doer"],
        request_id=row["request_id"],
        name=row["name"],
        shop=row["shop"],
        about=row["about"],
        outcome=Outcome(row["outcome"]),
        returngo_ids=tuple(row["returngo_ids"].split(",")) if row["returngo_ids"] else (),
        has_details=row["has_details"],
    )
