"""The operator's page before a full log: how long each part of it takes."""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

import requests
from sqlalchemy import select, text

from connector.deeds import Outcome
from connector.store import Store
from connector.store.tables import deed, milestone, sequence
from tests.bench.polls import SECRET, full_bridge
from tests.processes import Bridge

RUNS = 15
PATIENCE = 60.0  # seconds
PASSWORD = "correct horse battery"
DEEDS = 100_000
DAYS = 90  # over which the log is spread: as long as events are kept
PAGES = {
    "Now": "/",
    "Events": "/connections/operator/events",
    "The story of one RMA": "/connections/operator/events?thing=1",
    "What happened": "/deeds",
    "What happened, of one ID in a hundred thousand": "/deeds?words=rma-1",
    "What happened, of none": "/deeds?words=nowhere",
    "A form of a block": "/connections/operator/try/list_rmas",
    "A connection": "/connections/operator",
    "Hooks": "/hooks",
}
HEADS = "| Page | {few:,} events | {many:,} events | ratio |\n| --- | ---: | ---: | ---: |\n"


@dataclass(frozen=True)
class Page:
    """The seconds that a page took before a small log and a full one."""

    name: str
    few: float
    many: float

    def row(self) -> str:
        """Write them in milliseconds, and their ratio."""
        times = f"{1000 * self.few:,.0f} ms | {1000 * self.many:,.0f} ms"
        return f"| {self.name} | {times} | {self.many / self.few:.1f} |\n"


def measure(databases: Sequence[str], events: Sequence[int]) -> list[Page]:
    """Time each page of two bridges, before so many events each and a hundred thousand deeds."""
    few, many = (_timed(database, count) for database, count in zip(databases, events, strict=True))
    return [Page(name, few[name], many[name]) for name in PAGES]


def _timed(database: str, events: int) -> dict[str, float]:
    with full_bridge(database, shops=2, events=events, WORKERS="1") as bridge:
        _fill(database)
        session = _signed_in(bridge)
        return {
            name: median(_took(session, f"{bridge.url}{path}") for _ in range(RUNS))
            for name, path in PAGES.items()
        }


def _took(session: requests.Session, url: str) -> float:
    began = time.perf_counter()
    answer = session.get(url, timeout=PATIENCE)
    took = time.perf_counter() - began
    assert answer.status_code == requests.codes.ok, answer.text
    assert "Sign out" in answer.text
    return took


def _signed_in(bridge: Bridge) -> requests.Session:
    """Set the password of a bridge, in a session that is signed in then."""
    session = requests.Session()
    form = session.get(f"{bridge.url}/setup", timeout=PATIENCE).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
    assert token is not None
    fields = {"csrf_token": token[1], "secret_key": SECRET}
    fields |= {"password": PASSWORD, "again": PASSWORD}
    session.post(f"{bridge.url}/setup", data=fields, timeout=PATIENCE).raise_for_status()
    return session


def _fill(database: str) -> None:
    """Record deeds, and spread the log over the days for which events are kept."""
    now = datetime.now(UTC)
    store = Store(database)
    columns = {"connection": "operator", "doer": "ledger (rgo_1…)", "name": "record_transaction"}
    rows = [
        {
            **columns,
            "began_at": now - timedelta(seconds=DEEDS - number),
            "ended_at": now,
            "about": f"rma-{number}",
            "outcome": Outcome.DONE,
            "returngo_ids": "",
            "searched": f"{columns['name']}\nrma-{number}\n{columns['doer']}\n",
        }
        for number in range(DEEDS)
    ]
    with store.write() as connection:
        connection.execute(deed.insert(), rows)
        last = connection.execute(select(sequence.c.last_seq)).scalar_one()
        connection.execute(milestone.delete())
        days = [
            {
                "connection": "operator",
                "day": (now - timedelta(days=DAYS - 1 - number)).date().isoformat(),
                "seq": last * number // DAYS,
            }
            for number in range(DAYS)
        ]
        connection.execute(milestone.insert(), days)
        connection.execute(text("ANALYZE"))
    store.close()
