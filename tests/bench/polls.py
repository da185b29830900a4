"""Polls of a full log, each held against a bare view of the same bytes under the same server."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

from connector.cli.run import gunicorn
from connector.config import load as load_settings
from connector.store import Store
from tests.bench.full_log import fill, shops_named
from tests.bench.load import Load, load
from tests.processes import TOKEN, Bridge, Server, running_bridge, running_sandbox, serving, start

TRIGGER = "new_rma"
KIND = "rma.created"
CONNECTIONS = 16
SECONDS = 5.0
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}
AN_HOUR = {"FEED_FRESHNESS": "3600", "FEED_BASELINE": "31536000", "WORKERS": "2"}


@contextmanager
def full_bridge(database: str, *, shops: int, events: int) -> Iterator[Bridge]:
    """Run a bridge whose log holds so many events, of so many shops."""
    names = shops_named(shops)
    with running_sandbox() as sandbox:
        with running_bridge(sandbox.url, database, **AN_HOUR) as bridge:
            while bridge.call("GET", f"/v1/triggers/{TRIGGER}").status_code != requests.codes.ok:
                pass
        store = Store(database)
        fill(store, names, [KIND], events)
        store.close()
        settings = {**AN_HOUR, "RETURNGO_SHOPS": ",".join(names)}
        with running_bridge(sandbox.url, database, **settings) as bridge:
            yield bridge


@contextmanager
def bare_view(body: bytes) -> Iterator[str]:
    """Run a bare Flask view under the bridge's own server, with as many workers and threads."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "body.json"
        file.write_bytes(body)
        # memory as the command `run` has it
        words = {"BARE_BODY": str(file), "MALLOC_ARENA_MAX": "2"}
        with _served("tests.bench.bare:view()", **words) as url:
            yield url


@contextmanager
def _served(application: str, **environ: str) -> Iterator[str]:
    words = {"BRIDGE_TOKEN": TOKEN, "SECRET_KEY": "a secret only for tests", "PORT": "0"}
    command = gunicorn(load_settings({**words, "ALLOW_RETURNGO_KEYS": "true", "WORKERS": "2"}))
    server = Server(start([sys.executable, *command[1:-1], application], environ))
    with serving(server, r"Listening at: (http://\S+)"):
        yield server.url


def poll(url: str, **headers: str) -> Load:
    """Load a URL of the bridge with authorised polls."""
    return load([url], {**AUTHORIZED, **headers}, connections=CONNECTIONS, seconds=SECONDS)


@dataclass(frozen=True)
class Compared:
    """A kind of poll beside the bare view that answers the same bytes."""

    name: str
    ours: Load
    bare: Load

    def row(self, shops: int) -> str:
        """Write the ratio first: of the answers a second, and of the slowest of a hundred."""
        return (
            f"| {self.name} | {shops} | {self.ours.rate / self.bare.rate:.3f} |"
            f" {self.ours.rate:,.0f} | {self.bare.rate:,.0f} |"
            f" {self.ours.p99 / self.bare.p99:.1f} |\n"
        )


HEADS = (
    "| Poll | shops | of the bare view's rate | polls a second | bare answers a second |"
    " p99, times the bare view's |\n| --- | ---: | ---: | ---: | ---: | ---: |\n"
)


def measure(database: str, *, shops: int, events: int) -> list[Compared]:
    """Compare polls of a page, of one that is known and of what came after the newest."""
    with full_bridge(database, shops=shops, events=events) as bridge:
        url = f"{bridge.url}/v1/triggers/{TRIGGER}"
        # as the load asks: another form of the page has another tag
        plain = {"Accept-Encoding": "identity"}
        page = bridge.call("GET", f"/v1/triggers/{TRIGGER}?limit=25", headers=plain)
        assert page.status_code == requests.codes.ok, page.text
        newest = page.json()[0]["id"]
        known = {"If-None-Match": page.headers["ETag"]}
        ours = {
            "25 events": poll(f"{url}?limit=25"),
            "304": poll(f"{url}?limit=25", **known),
            "nothing after the newest": poll(f"{url}?after={newest}"),
        }
    with bare_view(page.content) as url:
        bare = {
            "25 events": poll(f"{url}/"),
            "304": poll(f"{url}/tagged", **{"If-None-Match": '"tag"'}),
            "nothing after the newest": poll(f"{url}/empty"),
        }
    for loads in (ours, bare):
        for name, done in loads.items():
            assert set(done.statuses) == {304 if name == "304" else 200}, done.statuses
    return [Compared(name, ours[name], bare[name]) for name in ours]
