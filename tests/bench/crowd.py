"""One target that never answers among many that do: what it costs the others."""

import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from connector.connections import Connection
from connector.store import Store, Vault, migrate
from tests.bench.figures import share
from tests.databases import sqlite_url
from tests.delivery.bureau import Bureau
from tests.end_to_end.hook_receiver import HANGING, receiving
from tests.processes import SECRET, SHOPS, running_worker
from tests.stand_ins import HandClock, HandSender

HEALTHY = 999  # each on a host of its own
EVENTS = 4
NOWHERE = "http://127.0.0.1:9"
PATIENCE = 120.0  # seconds


def measure(*, one_hangs: bool) -> float:
    """Return after how many seconds 95 of 100 healthy targets were told of an event."""
    connection = Connection(id="operator", shops=SHOPS, api_key="demo-key", label="demo")
    with (
        TemporaryDirectory() as folder,
        sqlite_url(Path(folder)) as database,
        receiving() as receiver,
    ):
        store = Store(database)
        migrate(store)
        clock = HandClock(datetime.now(UTC))
        bureau = Bureau(store, Vault([SECRET]), clock, HandSender(), connection)
        bureau.ready()
        for number in range(HEALTHY):
            bureau.subscribe(url=receiver.url(str(number), host=1 + number))
        if one_hangs:
            bureau.subscribe(url=receiver.url(HANGING, host=HEALTHY + 1))
        took: list[float] = []
        with running_worker(NOWHERE, database):
            for event in range(EVENTS):
                before = len(receiver.arrived_at)
                began = time.time()
                bureau.refund()
                deadline = time.monotonic() + PATIENCE
                while len(receiver.arrived_at) < before + HEALTHY:
                    assert time.monotonic() < deadline, "not all were told"
                    time.sleep(0.02)
                if event:  # the first opens the connections
                    took += [at - began for at in receiver.arrived_at[before:]]
        store.close()
    return share(took, 0.95)
