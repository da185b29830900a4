"""Polls of a full log, each held against a bare view of the same bytes under the same server."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import requests

import app
from connector.cli.run import ARENAS
from connector.store import Store, Vault
from tests.bench.full_log import fill, shops_named
from tests.bench.load import Load, Request, load
from tests.processes import (
    TOKEN,
    Bridge,
    Sandbox,
    Server,
    running_bridge,
    running_sandbox,
    serving,
    start,
)

TRIGGER = "new_rma"
SECRET = "a secret only for tests"
CONNECTIONS = 16
SECONDS = 1.0  # of a turn
TURNS = 5
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}
AN_HOUR = {"FEED_FRESHNESS": "3600", "FEED_BASELINE": "31536000", "WORKERS": "2"}


@contextmanager
def full_bridge(
    database: str,
    *,
    shops: int,
    events: int,
    trigger: str = TRIGGER,
    sandbox: Sandbox | None = None,
    **environ: str,
) -> Iterator[Bridge]:
    """Run a bridge whose log holds so many events of a trigger, of so many shops."""
    with ExitStack() as stack:
        sandbox = sandbox or stack.enter_context(running_sandbox())
        names = shops_named(shops)
        with running_bridge(sandbox.url, database, **AN_HOUR) as bridge:
            while bridge.call("GET", f"/v1/triggers/{trigger}").status_code != requests.codes.ok:
                pass
        store = Store(database)
        fill(store, Vault([SECRET]), names, app.CATALOGUE.triggers[trigger], events)
        store.close()
        settings = {**AN_HOUR, "RETURNGO_SHOPS": ",".join(names), **environ}
        yield stack.enter_context(running_bridge(sandbox.url, database, **settings))


@contextmanager
def bare_view(body: bytes) -> Iterator[str]:
    """Run a bare Flask view under the bridge's own server, with as many workers and threads."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "body.json"
        file.write_bytes(body)
        # memory as the command `run` has it
        with _served("view", BARE_BODY=str(file), **{ARENAS: "2"}) as url:
            yield url


@contextmanager
def _served(view: str, **environ: str) -> Iterator[str]:
    server = Server(start([sys.executable, "-m", "tests.bench.bare", view], environ))
    with serving(server, r"Listening at: (http://\S+)"):
        yield server.url


@contextmanager
def passing_view(upstream: str) -> Iterator[str]:
    """Run a plain view that asks ReturnGO for each of its callers, under the same server."""
    with _served("passing", UPSTREAM=upstream) as url:
        yield url


def poll(url: str, **headers: str) -> Load:
    """Load a URL of the bridge with authorised polls."""
    request = Request(url, {**AUTHORIZED, **headers})
    return load([request], connections=CONNECTIONS, seconds=SECONDS)


@dataclass(frozen=True)
class Compared:
    """A kind of poll beside the bare view that answers the same bytes, by turns."""

    name: str
    turns: Sequence[tuple[Load, Load]]

    def row(self, database: str, shops: int) -> str:
        """Write the ratio first: of the answers a second, and of the slowest of a hundred.

        Medians of all turns: other work on the machine comes and goes.
        """
        ratio = median(ours.rate / bare.rate for ours, bare in self.turns)
        slowest = median(ours.p99 / bare.p99 for ours, bare in self.turns)
        rate, bare_rate = (
            median(each.rate for each in side) for side in zip(*self.turns, strict=True)
        )
        return (
            f"| {self.name} | {database} | {shops} | {ratio:.3f} | {rate:,.0f} |"
            f" {bare_rate:,.0f} | {slowest:.1f} |\n"
        )


HEADS = (
    "| Poll | database | shops | of the bare view's rate | polls a second | bare answers a second |"
    " p99, times the bare view's |\n| --- | --- | ---: | ---: | ---: | ---: | ---: |\n"
)


def measure(database: str, *, shops: int, events: int) -> list[Compared]:
    """Compare polls of pages, of one that is known, of what came after the newest, of a filter."""
    with ExitStack() as stack:
        bridge = stack.enter_context(full_bridge(database, shops=shops, events=events))
        url = f"{bridge.url}/v1/triggers/{TRIGGER}"
        # as the load asks: another form of the page has another tag
        plain = {"Accept-Encoding": "identity"}
        page, thousand = (
            bridge.call("GET", f"/v1/triggers/{TRIGGER}?limit={limit}", headers=plain)
            for limit in (25, 1000)
        )
        assert page.status_code == thousand.status_code == requests.codes.ok, page.text
        newest = page.json()[0]["id"]
        bare = stack.enter_context(bare_view(page.content))
        long = stack.enter_context(bare_view(thousand.content))
        etag, tag = page.headers["ETag"], '"tag"'
        return [
            _by_turns("25 events", f"{url}?limit=25", f"{bare}/"),
            _by_turns("304", f"{url}?limit=25", f"{bare}/tagged", known=(etag, tag)),
            _by_turns("nothing after the newest", f"{url}?after={newest}", f"{bare}/empty"),
            _by_turns("a filter that fits nothing", f"{url}?order_name=nobody", f"{bare}/empty"),
            _by_turns("1,000 events", f"{url}?limit=1000", f"{long}/"),
        ]


def _by_turns(
    name: str, ours: str, bare: str, known: tuple[str, str] | tuple[None, None] = (None, None)
) -> Compared:
    """Poll our URL, then the bare one, several times; `known` are the ETags of what is known.

    A first turn is not counted: each process makes a page when it is first asked for it.
    """
    heads = [{} if tag is None else {"If-None-Match": tag} for tag in known]
    turns = [(poll(ours, **heads[0]), poll(bare, **heads[1])) for _ in range(1 + TURNS)][1:]
    for done in chain.from_iterable(turns):
        assert set(done.statuses) == {200 if known[0] is None else 304}, done.statuses
    return Compared(name, turns)


def pass_through(database: str, *, delay: float) -> str:
    """Compare 25 events with a plain view that asks ReturnGO each time, which takes so long."""
    with ExitStack() as stack:
        limits = {"SANDBOX_DAILY_LIMIT": "1000000", "SANDBOX_SECOND_LIMIT": "1000000"}
        sandbox = stack.enter_context(running_sandbox(**limits))
        full = full_bridge(database, shops=1, events=10_000, sandbox=sandbox)
        url = f"{stack.enter_context(full).url}/v1/triggers/{TRIGGER}?limit=25"
        sandbox.control("faults", {"kind": "delay", "seconds": delay, "share": 1})
        passing = stack.enter_context(passing_view(sandbox.url))
        compared = _by_turns("25 events", url, f"{passing}/")
    rates = [(ours.rate, theirs.rate) for ours, theirs in compared.turns]
    ours, theirs = (median(side) for side in zip(*rates, strict=True))
    return (
        f"| {1000 * delay:,.0f} ms | {median(one / other for one, other in rates):,.1f} |"
        f" {ours:,.0f} | {theirs:,.0f} |\n"
    )


PASSING_HEADS = (
    "| ReturnGO takes | times the pass-through's rate | polls a second | passed through a second |"
    "\n| ---: | ---: | ---: | ---: |\n"
)
