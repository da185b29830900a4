"""Subscriptions: who wants to be told of which events, and where."""

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, RowMapping, and_, or_, select, update
from sqlalchemy import Connection as Database

from connector.clock import Clock
from connector.connections import Connection, NotRecognised
from connector.connections.connections import OPERATOR
from connector.delivery.hooks.subscription import NoSuchHook, Secret, Subscribed, Subscription
from connector.delivery.hooks.wish import Wish
from connector.delivery.http.signature import new_secret
from connector.delivery.queue import hosts
from connector.delivery.queue.ending import IS_ACTIVE, end
from connector.delivery.queue.resting import wake
from connector.feed import allocate_positions
from connector.idempotency import KeyReused
from connector.store import Store, Vault, place
from connector.store.instant import EPOCH
from connector.store.tables import fanout, subscription, target_host, token

SECRET_OVERLAP = timedelta(hours=24)  # for which a secret that was replaced still signs
KEY = "idempotency key of a hook"  # what is digested

HOOK_ID = re.compile(r"hook_[0-9a-f]{32}")


class Subscriptions:
    """Keeps subscriptions. Addresses, secrets, keys and filters are sealed."""

    def __init__(self, store: Store, vault: Vault, clock: Clock) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock

    def add(self, connection: Connection, wish: Wish) -> Subscribed:
        """Subscribe to what is recorded from now on, unless the owner has just that hook already.

        Raises KeyReused where the wish's key stands for another hook that is still there, and
        NotRecognised where the owner's token was revoked meanwhile: its hooks have ended.
        """
        hook_id = f"hook_{uuid.uuid4().hex}"
        now = self._clock.now()
        told = {
            "target_url": wish.target_url,
            **({"filters": dict(wish.filters)} if wish.filters else {}),
            **({"api_key": connection.api_key} if connection.brings_key else {}),
        }
        sealed = {
            name: self._vault.seal(value, place(subscription.c[name], hook_id))
            for name, value in told.items()
        }
        keys = self._marks(connection.id, wish)
        with self._store.write() as database:
            _check_owner(database, wish.owner)
            # No number is drawn until this is committed: what is recorded then, fan-out sees it.
            # Nor does anybody else subscribe meanwhile: of two who wish the same, one finds it.
            since = allocate_positions(self._store, database, connection.id, 0, now).last
            if (found := self._granted(database, connection.id, wish, keys)) is not None:
                wake(database, {found.id})
                return Subscribed(replace(found, rests_since=None), is_new=False)
            database.execute(
                self._store.insert(fanout)
                .values(connection=connection.id, seq=since)
                .on_conflict_do_nothing()
            )
            database.execute(
                self._store.insert(target_host)
                .values(host=wish.host, paced_until=EPOCH, claimed_at=EPOCH)
                .on_conflict_do_nothing()
            )
            database.execute(
                subscription.insert().values(
                    id=hook_id,
                    connection=connection.id,
                    trigger=wish.trigger,
                    shop=wish.shop,
                    filters=sealed.get("filters"),
                    host=wish.host,
                    target_url=sealed["target_url"],
                    secrets=self._seal([Secret(new_secret())], hook_id),
                    api_key=sealed.get("api_key"),
                    is_ordered=wish.is_ordered,
                    since_seq=since,
                    created_at=now,
                    owner=wish.owner,
                    idempotency_key=keys[0] if keys else None,
                )
            )
        return Subscribed(self.find(connection.id, hook_id), is_new=True)

    def _marks(self, connection_id: str, wish: Wish) -> list[str]:
        """Return what a wish's key may be stored as: one key is another for another owner."""
        if wish.idempotency_key is None:
            return []
        return self._vault.marks(KEY, f"{connection_id}\0{wish.owner}\0{wish.idempotency_key}")

    def _granted(
        self, database: Database, connection_id: str, wish: Wish, keys: Sequence[str]
    ) -> Subscription | None:
        """Find the active hook that is just what is wished for. Raises KeyReused."""
        alike = and_(
            *(
                subscription.c[name].is_not_distinct_from(getattr(wish, name))
                for name in ("trigger", "shop", "host", "is_ordered")
            )
        )
        rows = database.execute(
            select(subscription)
            .where(subscription.c.connection == connection_id, IS_ACTIVE)
            .where(subscription.c.owner.is_not_distinct_from(wish.owner))
            .where(or_(alike, subscription.c.idempotency_key.in_(keys)))
            .order_by(subscription.c.created_at, subscription.c.id)
        )
        hooks = [self._read(row) for row in rows.mappings()]
        for each in hooks:
            if each.idempotency_key in keys and (fields := wish.differing(each)):
                raise KeyReused(fields)
        return next((each for each in hooks if not wish.differing(each)), None)

    def all(self, connection_id: str) -> list[Subscription]:
        """List a connection's, the oldest first."""
        with self._store.read() as database:
            rows = database.execute(
                select(subscription)
                .where(subscription.c.connection == connection_id, IS_ACTIVE)
                .order_by(subscription.c.created_at, subscription.c.id)
            )
            return [self._read(row) for row in rows.mappings()]

    def find(self, connection_id: str, hook_id: str) -> Subscription:
        """Find one of a connection's. Raises NoSuchHook."""
        with self._store.read() as database:
            row = database.execute(select(subscription).where(*_is(connection_id, hook_id)))
            found = row.mappings().first()
        if found is None:
            raise NoSuchHook("There is no such hook.")
        return self._read(found)

    def of(self, hook_ids: Iterable[str]) -> dict[str, Subscription]:
        """Find several, of whatever connection, as far as they have not ended."""
        with self._store.read() as database:
            rows = database.execute(
                select(subscription).where(subscription.c.id.in_(set(hook_ids)), IS_ACTIVE)
            )
            return {row["id"]: self._read(row) for row in rows.mappings()}

    def end(self, connection_id: str, hook_id: str) -> None:
        """Unsubscribe: nothing more is sent. Raises NoSuchHook."""
        host = self.find(connection_id, hook_id).host
        with self._store.write() as database:
            hosts.lock(database, {host})
            end(database, hook_id, self._clock.now(), "unsubscribed")

    def wake(self, connection_id: str, hook_id: str) -> Subscription:
        """Have a hook sent to again that rests. Raises NoSuchHook."""
        found = self.find(connection_id, hook_id)
        with self._store.write() as database:
            wake(database, {found.id})
        return self.find(connection_id, hook_id)

    def end_owned(self, database: Database, owner: str) -> None:
        """End all that a token has made, in the caller's transaction."""
        found = database.execute(
            select(subscription.c.id, subscription.c.host)
            .where(subscription.c.owner == owner, IS_ACTIVE)
            .order_by(subscription.c.id)
        ).all()
        hosts.lock(database, {host for _, host in found})
        for hook_id, _ in found:
            end(database, hook_id, self._clock.now(), "its token was revoked")

    def rotate(self, connection_id: str, hook_id: str) -> Subscription:
        """Put a new secret before the others, which sign for another day. Raises NoSuchHook."""
        now = self._clock.now()
        which = _is(connection_id, hook_id)
        with self._store.write() as database:
            found = select(subscription.c.secrets).where(*which).with_for_update()
            sealed = database.execute(found).scalar()
            if sealed is not None:
                old = [
                    Secret(each.text, each.until or now + SECRET_OVERLAP)
                    for each in self._open(sealed, hook_id)
                    if each.until is None or each.until > now
                ]
                secrets = self._seal([Secret(new_secret()), *old], hook_id)
                database.execute(update(subscription).where(*which).values(secrets=secrets))
        return self.find(connection_id, hook_id)

    def _seal(self, secrets: Sequence[Secret], hook_id: str) -> bytes:
        return self._vault.seal(
            [[each.text, each.until and each.until.isoformat()] for each in secrets],
            place(subscription.c.secrets, hook_id),
        )

    def _open(self, sealed: bytes, hook_id: str) -> tuple[Secret, ...]:
        return tuple(
            Secret(text, until and datetime.fromisoformat(until))
            for text, until in self._vault.open(sealed, place(subscription.c.secrets, hook_id))
        )

    def _read(self, row: RowMapping) -> Subscription:
        sealed = {name: row[name] for name in ("filters", "target_url", "api_key")}
        opened = {
            name: None
            if value is None
            else self._vault.open(value, place(subscription.c[name], row["id"]))
            for name, value in sealed.items()
        }
        plain = {name: row[name] for name in Subscription.__dataclass_fields__}
        return Subscription(
            **{
                **plain,
                **opened,
                "filters": opened["filters"] or {},
                "secrets": self._open(row["secrets"], row["id"]),
            }
        )


def _check_owner(database: Database, owner: str | None) -> None:
    """See that a token is still there, and have its revocation wait for what it makes."""
    if owner in (None, OPERATOR):
        return
    which = select(token.c.id).where(token.c.id == owner).with_for_update(read=True)
    if database.execute(which).first() is None:
        raise NotRecognised("The bridge token was revoked.")


def _is(connection_id: str, hook_id: str) -> tuple[ColumnElement[bool], ...]:
    # what cannot be an id may hold what a database refuses
    known = hook_id if HOOK_ID.fullmatch(hook_id) else ""
    return (
        subscription.c.connection == connection_id,
        subscription.c.id == known,
        IS_ACTIVE,
    )
