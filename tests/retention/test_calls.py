from sqlalchemy import insert, select

from connector.retention.calls import Calls
from connector.store import Store
from connector.store.tables import budget, finding, idempotency, verification
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
            (idempotency, idempotency.c.key),
            (finding, finding.c.key_id),
        ):
            assert database.execute(select(column)).scalars().all() == ["young"], table.name
