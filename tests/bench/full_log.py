"""A log of many events of many shops, made from a few that a bridge has really recorded."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection as Database
from sqlalchemy import select, text, update

from connector.blocks import Trigger
from connector.feed.log.sieve import Sieves
from connector.store import Store, Vault
from connector.store.tables import event, facet, interest, sequence, sieve, stream

SPAN = timedelta(hours=5)
MICROSECOND = timedelta(microseconds=1)
SERIES = {
    "sqlite": "(WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {last})"
    " SELECT i FROM n)",
    "postgresql": "(SELECT generate_series(0, CAST({last} AS bigint)) AS i)",
}
COPIED = (
    "kind, resource_id, part, status, previous, occurred_at, dated_by, days, since, found_at,"
    " snapshot_id"
)


def shops_named(count: int) -> list[str]:
    """Return the names of so many shops; the first is one that the simulated ReturnGO has."""
    return ["demo.myshopify.com", *(f"shop-{number}.example.com" for number in range(1, count))]


def fill(store: Store, vault: Vault, shops: list[str], trigger: Trigger, events: int) -> None:
    """Give each shop the streams of the first, read just now, and so many events in all.

    They repeat those of the trigger that are there, by turns, but for the first. They are recorded
    within the last hours, and noted as the trigger's sieve would have noted them.
    """
    now = datetime.now(UTC)
    sieves = Sieves(store, vault)
    with store.read() as database:
        streams = database.execute(select(stream.c.id)).scalars().all()
    for each in streams:
        sieves.look_through(trigger, each)
    sieves.close()
    with store.write() as database:
        _spread(database, shops)
        database.execute(update(stream).values(fresh_at=now))
        _repeat(database, store.engine.dialect.name, trigger, events, now)
    with store.write() as database:
        database.execute(text("ANALYZE"))


def _spread(database: Database, shops: list[str]) -> None:
    """Give each other shop what the first one's streams have, and drop what there was before."""
    own = select(stream.c.id).where(stream.c.shop == shops[0])
    others = select(sieve.c.id).where(sieve.c.stream_id.not_in(own))
    database.execute(facet.delete().where(facet.c.sieve_id.in_(others)))
    for table in (sieve, event, interest):
        database.execute(table.delete().where(table.c.stream_id.not_in(own)))
    for row in database.execute(select(stream).where(stream.c.shop == shops[0])).mappings().all():
        asked = database.execute(select(interest).where(interest.c.stream_id == row["id"]))
        wanted = asked.mappings().all()
        for shop in shops[1:]:
            values: dict[str, Any] = {**row, "shop": shop}
            del values["id"]
            of_shop = stream.c.shop == shop, stream.c.resource == row["resource"]
            database.execute(stream.delete().where(*of_shop))
            made = database.execute(stream.insert().values(values).returning(stream.c.id))
            stream_id = made.scalar_one()
            for each in wanted:
                database.execute(interest.insert().values({**each, "stream_id": stream_id}))


def _repeat(database: Database, dialect: str, trigger: Trigger, events: int, now: datetime) -> None:
    database.execute(
        text(
            "CREATE TEMPORARY TABLE model AS SELECT row_number() OVER (ORDER BY e.id) - 1 AS place,"
            f" s.resource, e.key, e.id AS event_id, {_of('e')}"
            " FROM event e JOIN stream s ON s.id = e.stream_id"
            f" WHERE e.kind = '{trigger.takes}'"
            f" AND e.seq > (SELECT min(seq) FROM event WHERE kind = '{trigger.takes}')"
        )
    )
    database.execute(
        text(
            "CREATE TEMPORARY TABLE shop_of AS SELECT id AS stream_id, resource,"
            " row_number() OVER (PARTITION BY resource ORDER BY id) - 1 AS place FROM stream"
        )
    )
    models = database.execute(text("SELECT count(*) FROM model")).scalar_one()
    shops = database.execute(text("SELECT max(place) + 1 FROM shop_of")).scalar_one()
    last = database.execute(select(sequence.c.last_seq)).scalar_one()
    each = SPAN // MICROSECOND // events
    began = int(now.timestamp() * 1_000_000) - each * events
    series = SERIES[dialect].format(last=events - 1)
    database.execute(
        text(
            f"INSERT INTO event (stream_id, key, seq, recorded_at, {COPIED})"
            f" SELECT p.stream_id, m.key || ':' || n.i, {last + 1} + n.i, {began} + {each} * n.i,"
            f" {_of('m')}"
            f" FROM {series} AS n JOIN model m ON m.place = n.i % {models}"
            f" JOIN shop_of p ON p.place = (n.i / {models}) % {shops} AND p.resource = m.resource"
        )
    )
    _note(database, trigger, last, events, models)
    database.execute(update(sequence).values(last_seq=last + events))
    for name in ("model", "shop_of"):
        database.execute(text(f"DROP TABLE {name}"))


def _note(database: Database, trigger: Trigger, last: int, events: int, models: int) -> None:
    """Have each stream's sieve know of the new events what it knows of those that they repeat."""
    known = database.execute(select(sieve).where(sieve.c.trigger == trigger.key)).mappings().first()
    if known is None:
        return  # none of the trigger's events has a filter
    streams = database.execute(
        select(stream.c.id).where(stream.c.resource == trigger.takes.resource)
    )
    for stream_id in streams.scalars().all():
        if stream_id != known["stream_id"]:
            values = {**known, "stream_id": stream_id}
            del values["id"]
            database.execute(sieve.insert().values(values))
    database.execute(update(sieve).values(until=last + events))
    database.execute(
        text(
            "INSERT INTO facet (sieve_id, digest, seq, event_id)"
            f" SELECT s.id, f.digest, e.seq, e.id FROM event e"
            f" JOIN model m ON m.place = (e.seq - {last + 1}) % {models}"
            " JOIN facet f ON f.event_id = m.event_id"
            f" JOIN sieve s ON s.stream_id = e.stream_id AND s.trigger = '{trigger.key}'"
            f" WHERE e.seq > {last}"
        )
    )


def _of(table: str) -> str:
    """Write the columns that are copied, of a table."""
    return ", ".join(f"{table}.{each.strip()}" for each in COPIED.split(","))
