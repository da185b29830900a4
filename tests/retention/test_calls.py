from sqlalchemy import func, insert, select

from connector.connections import BROUGHT
from connector.deeds import Deeds, Doer
from connector.retention.calls import Calls
from connector.store import Store, Vault
from connector.store.tables import budget, deed, finding, idempotency, token_calls, verification
from connector.verification import KNOWN_FOR
from tests.retention.conftest import DAY, KEEPS
from tests.stand_ins import HandClock


def test_what_keys_leave_behind_goes_once_they_are_unused(store: Store, clock: HandClock):
    old, young = clock.now() - KEEPS - DAY, clock.now() - DAY
    with store.write() as database:
        for name, when in (("old", old), ("young", young)):
            database.execute(
                insert(verification).values(
                    connection=name, shop="demo.myshopify.com", key_id=name, checked_at=when
                )
            )
            database.execute(
                insert(budget).values(
                    key_id=name, day=when.date().isoformat(), used=1, paced_until=when
                )
            )
            database.execute(
                insert(token_calls).values(
                    token=name, day=when.date().isoformat(), of_day=1, minute=when, of_minute=1
                )
            )
            database.execute(
                insert(idempotency).values(
                    connection="operator",
                    action="add_rma_comment",
                    key=name,
                    fingerprint="{}",
                    started_at=when,
                    owner="",
                    lease_until=when,
                )
            )
        for name in ("old", "young"):
            # What was found out once is asked for ever after.
            database.execute(
                insert(finding).values(key_id=name, name="x", verdict="true", found_at=old)
            )
    assert not Calls(store, KEEPS).run(clock.now())
    with store.read() as database:
        for table, column in (
            (verification, verification.c.key_id),
            (budget, budget.c.key_id),
            (token_calls, token_calls.c.token),
            (idempotency, idempotency.c.key),
            (finding, finding.c.key_id),
        ):
            assert database.execute(select(column)).scalars().all() == ["young"], table.name


def test_a_deed_is_kept_for_90_days_and_what_was_sent_for_a_week(
    store: Store, vault: Vault, clock: HandClock
):
    deeds = Deeds(store, vault, clock)
    for age in (91, 89, 8, 6):
        long_ago = Deeds(store, vault, HandClock(clock.now() - age * DAY))
        long_ago.begin(Doer("ledger"), f"{age} days ago", connection="operator", asked={})
    Calls(store, KEEPS).run(clock.now())
    kept = {each.name: each.has_details for each in deeds.newest()}
    assert kept == {"89 days ago": False, "8 days ago": False, "6 days ago": True}
    with store.read() as database:
        assert database.execute(select(func.count()).select_from(deed)).scalar() == 3


def test_that_a_callers_own_key_was_accepted_is_kept_for_as_long_as_it_is_known(
    store: Store, clock: HandClock
):
    with store.write() as database:
        for name in ("operator", f"{BROUGHT}1"):
            for age in (KNOWN_FOR - DAY, KNOWN_FOR + DAY):
                row = {"connection": name, "shop": str(age.days), "key_id": name}
                database.execute(insert(verification).values(**row, checked_at=clock.now() - age))
    Calls(store, KEEPS).run(clock.now())
    with store.read() as database:
        left = database.execute(select(verification.c.connection, verification.c.shop)).all()
    assert sorted(left) == [(f"{BROUGHT}1", "29"), ("operator", "29"), ("operator", "31")]
