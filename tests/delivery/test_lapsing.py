"""A hook ends whose own key ReturnGO has refused for 30 days; its key is forgotten with it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from connector.connections import Connections
from connector.delivery import Subscription
from connector.feed import Failure
from connector.store.tables import stream, subscription
from connector.verification import KNOWN_FOR
from tests.delivery.bureau import DEMO, Bureau
from tests.web.conftest import SETTINGS

DAY = timedelta(days=1)


@pytest.fixture
def hook(bureau: Bureau) -> Subscription:
    """A hook that reads with a key of its own, long ago."""
    connections = Connections(SETTINGS, bureau.store, bureau.vault)
    own = connections.by_key("planted-key", DEMO)
    bureau.ready(DEMO, own)
    hook = bureau.subscribe(connection=own)
    bureau.clock.advance(KNOWN_FOR + DAY)
    return hook


def note(bureau: Bureau, **values: Any) -> None:
    """Note how the last readings went."""
    with bureau.store.write() as database:
        database.execute(update(stream).values(**values))


def ended(bureau: Bureau, hook: Subscription) -> tuple[bool, bool]:
    """Return whether a hook has ended, and whether its key is forgotten."""
    of_hook = select(subscription).where(subscription.c.id == hook.id)
    with bureau.store.read() as database:
        row = database.execute(of_hook).one()
    return row.ended_at is not None, row.api_key is None


@pytest.mark.parametrize("failure", [Failure.KEY_REFUSED, Failure.SHOP_REFUSED])
def test_a_hook_ends_whose_key_was_refused_for_30_days(
    bureau: Bureau, hook: Subscription, failure: Failure
):
    kept = bureau.subscribe(url="https://hooks.example.com/of-the-settings")
    bureau.clock.advance(KNOWN_FOR + DAY)
    note(bureau, failure=failure, fresh_at=bureau.clock.now() - KNOWN_FOR + DAY)
    assert not bureau.delivery.lapsing.run()
    note(bureau, failure=failure, fresh_at=bureau.clock.now() - KNOWN_FOR - DAY)
    assert bureau.delivery.lapsing.run()
    assert ended(bureau, hook) == (True, True)
    assert ended(bureau, kept) == (False, True)
    assert not bureau.delivery.lapsing.run()


@pytest.mark.parametrize("failure", [None, Failure.UNAVAILABLE, Failure.QUOTA])
def test_a_hook_stays_that_nothing_was_read_for_though_its_key_may_be_good(
    bureau: Bureau, hook: Subscription, failure: Failure | None
):
    note(bureau, failure=failure, fresh_at=None)
    assert not bureau.delivery.lapsing.run()
    assert ended(bureau, hook) == (False, False)


def test_a_young_hook_stays_whatever_its_key(bureau: Bureau, hook: Subscription):
    note(bureau, failure=Failure.KEY_REFUSED, fresh_at=None)
    with bureau.store.write() as database:
        database.execute(update(subscription).values(created_at=bureau.clock.now() - DAY))
    assert not bureau.delivery.lapsing.run()
    assert ended(bureau, hook) == (False, False)
