"""A small database with something of everything, made by the code of a release."""

import base64
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import MetaData, select

import app
from connector.budget import Budget
from connector.connections import Connection
from connector.feed import Feed
from connector.idempotency import Idempotency
from connector.returngo import Transport, Upstream
from connector.sandbox.app import create_app
from connector.store import Store, Vault, migrate
from tests.processes import SHOPS
from tests.stand_ins import AtOnce, HandClock, WsgiAdapter

FOLDER = Path(__file__).parent
CONNECTION = Connection(id="operator", shops=SHOPS[:1], api_key="demo-key", label="demo")
PAUSE = timedelta(minutes=10)
SECRET = "a secret only for tests"
KEY = "kept"
PAID = {"status": "Success", "external_reference_id": "pay_1"}


class Release:
    """The bridge of this release over a database, and a simulated ReturnGO, in this process."""

    def __init__(self, store: Store, clock: HandClock, vault: Vault | None = None) -> None:
        self.sandbox = create_app(
            now=clock.now, pause=clock.sleep, empty=True, second_limit=100_000
        )
        self.clock = clock
        budget = Budget(store, daily=100_000, second=100_000, clock=clock)
        adapter = WsgiAdapter(self.sandbox)
        self._transport = Transport("http://returngo.example.com", clock=clock, adapter=adapter)
        upstream = Upstream(self._transport, budget, clock)
        vault = vault or Vault([SECRET])
        self.idempotency = Idempotency(store, vault, upstream, clock)
        self._feed = Feed.open(
            store,
            vault,
            budget,
            upstream,
            freshness=timedelta(minutes=1),
            baseline=timedelta(days=1),
            clock=clock,
            pool=AtOnce(),
        )

    def close(self) -> None:
        self._transport.close()

    def ids(self, keys: Collection[str] = app.CATALOGUE.triggers) -> dict[str, list[str]]:
        """Poll these triggers, or every one, and answer the ids of their events."""
        return {key: [shown["id"] for shown in self.poll(key)] for key in keys}

    def poll(self, key: str) -> list[dict[str, Any]]:
        """Poll a trigger, as a client does that sends nothing, and answer what it shows."""
        trigger = app.CATALOGUE.triggers[key]
        call = {"raw": False, **trigger.input().load({})}
        return self._feed.poll(CONNECTION, trigger, call).objects

    def happen(self, path: str, **options: Any) -> Any:
        """Make something happen at ReturnGO."""
        answer = self.sandbox.test_client().post(f"/_sandbox/{path}", json=options)
        assert answer.status_code == 200, answer.text
        return answer.json

    def act(self, name: str, fields: dict[str, Any]) -> dict[str, Any]:
        """Do something, always under the same key, and answer what that answers."""
        action = app.CATALOGUE.actions[name]
        return self.idempotency.perform(CONNECTION, action, fields, KEY).answer


@contextmanager
def opened(store: Store, clock: HandClock, vault: Vault | None = None) -> Iterator[Release]:
    release = Release(store, clock, vault)
    try:
        yield release
    finally:
        release.close()


def record() -> dict[str, Any]:
    """Let things happen, and answer all that is stored then, and the ids that polls answer."""
    clock = HandClock()
    with TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/bridge.sqlite3")
        migrate(store)
        with opened(store, clock) as release:
            lived = _live(release)
        rows = rows_of(store)
        store.close()
    (revision,) = (row["version_num"] for row in rows.pop("alembic_version"))
    return {"revision": revision, "at": clock.now().isoformat(), **lived, "rows": rows}


def _live(release: Release) -> dict[str, Any]:
    made, *_ = [release.happen("rmas", status="Approved") for _ in range(3)]
    refund = release.happen("transactions")["id"]
    release.ids()
    release.clock.advance(PAUSE)
    rma_id = str(made["rmaSummary"]["rmaId"])
    release.happen(f"rmas/{rma_id}/status", status="Received")
    release.happen(f"rmas/{rma_id}/validation")
    release.happen("transactions", bank_account=True)
    release.happen("rmas")
    answer = release.act("record_transaction", {"transaction_id": str(refund), **PAID})
    for _ in range(3):
        release.clock.advance(PAUSE)
        ids = release.ids()
    return {"ids": ids, "refund": str(refund), "answer": answer}


def rows_of(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Read every table as it stands in the database."""
    metadata = MetaData()
    with store.read() as database:
        metadata.reflect(database)
        return {
            table.name: [
                {name: _written(value) for name, value in row.items()}
                for row in database.execute(select(table)).mappings()
            ]
            for table in metadata.sorted_tables
        }


def _written(value: Any) -> Any:
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def read_back(value: Any) -> Any:
    """Read a value as it was recorded."""
    return base64.b64decode(value["base64"]) if isinstance(value, dict) else value


def path_of(revision: str) -> Path:
    """Return where the recording of a revision stands."""
    return FOLDER / f"{revision}.json"


def write(recorded: dict[str, Any]) -> Path:
    """Write a recording."""
    path = path_of(recorded["revision"])
    path.write_text(json.dumps(recorded, indent=1) + "\n", encoding="utf-8")
    return path
