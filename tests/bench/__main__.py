"""`make bench`: measures polls, webhooks in and hooks out; writes the figures into docs.

FLOOD_SECONDS says how long to flood the bridge with webhooks, WAITING_SECONDS how long to poll
while ReturnGO is read, MIX_SECONDS how long a hundred thousand workflows poll, HISTORIES how many
returns to bring in.
`python -m tests.bench alone idle` measures these two parts of the page, and leaves the others.
"""

import logging
import os
import platform
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.metadata import version
from itertools import product
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import structlog

from connector.store import Store, migrate
from tests import marked
from tests.bench import (
    alone,
    begun,
    crowd,
    flood,
    history,
    idle,
    latency,
    memory,
    mix,
    pages,
    polls,
    quiet_day,
    scale,
    throughput,
    waiting,
)
from tests.databases import postgres_url, sqlite_url
from tests.processes import ROOT
from tests.simulation.calls import Purpose

PAGE = ROOT / "docs" / "benchmarks.md"
SHOPS = (1, 2, 30)
DATABASES = {"SQLite": sqlite_url, "PostgreSQL": postgres_url}
EVENTS = 10_000
MANY_EVENTS = 1_000_000
SUBSCRIPTIONS = {1: 30, 1000: 5}  # and how many events
FLOOD_A_SECOND = 1000
CROWD_RUNS = 5
HISTORIES = tuple(map(int, os.environ.get("HISTORIES", "1000,10000,100000").split(",")))

LISTS = (Purpose.OPEN, Purpose.UPDATED, Purpose.TRANSACTIONS)


def main() -> None:
    """Measure all, or what the command line names; print it and write it down."""
    # what a bridge in this process logs of each call would hide the figures
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    wanted = sys.argv[1:] or MEASURES
    for name in wanted:
        _write(name, MEASURES[name]())


@contextmanager
def _database(sort: Callable[[Path], AbstractContextManager[str]] = sqlite_url) -> Iterator[str]:
    with TemporaryDirectory() as folder, sort(Path(folder)) as database:
        yield database


def _machine() -> str:
    """Say what the figures depend on beside this code."""
    versions = (
        f"{name} {version(name)}" for name in ("flask", "gunicorn", "sqlalchemy", "psycopg")
    )
    sqlite = f"SQLite {sqlite3.sqlite_version}"
    return (
        f"Measured with {os.cpu_count()} cores ({platform.machine()}),"
        f" Python {platform.python_version()}, {', '.join([*versions, sqlite])}.\n"
    )


def _polls() -> str:
    rows = []
    for name, sort in DATABASES.items():
        for shops in SHOPS:
            with _database(sort) as database:
                measured = polls.measure(database, shops=shops, events=EVENTS)
            rows += [each.row(name, shops) for each in measured]
    return "".join([polls.HEADS, *rows])


def _passing() -> str:
    rows = []
    for delay in (0.0, 0.1):
        with _database() as database:
            rows.append(polls.pass_through(database, delay=delay))
    return "".join([polls.PASSING_HEADS, *rows])


def _alone() -> str:
    rows = []
    for events, trigger in product((EVENTS, MANY_EVENTS), alone.FILTERS):
        with _database() as database:
            measured = alone.measure(database, shops=2, events=events, trigger=trigger)
        rows += [each.row(events) for each in measured]
    return "".join([alone.HEADS, *rows])


def _pages() -> str:
    heads = pages.HEADS.format(few=EVENTS, many=MANY_EVENTS)
    with _database() as small, _database() as full:
        measured = pages.measure((small, full), (EVENTS, MANY_EVENTS))
    return "".join([heads, *(each.row() for each in measured)])


def _mix() -> str:
    seconds = float(os.environ.get("MIX_SECONDS", "60"))
    with _database() as database:
        return mix.measure(database, seconds).text


def _begun() -> str:
    with _database() as database:
        took = begun.measure(database)
    return (
        f"A web process that takes the place of one that was killed answers the first poll after"
        f" {median(took):.2f} s, {max(took):.2f} s at most of {len(took)}.\n"
    )


def _memory() -> str:
    with _database() as database:
        return memory.measure(database, events=EVENTS).text


def _waiting() -> str:
    seconds = float(os.environ.get("WAITING_SECONDS", "60"))
    rows = []
    for name, sort in DATABASES.items():
        with _database(sort) as database:
            rows.append(waiting.measure(database, seconds).row(name))
    return "".join([waiting.HEADS, *rows])


def _latency() -> str:
    rows = []
    for count, events in SUBSCRIPTIONS.items():
        took = latency.described(latency.measure(count, events))
        rows.append(f"| {count:,} | {count * events:,} | {took} |\n")
    bare = f"| a bare POST, for comparison | 200 | {latency.described(latency.direct())} |\n"
    heads = "| Subscriptions | hooks | arrived after: median, 95 % |\n| --- | ---: | --- |\n"
    return "".join([heads, *rows, bare])


def _throughput() -> str:
    bare = throughput.of_a_bare_pool()
    rows = [
        (f"{count} with {name}", throughput.of_workers(DATABASES[name], count).rate)
        for name, count in (("SQLite", 1), ("PostgreSQL", 1), ("PostgreSQL", 2))
    ]
    heads = "| Workers | deliveries a second | of a bare pool |\n| --- | ---: | ---: |\n"
    lines = [f"| {name} | {rate:,.0f} | {rate / bare:.2f} |\n" for name, rate in rows]
    pool = (
        f"| a bare pool of {throughput.THREADS} threads, unsigned and unsettled | {bare:,.0f} | |\n"
    )
    return "".join([heads, *lines, pool])


def _scale() -> str:
    return "".join([scale.HEADS, *(each.row() for each in scale.measure())])


def _history() -> str:
    rows = []
    for returns in HISTORIES:
        with _database() as database:
            _migrate_at(database)
            rows.append(history.measure(database, returns).row())
    return "".join([history.HEADS, *rows])


def _idle() -> str:
    shares = []
    for name, sort in DATABASES.items():
        with _database(sort) as database:
            _migrate_at(database)
            shares.append(f"{100 * idle.measure(database):.2f} % with {name}")
    return f"A worker with nothing to do takes of a core: {', '.join(shares)}.\n"


def _migrate_at(database: str) -> None:
    """Give a database its tables."""
    store = Store(database)
    migrate(store)
    store.close()


def _crowd() -> str:
    runs = [
        (crowd.measure(one_hangs=False), crowd.measure(one_hangs=True)) for _ in range(CROWD_RUNS)
    ]
    healthy, beside = (median(each) for each in zip(*runs, strict=True))
    ratios = sorted(hanging / fine for fine, hanging in runs)
    return (
        f"{crowd.HEALTHY} healthy targets: 95 % were told of an event within {healthy:.2f} s."
        f" With one more that never answers: within {beside:.2f} s. These are medians of"
        f" {CROWD_RUNS} runs of each, in turn; it took {ratios[0]:.2f} to {ratios[-1]:.2f} times as"
        f" long, {median(ratios):.2f} in the middle.\n"
    )


def _quiet_day() -> str:
    heads = "| | calls | for lists | for RMAs and transactions | news shown after: median |\n"
    rows = []
    for title, has_webhooks in (("polling", False), ("with webhooks", True)):
        calls, delay = quiet_day.measure(has_webhooks=has_webhooks)
        lists = sum(calls[each] for each in LISTS)
        rows.append(
            f"| {title} | {calls.total():,} | {lists:,} | {calls.total() - lists:,} |"
            f" {delay:,.0f} s |\n"
        )
    return "".join([heads, "| --- | ---: | ---: | ---: | ---: |\n", *rows])


def _flood() -> str:
    seconds = float(os.environ.get("FLOOD_SECONDS", "60"))
    return flood.HEADS + flood.measure(FLOOD_A_SECOND, seconds).row()


# What stands in the page between comments of these names.
MEASURES: dict[str, Callable[[], str]] = {
    "machine": _machine,
    "polls": _polls,
    "passing": _passing,
    "alone": _alone,
    "pages": _pages,
    "begun": _begun,
    "mix": _mix,
    "memory": _memory,
    "waiting": _waiting,
    "latency": _latency,
    "throughput": _throughput,
    "scale": _scale,
    "history": _history,
    "idle": _idle,
    "crowd": _crowd,
    "quiet day": _quiet_day,
    "flood": _flood,
}


def _write(name: str, text: str) -> None:
    sys.stdout.write(f"{name}:\n{text}\n")
    marked.put(PAGE, name, text)


if __name__ == "__main__":
    main()
