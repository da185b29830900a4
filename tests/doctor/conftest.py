from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest

from connector.budget import Budget
from connector.config import load
from connector.connections import Connections
from connector.connections.connections import OPERATOR
from connector.doctor import Check, Examination, Setup, Told
from connector.feed import NextReading
from connector.findings import Findings
from connector.inbound import Inboxes
from connector.returngo import Transport, Upstream
from connector.sandbox.app import SandboxApp
from connector.store import Store, Vault
from tests.conftest import Control
from tests.doctor.returngo import Differences, Different
from tests.processes import SHOPS
from tests.stand_ins import HandClock

ENOUGH = 40  # calls
Examine = Callable[..., "Examined"]
QUIET_FOR = timedelta(days=3)


class Examined:
    """An examination that was gone through."""

    def __init__(self, examination: Examination) -> None:
        self.examination = examination
        self.checks: dict[str, Check] = {each.name: each for each in examination.check()}
        self.told: dict[str, Told] = dict(examination.probe())

    @property
    def states(self) -> dict[str, str]:
        return {name: check.state.value for name, check in self.checks.items()}

    @property
    def verdicts(self) -> dict[str, str]:
        return {name: told.verdict.value for name, told in self.told.items()}


@pytest.fixture
def differences() -> Differences:
    """How ReturnGO differs from the sandbox: not at all, until a test says so."""
    return Differences()


@pytest.fixture
def transport(
    sandbox: SandboxApp, clock: HandClock, differences: Differences
) -> Iterator[Transport]:
    adapter = Different(sandbox, differences)
    transport = Transport("http://sandbox.example.com", clock=clock, adapter=adapter)
    yield transport
    transport.close()


@pytest.fixture
def examine(
    store: Store,
    database_url: str,
    vault: Vault,
    transport: Transport,
    sandbox: SandboxApp,
    clock: HandClock,
) -> Examine:
    """Examine a bridge with some settings, and see that nothing was written at ReturnGO."""

    def run(
        calls: int = ENOUGH,
        shop: str | None = None,
        *,
        reach: Callable[[str], int] = lambda _: 200,
        ahead: timedelta = timedelta(),
        plan: Sequence[NextReading] = (),
        **environ: str,
    ) -> Examined:
        settings = load(
            {
                "RETURNGO_API_KEY": "demo-key",
                "RETURNGO_SHOPS": ",".join(SHOPS),
                "BRIDGE_TOKEN": "t" * 32,
                "SECRET_KEY": "s" * 32,
                "RETURNGO_BASE_URL": "http://127.0.0.1:8081",
                "DATABASE_URL": database_url,
                **environ,
            }
        )
        bridge_clock = HandClock(clock.now() + ahead)
        budget = Budget(
            store,
            daily=settings.returngo_daily_limit,
            second=1000,
            clock=bridge_clock,
        )
        setup = Setup(
            settings=settings,
            connection=Connections(settings, store, vault).by_id(OPERATOR),
            plan=lambda _: plan,
            store=store,
            budget=budget,
            upstream=Upstream(transport, budget, bridge_clock),
            inboxes=Inboxes(store, vault),
            clock=bridge_clock,
            reach=reach,
        )
        sandbox.simulation.calls.clear()
        examined = Examined(Examination.of(setup, calls=calls, shop=shop))
        made = sandbox.simulation.calls
        assert {call.method for call in made} <= {"GET"}
        assert not any(call.applied for call in made)
        watched = examined.examination.watched
        assert len(made) == watched.made <= watched.most
        return examined

    return run


@pytest.fixture
def findings(store: Store) -> Findings:
    return Findings(store)


@pytest.fixture
def received_quietly(control: Control, clock: HandClock) -> Callable[..., list[Any]]:
    """Make RMAs that became Received days after their lastUpdated."""

    def make(count: int, quiet_for: timedelta = QUIET_FOR) -> list[Any]:
        made = [control("rmas", status="Approved") for _ in range(count)]
        clock.advance(quiet_for)
        for each in made:
            control(f"rmas/{each['rmaSummary']['rmaId']}/status", status="Received")
        clock.advance(timedelta(days=1))
        return made

    return make
