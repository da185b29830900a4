"""Random histories of ReturnGO, of its failures and of the bridge's, against what really happened.

The oracle knows nothing of the feed's rules: every RMA made since the baseline comes out once, and
so does every time that a transaction was seen coming into status Requested.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import example
from hypothesis import strategies as st

from connector.feed import About, Page
from schemas.reading import read_moment, show_moment
from tests.feed.histories import SHOPS, History, random_histories, steps_of
from triggers.new_rma import block as new_rma
from triggers.refund_requested import block as refund_requested

HISTORIES = 10
TRIGGERS = {"new_rma": new_rma, "refund_requested": refund_requested}

happenings = st.lists(
    st.one_of(
        st.tuples(st.just("rma"), st.sampled_from(SHOPS), st.booleans()),
        st.tuples(
            st.sampled_from(("touch", "refund", "Requested", "Requested", "Success", "Success")),
            st.integers(0, 4),
            st.none(),
        ),
    ),
    min_size=1,
    max_size=6,
)

# A webhook tells of a refund of before the baseline; it is paid and requested again unseen.
LEFT_AND_RETURNED_UNSEEN: list[tuple[Any, ...]] = [
    ("hear", About.TRANSACTION, 0),
    ("happen", [("Success", 0, None), ("Requested", 0, None)]),
    ("wait", 301),
    ("glance", "refund_requested"),
    ("wait", 301),
    ("glance", "refund_requested"),
]


@random_histories(steps_of(happenings, tuple(TRIGGERS)), count=HISTORIES)
@example(pagesize=500, skew=0, ages=[200_000], history=LEFT_AND_RETURNED_UNSEEN)
def test_whatever_happens_everything_comes_out_once(pagesize, skew, ages, history):
    with Story.begun(pagesize, skew, ages) as told:
        told.live_through(history)
        assert [account for account in told.accounts() if not account.is_right] == []
        told.expect_whole_rmas()


class Story(History):
    """RMAs are made, refunds requested and recorded."""

    triggers = TRIGGERS

    def __init__(self, database: Path, pagesize: int, skew: timedelta) -> None:
        self.requested_at: dict[int, datetime] = {}
        super().__init__(database, pagesize, skew)

    def _happen(self, what: str, which: Any, option: Any) -> None:
        rmas = list(self.sandbox.simulation.world.rmas.values())
        transactions = list(self.sandbox.simulation.world.transactions.values())
        if what == "rma":
            self.world.rma(which, events=bool(option))
        elif what == "touch" and rmas:
            self.world.touch(rmas[which % len(rmas)])
        elif what == "refund" and rmas:
            made = self.world.refund(rmas[which % len(rmas)])
            self.requested_at[made.id] = self.world.now()
        elif what not in ("touch", "refund") and transactions:
            changed = transactions[which % len(transactions)]
            if changed.status != what == "Requested":
                self.requested_at[changed.id] = self.world.now()
            self.world.record(changed, what)

    def _look_at(self, name: str, page: Page, call: dict[str, Any]) -> None:
        if name == "refund_requested" and not call:
            self._expect_nothing_older_than(page)

    def _expect_nothing_older_than(self, page: Page) -> None:
        """What is still Requested, and was when ReturnGO was read, is on the page.

        A history is too short for a second page.
        """
        read_at = self.clock.now() - timedelta(seconds=page.age + 1)
        on_page = {shown["transaction_id"] for shown in page.objects}
        for transaction_id, requested_at in self.requested_at.items():
            transaction = self.sandbox.simulation.world.transactions[transaction_id]
            if transaction.status != "Requested" or requested_at >= read_at:
                continue
            assert str(transaction_id) in on_page

    def _rows_of_transactions(self) -> Iterator[dict[str, Any]]:
        for path, _, rows in self.wire.pages:
            if path == "/transactions":
                yield from rows

    def expected(self, name: str) -> Counter[Any]:
        return self._rmas() if name == "new_rma" else self._refunds()

    def taken(self, name: str, event_ids: list[str]) -> Counter[Any]:
        if name == "new_rma":
            return Counter(event_ids)
        shown = [self.shown[event_id] for event_id in event_ids]
        return Counter((each["transaction_id"], each["updated_at"]) for each in shown)

    def _rmas(self) -> Counter[str]:
        return Counter(
            f"rma:{rma.id}:created"
            for rma in self.sandbox.simulation.world.rmas.values()
            if rma.created_at >= self.baselines["new_rma"]
        )

    def _refunds(self) -> Counter[tuple[str, str]]:
        """Count each time that a page showed a refund coming into Requested.

        So does the first update since the baseline of one that was Requested before.
        """
        baseline = self.baselines["refund_requested"]
        last_seen: dict[str, str | None] = {}
        expected = Counter[tuple[str, str]]()
        for row in self._rows_of_transactions():
            transaction_id, status = str(row["id"]), row["status"]
            changed_at = read_moment(row["lastUpdated"])
            assert changed_at is not None
            came = last_seen.get(transaction_id) != status == "Requested"
            last_seen[transaction_id] = status if changed_at >= baseline else None
            if came and changed_at >= baseline:
                expected[transaction_id, show_moment(changed_at)] = 1
        for transaction in self.sandbox.simulation.world.transactions.values():
            if transaction.last_updated >= baseline:
                assert last_seen[str(transaction.id)] == transaction.status
        return expected

    def expect_whole_rmas(self) -> None:
        """No RMA came out half empty."""
        for event_id in self._rmas():
            shown = self.shown[event_id]
            assert f"rma:{shown['rma_id']}:created" == event_id
            assert shown["items"]
            assert shown["customer_email"]
            assert shown["raw"]["orderDetails"]["orderId"] == shown["order_id"]
