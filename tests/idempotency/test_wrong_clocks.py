"""Every action that writes, interrupted while the clocks of bridge and ReturnGO are apart.

CLOCK_HISTORIES says how many interruptions of each action to try.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copy
from typing import Any
from unittest import mock

import pytest
import requests
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import app
from connector.blocks import read_input
from connector.budget import Budget
from connector.clock import MAX_CLOCK_SKEW
from connector.connections import Connection
from connector.idempotency import Idempotency, InProgress, Performed
from connector.returngo import Transport, Undecided, Upstream
from connector.sandbox.app import SandboxApp, create_app
from connector.store import Store, Vault
from tests.databases import Migrated, hurry
from tests.deeds import Deed, deeds_of, writes
from tests.idempotency.test_slow_returngo import ACTIONS, InProcess
from tests.processes import SHOPS
from tests.stand_ins import HandClock, WsgiAdapter

HISTORIES = int(os.environ.get("CLOCK_HISTORIES", "12"))
SKEW = int(MAX_CLOCK_SKEW.total_seconds())
HOUR = timedelta(hours=1)

histories = settings(
    derandomize=True,
    database=None,
    max_examples=HISTORIES,
    phases=(Phase.explicit, Phase.generate),
)


class Killed(BaseException):
    """The process ended here."""


@dataclass
class WrongClock:
    """A clock that is `ahead` of the true one."""

    truth: HandClock
    ahead: timedelta

    def now(self) -> datetime:
        return self.truth.now() + self.ahead

    def sleep(self, seconds: float) -> None:
        self.truth.sleep(seconds)


class Deadly(WsgiAdapter):
    """Kills who writes first, before ReturnGO has it or after."""

    dies: str | None = None

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        if request.method == "GET" or self.dies is None:
            return super().send(request)
        dies, self.dies = self.dies, None
        if dies == "after":
            super().send(request)
        raise Killed


class Scene:
    """A bridge, and a ReturnGO whose clock is the true one."""

    def __init__(self, database: Path, ahead: timedelta) -> None:
        self.truth = HandClock()
        self.clock = WrongClock(self.truth, ahead)
        self.sandbox: SandboxApp = create_app(
            now=self.truth.now, pause=self.truth.sleep, empty=True, daily_limit=100_000
        )
        self.returngo = InProcess(self.sandbox)
        self.adapter = Deadly(self.sandbox)
        self.store = hurry(Store(f"sqlite:///{database}"))
        transport = Transport("http://sandbox.example.com", clock=self.clock, adapter=self.adapter)
        # The budget's own clock is tested with the budget.
        budget = Budget(self.store, daily=100_000, second=100_000, clock=self.truth)
        upstream = Upstream(transport, budget, self.clock)
        self.idempotency = Idempotency(
            self.store, Vault(["a secret only for tests"]), upstream, self.clock
        )

    def deed(self, action: str, *, names_rma: bool) -> Deed:
        (deeds,) = deeds_of(self.returngo, 1, self.truth.now())
        deed = next(each for each in deeds if each.action == action)
        if names_rma and "shipment_id" in deed.fields:
            deed.fields["rma_id"] = self._rma_of(deed.fields["shipment_id"])
        return deed

    def ask(self, deed: Deed) -> Performed:
        action = app.CATALOGUE.actions[deed.action]
        connection = Connection(id="operator", shops=SHOPS, api_key="demo-key", label="demo")
        call = read_input(action.input_schema, deed.fields)
        return self.idempotency.perform(connection, action, call, "k")

    def interrupt(self, deed: Deed, when: str) -> None:
        self.adapter.dies = when
        dead = mock.patch.object(self.idempotency._keys, "leave")  # a dead process leaves nothing
        with dead, pytest.raises(Killed):
            self.ask(deed)

    def ask_until_it_is_over(self, deed: Deed) -> Performed | None:
        """Ask each second as long as it is in progress; answer None when nobody can know."""
        for _ in range(60):
            try:
                return self.ask(deed)
            except InProgress:
                self.truth.sleep(1)
            except Undecided:
                return None
        raise AssertionError("it stays in progress")

    def applied(self, deed: Deed) -> int:
        return sum(call["applied"] for call in writes(self.returngo) if call["path"] == deed.entry)

    def check(self, deed: Deed, outcome: Performed | None, when: str) -> None:
        """Check that there is one effect, and that the answer tells of it."""
        was_done = when == "after"
        if deed.blind:
            assert outcome is None
            assert self.applied(deed) == was_done
            return
        assert outcome is not None
        # ReturnGO takes the same content for another write of it where `again` says so
        assert self.applied(deed) == 1 + (deed.again and was_done)
        assert outcome.answer["shop"] == SHOPS[0]
        if deed.action == "create_rma":
            made = str(max(self.sandbox.simulation.world.rmas))
            assert outcome.answer["rma_id"] == made
        else:
            told = outcome.answer.items()
            given = {name: text for name, text in deed.fields.items() if name != "text"}
            given.pop("rma_id", None)
            assert given.items() <= told
        assert self.ask(deed) == Performed(outcome.answer, is_replay=True)

    def _rma_of(self, shipment_id: str) -> str:
        rmas = self.sandbox.simulation.world.rmas
        return next(
            str(number)
            for number, rma in rmas.items()
            if shipment_id in {str(each.id) for each in rma.shipments}
        )


Open = Callable[[timedelta], Any]


@pytest.fixture
def scene(migrated: Migrated) -> Open:
    """Open a scene: each history needs one of its own."""

    @contextmanager
    def opened(ahead: timedelta) -> Iterator[Scene]:
        with tempfile.TemporaryDirectory() as folder:
            scene = Scene(Path(copy(migrated.sqlite, folder)), ahead)
            try:
                yield scene
            finally:
                scene.store.close()

    return opened


@pytest.mark.parametrize("action", ACTIONS)
def test_what_was_interrupted_is_done_once_while_clocks_are_apart(scene: Open, action: str) -> None:
    @histories
    @given(
        ahead=st.integers(-SKEW, SKEW) | st.sampled_from([-SKEW, -900, -360, 360, 900, SKEW]),
        fraction=st.integers(0, 999_999),
        when=st.sampled_from(["before", "after"]),
        pause=st.sampled_from([0, 60, 120, 3600, 86_400]),
        names_rma=st.booleans(),
    )
    def check(ahead: int, fraction: int, when: str, pause: int, names_rma: bool) -> None:
        with scene(timedelta(seconds=ahead)) as told:
            told.truth.advance(timedelta(microseconds=fraction))
            deed = told.deed(action, names_rma=names_rma)
            told.interrupt(deed, when)
            told.truth.sleep(pause)
            told.check(deed, told.ask_until_it_is_over(deed), when)

    check()


@pytest.mark.parametrize("ahead", [HOUR, 2 * HOUR, timedelta(days=30)], ids=str)
@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_what_was_interrupted_is_done_once_when_the_clock_is_set_back(
    scene: Open, action: str, when: str, ahead: timedelta
) -> None:
    with scene(ahead) as told:
        deed = told.deed(action, names_rma=True)
        told.interrupt(deed, when)
        told.clock.ahead = timedelta()
        told.truth.sleep(120)
        told.check(deed, told.ask_until_it_is_over(deed), when)
