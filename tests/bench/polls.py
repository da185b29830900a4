"""Polls of a full log, each held against a bare view of the same bytes under the same server."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
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
SECONDS = 4.0
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
    """A kind of poll beside the bare view that answers the same bytes."""

    name: str
    ours: Load
    bare: Load

    def row(self, database: str, shops: int) -> str:
        """Write the ratio first: of the answers a second, and of the slowest of a hundred."""
        return (
            f"| {self.name} | {database} | {shops} | {self.ours.rate / self.bare.rate:.3f} |"
            f" {self.ours.rate:,.0f} | {self.bare.rate:,.0f} |"
            f" {self.ours.p99 / self.bare.p99:.1f} |\n"
        )


HEADS = (
    "| Poll | database | shops | of the bare view's rate | polls a second | bare answers a second |"
    " p99, times the bare view's |\n| --- | --- | ---: | ---: | ---: | ---: | ---: |\n"
)


def measure(database: str, *, shops: int, events: int) -> list[Compared]:
    """Compare polls of pages, of one that is known, of what came after the newest, of a filter."""
    with full_bridge(database, shops=shops, events=events) as bridge:
        url = f"{bridge.url}/v1/triggers/{TRIGGER}"
        # as the load asks: another form of the page has another tag
        plain = {"Accept-Encoding": "identity"}
        page, thousand = (
            bridge.call("GET", f"/v1/triggers/{TRIGGER}?limit={limit}", headers=plain)
            for limit in (25, 1000)
        )
        assert page.status_code == thousand.status_code == requests.codes.ok, page.text
        newest = page.json()[0]["id"]
        ours = {
            "25 events": poll(f"{url}?limit=25"),
            "304": poll(f"{url}?limit=25", **{"If-None-Match": page.headers["ETag"]}),
            "nothing after the newest": poll(f"{url}?after={newest}"),
            "a filter that fits nothing": poll(f"{url}?order_name=nobody"),
            "1,000 events": poll(f"{url}?limit=1000"),
        }
    with bare_view(page.content) as url:
        bare = {
            "25 events": poll(f"{url}/"),
            "304": poll(f"{url}/tagged", **{"If-None-Match": '"tag"'}),
            "nothing after the newest": poll(f"{url}/empty"),
            "a filter that fits nothing": poll(f"{url}/empty"),
        }
    with bare_view(thousand.content) as url:
        bare["1,000 events"] = poll(f"{url}/")
    for loads in (ours, bare):
        for name, done in loads.items():
            assert set(done.statuses) == {304 if name == "304" else 200}, done.statuses
    return [Compared(name, ours[name], bare[name]) for name in ours]


def pass_through(database: str, *, delay: float) -> str:
    """Compare 25 events with a plain view that asks ReturnGO each time, which takes so long."""
    with running_sandbox(SANDBOX_DAILY_LIMIT="1000000", SANDBOX_SECOND_LIMIT="1000000") as sandbox:
        with full_bridge(database, shops=1, events=10_000, sandbox=sandbox) as bridge:
            sandbox.control("faults", {"kind": "delay", "seconds": delay, "share": 1})
            ours = poll(f"{bridge.url}/v1/triggers/{TRIGGER}?limit=25")
        with passing_view(sandbox.url) as url:
            theirs = poll(f"{url}/")
    for done in (ours, theirs):
        assert set(done.statuses) == {200}, done.statuses
    return (
        f"| {1000 * delay:,.0f} ms | {ours.rate / theirs.rate:,.1f} | {ours.rate:,.0f} |"
        f" {theirs.rate:,.0f} |\n"
    )


PASSING_HEADS = (
    "| ReturnGO takes | times the pass-through's rate | polls a second | passed through a second |"
    "\n| ---: | ---: | ---: | ---: |\n"
)
