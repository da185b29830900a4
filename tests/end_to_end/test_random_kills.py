"""kill -9 of any process at any moment, while clients poll and act. RANDOM_KILLS=500 goes on."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

from sqlalchemy import Table, update

from connector.store import Store
from connector.store.instant import EPOCH
from connector.store.tables import idempotency, stream
from tests.deeds import writes
from tests.end_to_end.outages import check_whole
from tests.end_to_end.waiting import eventually
from tests.end_to_end.witnesses import BREATH, NAMES, Bridges, Thing, Witness, World, repeated
from tests.processes import Sandbox, running_bridge

KILLS = int(os.environ.get("RANDOM_KILLS", "3"))
PAUSE = 1.0  # seconds between two kills, on average
CATCHING_UP = 120  # seconds, at most


class Actor:
    """Adds a comment to each return, under a key of its own, until it is told that it is there."""

    def __init__(self, world: World, bridges: Bridges) -> None:
        self.world = world
        self.bridges = bridges
        self.asked: set[str] = set()
        self.done: set[str] = set()

    def act(self) -> None:
        if self.world.shops:
            self.try_once(random.choice(list(self.world.shops)))

    def try_once(self, rma: str) -> None:
        self.asked.add(rma)
        shop = self.world.shops[rma]
        fields = {"rma_id": rma, "shop": shop, "text": "Seen.", "idempotency_key": rma}
        if self.bridges.call("POST", "/v1/actions/add_rma_comment", json=fields) is not None:
            self.done.add(rma)

    def finish(self) -> bool:
        for rma in self.asked - self.done:
            self.try_once(rma)
        return self.asked == self.done


def lapse(url: str, table: Table) -> None:
    """Have every lease end, as it does by itself in its time."""
    store = Store(url)
    with store.write() as connection:
        connection.execute(update(table).values(lease_until=EPOCH))
    store.close()


def test_kills_at_random_moments_lose_and_double_nothing(
    real_sandbox: Sandbox, each_database_url: str
):
    url = each_database_url
    world = World(real_sandbox)
    with ExitStack() as opened:

        def start() -> None:
            bridges.standing.append(
                opened.enter_context(running_bridge(real_sandbox.url, url, WORKERS="2"))
            )

        bridges = Bridges([])
        start()
        start()
        lookers = [Witness(bridges, trigger) for trigger in NAMES]
        walkers = [Witness(bridges, trigger) for trigger in NAMES]
        for witness in (*lookers, *walkers):
            eventually(witness.begin)
        actor = Actor(world, bridges)

        with ExitStack() as busy:
            deeds: list[Callable[[], None]] = [world.move, actor.act]
            deeds += [looker.look for looker in lookers] + [walker.walk for walker in walkers]
            for deed in deeds:
                busy.enter_context(repeated(deed))
            for number in range(KILLS):
                time.sleep(random.uniform(0, 2 * PAUSE))
                kill(bridges, is_whole=number % 3 == 2)
                if len(bridges.standing) < 2:
                    start()
                # of the living, too, whose late reading must count for nothing then
                lapse(url, stream)

        lapse(url, stream)
        lapse(url, idempotency)
        eventually(actor.finish, patience=CATCHING_UP)
        for looker, walker in zip(lookers, walkers, strict=True):
            happened = world.happened[looker.trigger]
            for witness, look in ((looker, looker.look), (walker, walker.walk)):
                catch_up(partial(is_told, witness, look, happened))
    for looker, walker in zip(lookers, walkers, strict=True):
        happened = world.happened[looker.trigger]
        assert Counter(looker.told.values()) == Counter(happened), "missed, doubled or made up"
        assert walker.told == looker.told
    check_whole(url)
    done = Counter(call["path"] for call in writes(real_sandbox) if call["applied"])
    assert done == Counter(f"/rma/{rma}/comment" for rma in actor.asked)


def kill(bridges: Bridges, *, is_whole: bool) -> None:
    """Kill one worker of any bridge, or the parent of them all; who is left alone must end."""
    victim = random.choice(bridges.standing)
    if is_whole:
        bridges.standing.remove(victim)
        os.kill(victim.process.pid, signal.SIGKILL)
        victim.process.wait()
    elif workers := victim.workers():
        os.kill(random.choice(workers), signal.SIGKILL)


def catch_up(is_told: Callable[[], bool]) -> None:
    """Look until all is told, or for so long that the rest is taken for missed."""
    deadline = time.monotonic() + CATCHING_UP
    while not is_told() and time.monotonic() < deadline:
        time.sleep(BREATH)


def is_told(witness: Witness, look: Callable[[], None], happened: set[Thing]) -> bool:
    look()
    return set(witness.told.values()) >= happened
