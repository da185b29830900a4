"""One poll at a time: asked again, asked anew, and the first of a process that has just begun."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from urllib.parse import urlencode

import requests

from tests.bench.full_log import shops_named
from tests.bench.polls import AN_HOUR, AUTHORIZED, TRIGGER, full_bridge
from tests.processes import Bridge, running_bridge, running_sandbox

LIMIT = 25
RUNS = 20
STARTS = 3
PATIENCE = 60.0  # seconds
# Filters that no event fits, one of each sort that triggers offer, and one that few fit.
FILTERS: dict[str, dict[str, str]] = {
    "25 events": {},
    "a name that no event has": {"order_name": "nobody"},
    "a status that no event has": {"status": "Nowhere"},
    "a word of a list that no event has": {"resolution_type": "Nothing"},
    "two filters": {"order_name": "nobody", "return_method": "Nothing"},
}
FEW = "a name that one event of 180 has"


@dataclass(frozen=True)
class Alone:
    """The seconds that polls took, each asked alone."""

    name: str
    again: float
    anew: float
    first: float

    def row(self, events: int) -> str:
        """Write them in milliseconds."""
        times = " | ".join(f"{1000 * each:,.1f} ms" for each in (self.again, self.anew, self.first))
        return f"| {self.name} | {events:,} | {times} |\n"


HEADS = (
    "| Poll | events | asked again | asked anew | first of a process |\n"
    "| --- | ---: | ---: | ---: | ---: |\n"
)


def measure(database: str, *, shops: int, events: int) -> list[Alone]:
    """Time polls of a full log: one question each, over and over, then in new processes."""
    names = shops_named(shops)
    with running_sandbox() as sandbox:
        with full_bridge(database, shops=shops, events=events, sandbox=sandbox) as bridge:
            newest = bridge.call("GET", f"/v1/triggers/{TRIGGER}?limit=1").json()[0]
            filters = {**FILTERS, FEW: {"order_name": newest["order_name"]}}
            again = {name: _again(bridge, each) for name, each in filters.items()}
            anew = {name: _anew(bridge, each) for name, each in filters.items()}
        first = {
            name: median(_first(sandbox.url, database, names, each) for _ in range(STARTS))
            for name, each in filters.items()
        }
    return [Alone(name, again[name], anew[name], first[name]) for name in filters]


def _again(bridge: Bridge, filters: dict[str, str]) -> float:
    session = _session()
    return median(_time(session, bridge.url, {**filters, "limit": LIMIT}) for _ in range(RUNS))


def _anew(bridge: Bridge, filters: dict[str, str]) -> float:
    """Ask for pages of other lengths, none of which was shown."""
    session = _session()
    limits: Iterator[int] = iter(range(LIMIT + 1, LIMIT + 1 + RUNS))
    return median(_time(session, bridge.url, {**filters, "limit": each}) for each in limits)


def _first(sandbox: str, database: str, shops: Sequence[str], filters: dict[str, str]) -> float:
    """Start a bridge of one process, and time the first poll that it answers."""
    settings = {**AN_HOUR, "WORKERS": "1", "RETURNGO_SHOPS": ",".join(shops)}
    with running_bridge(sandbox, database, **settings) as bridge:
        session = _session()
        session.get(f"{bridge.url}/healthz", timeout=PATIENCE)
        return _time(session, bridge.url, {**filters, "limit": LIMIT})


def _session() -> requests.Session:
    session = requests.Session()
    session.headers.update({**AUTHORIZED, "Accept-Encoding": "identity"})
    return session


def _time(session: requests.Session, url: str, query: dict[str, object] | dict[str, str]) -> float:
    began = time.perf_counter()
    answer = session.get(f"{url}/v1/triggers/{TRIGGER}?{urlencode(query)}", timeout=PATIENCE)
    took = time.perf_counter() - began
    assert answer.status_code == requests.codes.ok, answer.text
    return took
