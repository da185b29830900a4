"""One poll at a time: asked again, asked anew, and the first of a process that has just begun."""

import time
from collections.abc import Callable, Mapping, Sequence
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
PARCELS = "shipment_created"
# Filters that no event of a trigger fits, of each sort that triggers offer, and those that many do.
FILTERS: dict[str, dict[str, dict[str, str]]] = {
    TRIGGER: {
        "25 events": {},
        "a name that no event has": {"order_name": "nobody"},
        "a status that no event has": {"status": "Nowhere"},
        "a word of a list that no event has": {"resolution_type": "Nothing"},
        "two filters": {"order_name": "nobody", "return_method": "Nothing"},
    },
    PARCELS: {
        "25 parcels": {},
        "a flag that most parcels have": {"is_outbound": "false"},
        "a flag, and a name that no parcel has": {"is_outbound": "false", "carrier_name": "nobody"},
    },
}
ONE = "a name that a single event has"
FEW = "a name that few of the events have"


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


def measure(database: str, *, shops: int, events: int, trigger: str) -> list[Alone]:
    """Time polls of a full log: one question each, over and over, then in new processes."""
    poll = f"/v1/triggers/{trigger}"
    names = shops_named(shops)
    with running_sandbox() as sandbox:
        with full_bridge(
            database, shops=shops, events=events, trigger=trigger, sandbox=sandbox
        ) as bridge:
            newest = bridge.call("GET", f"{poll}?limit=1").json()[0]
            oldest = bridge.call("GET", f"{poll}/batch?limit=1&after=0").json()[0]
            filters = FILTERS[trigger] | {
                ONE: {"order_name": oldest["order_name"]},
                FEW: {"order_name": newest["order_name"]},
            }
            again = {name: _again(bridge, poll, each) for name, each in filters.items()}
            anew = {name: _anew(bridge, poll, each) for name, each in filters.items()}
        first = {
            name: median(_first(sandbox.url, database, names, poll, each) for _ in range(STARTS))
            for name, each in filters.items()
        }
    return [Alone(name, again[name], anew[name], first[name]) for name in filters]


def _again(bridge: Bridge, poll: str, filters: dict[str, str]) -> float:
    ask = _asking(bridge, poll)
    return median(ask({**filters, "limit": LIMIT}) for _ in range(RUNS))


def _anew(bridge: Bridge, poll: str, filters: dict[str, str]) -> float:
    """Ask for pages of other lengths, none of which was shown."""
    ask = _asking(bridge, poll)
    return median(ask({**filters, "limit": LIMIT + 1 + run}) for run in range(RUNS))


def _first(
    sandbox: str, database: str, shops: Sequence[str], poll: str, filters: dict[str, str]
) -> float:
    """Start a bridge of one process, and time the first poll that it answers."""
    settings = {**AN_HOUR, "WORKERS": "1", "RETURNGO_SHOPS": ",".join(shops)}
    with running_bridge(sandbox, database, **settings) as bridge:
        return _asking(bridge, poll)({**filters, "limit": LIMIT})


def _asking(bridge: Bridge, poll: str) -> Callable[[Mapping[str, object]], float]:
    """Return what asks a bridge over a connection that stands, and tells how long that took."""
    session = requests.Session()
    session.headers.update({**AUTHORIZED, "Accept-Encoding": "identity"})
    session.get(f"{bridge.url}/healthz", timeout=PATIENCE)

    def ask(query: Mapping[str, object]) -> float:
        began = time.perf_counter()
        answer = session.get(f"{bridge.url}{poll}?{urlencode(query)}", timeout=PATIENCE)
        took = time.perf_counter() - began
        assert answer.status_code == requests.codes.ok, answer.text
        return took

    return ask
