"""Bridges that cannot answer right now: the day's calls are spent, or a shop is read at first."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import app
from connector.blocks import Block, KnownSearch
from tests.databases import sqlite_url
from tests.export.conftest import OPEN, Live
from tests.processes import Bridge, running_bridge, running_sandbox

# What is done at once, and asks ReturnGO: a search of what is known has an answer on any day.
ASKING = (
    *app.CATALOGUE.actions.values(),
    *(each for each in app.CATALOGUE.searches.values() if not isinstance(each, KnownSearch)),
)
POLL = "/v1/triggers/new_rma"


@contextmanager
def spent_day(live: Live, folder: Path) -> Iterator[Bridge]:
    """Run a bridge beside the live one, whose calls of the day are used up."""
    database = f"sqlite:///{folder / 'spent.sqlite3'}"
    spent = {"RETURNGO_DAILY_LIMIT": "1", **OPEN}
    with running_bridge(live.sandbox.url, database, **spent) as bridge:
        assert bridge.call("GET", "/v1/me").ok
        yield bridge


def seconds_left(bridge: Bridge) -> int:
    """Return how long the bridge asks to wait with the next poll."""
    answer = bridge.call("GET", POLL)
    assert answer.status_code == 429, answer.text
    return int(answer.headers["Retry-After"])


@contextmanager
def first_contact(folder: Path, **delay: Any) -> Iterator[Bridge]:
    """Run a bridge that has never been in touch with its shops, at a ReturnGO that is slow.

    `delay` is what the sandbox takes: `seconds`, and the `count` of calls that it hits.
    """
    with (
        sqlite_url(folder) as database_url,
        running_sandbox() as sandbox,
        running_bridge(sandbox.url, database_url, **OPEN) as bridge,
    ):
        sandbox.control("faults", {"kind": "delay", "share": 1, **delay})
        yield bridge


def examples(block: Block) -> Mapping[str, Any]:
    """Return the example that each field of a form shows."""
    fields = block.input_schema().fields.items()
    return {name: field.example for name, field in fields}  # type: ignore[attr-defined]
