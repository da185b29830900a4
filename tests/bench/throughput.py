"""Deliveries a second of workers, against the same POSTs by a bare pool of threads."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import requests
from requests.adapters import HTTPAdapter

from connector.connections import Connection
from connector.store import Store, Vault, migrate
from tests.bench.processor import seconds_of
from tests.delivery.bureau import Bureau
from tests.end_to_end.hook_receiver import receiving
from tests.processes import SECRET, SHOPS, running_worker
from tests.stand_ins import HandClock, HandSender

HOOKS = 200  # on as many hosts
EVENTS = 20
THREADS = 32
NOWHERE = "http://127.0.0.1:9"
PATIENCE = 300.0  # seconds


@dataclass(frozen=True)
class Delivered:
    """How many hooks a second arrived, and how many seconds of a processor each took."""

    rate: float
    each: float


def of_workers(sort: Callable[[Path], AbstractContextManager[str]], count: int = 1) -> Delivered:
    """Measure the hooks that arrive from so many workers, which sign and settle each.

    `sort` makes the database, for example `sqlite_url`.
    """
    connection = Connection(id="operator", shops=SHOPS, api_key="demo-key", label="demo")
    with (
        TemporaryDirectory() as folder,
        sort(Path(folder)) as database,
        receiving() as receiver,
    ):
        store = Store(database)
        migrate(store)
        now = HandClock(datetime.now(UTC))
        vault = Vault([SECRET])
        bureau = Bureau(store, vault, now, HandSender(), connection)
        bureau.ready()
        for number in range(HOOKS):
            bureau.subscribe(url=receiver.url(str(number), host=1 + number))
        for _ in range(EVENTS):
            bureau.refund()
        store.close()
        with ExitStack() as stack:
            workers = [
                stack.enter_context(running_worker(NOWHERE, database)).process.pid
                for _ in range(count)
            ]
            started = sum(map(seconds_of, workers))
            sent = len(receiver.arrived_at)
            _wait_for(receiver.arrived_at, HOOKS * EVENTS)
            spent = sum(map(seconds_of, workers)) - started
        return Delivered(_rate(receiver.arrived_at), spent / (HOOKS * EVENTS - sent))


def of_a_bare_pool() -> float:
    """Return how many POSTs of the same size a second arrive from threads that do nothing else."""
    body = b"x" * 6000
    with receiving() as receiver, requests.Session() as session:
        session.mount("http://", HTTPAdapter(pool_connections=HOOKS, pool_maxsize=THREADS))

        def post(number: int) -> None:
            url = receiver.url(str(number), host=1 + number % HOOKS)
            session.post(url, data=body, timeout=PATIENCE)

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(post, range(HOOKS * EVENTS)))
        return _rate(receiver.arrived_at)


def _rate(arrived_at: list[float]) -> float:
    return (len(arrived_at) - 1) / (arrived_at[-1] - arrived_at[0])


def _wait_for(arrived_at: list[float], count: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while len(arrived_at) < count:
        assert time.monotonic() < deadline, f"{len(arrived_at)} of {count} arrived"
        time.sleep(0.05)
