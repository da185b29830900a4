"""Random histories of ReturnGO, of its failures and of the bridge's, against what really happened.

The oracle knows nothing of the feed's rules: every RMA made since the baseline comes out once, and
so does every time that a transaction was seen coming into a status: a refund that waits to be paid
or has failed, an invoice that waits for its customer. A transaction is updated whenever two rows
that arrived differ in anything but the time of the last update.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import example
from hypothesis import strategies as st

from connector.feed import About, Page
from connector.sandbox.world.bodies import transaction_row
from connector.sandbox.world.models import Transaction
from schemas.reading import read_moment, show_moment
from tests.feed.histories import SHOPS, Asked, History, random_histories
from triggers.exchange_invoice_waiting import block as exchange_invoice_waiting
from triggers.new_rma import block as new_rma
from triggers.refund_failed import block as refund_failed
from triggers.refund_requested import block as refund_requested
from triggers.transaction_updated import block as transaction_updated

HISTORIES = 6
TRIGGERS = {
    "new_rma": new_rma,
    "refund_requested": refund_requested,
    "exchange_invoice_waiting": exchange_invoice_waiting,
    "refund_failed": refund_failed,
    "transaction_updated": transaction_updated,
}
MADE = {
    "refund": {"kind": "RefundToPaymentMethod"},
    "credit": {"kind": "RefundToStoreCredit", "status": "Success"},
    "invoice": {"kind": "InvoicePayment"},
    "capture": {"kind": "PaymentCapture"},
    "paid_refund": {"kind": "RefundToGiftCard"},
}
STATUSES = ("Requested", "Requested", "Success", "Success", "Failed")

happenings = st.lists(
    st.one_of(
        st.tuples(st.just("rma"), st.sampled_from(SHOPS), st.booleans()),
        *[
            st.tuples(
                st.sampled_from(("touch", "touch_money", "refer", "refund", *MADE, *STATUSES)),
                st.integers(0, 6),
                st.none(),
            )
        ]
        * 2,
    ),
    min_size=1,
    max_size=6,
)

# A webhook tells of a refund of before the baseline; it is paid and requested again unseen.
LEFT_AND_RETURNED_UNSEEN: list[tuple[Any, ...]] = [
    ("come", tuple(TRIGGERS)),
    ("hear", About.TRANSACTION, 0),
    ("happen", [("Success", 0, None), ("Requested", 0, None)]),
    ("wait", 301),
    ("glance", "refund_requested"),
    ("wait", 301),
    ("glance", "refund_requested"),
]

# The bridge's clock is set back: the refunds of just before the baseline are still old.
SET_BACK: list[tuple[Any, ...]] = [
    ("come", tuple(TRIGGERS)),
    ("wait", 301),
    ("set_the_clock", -7_200),
    ("glance", "refund_requested"),
]


@random_histories(happenings, tuple(TRIGGERS), count=HISTORIES)
@example(pagesize=500, skew=0, ages=[200_000], history=LEFT_AND_RETURNED_UNSEEN)
@example(pagesize=500, skew=600, ages=[90_000], history=SET_BACK)
def test_whatever_happens_everything_comes_out_once(pagesize, skew, ages, history):
    with Story.begun(pagesize, skew, ages) as told:
        told.live_through(history)
        assert [account for account in told.accounts() if not account.is_right] == []
        told.expect_whole_rmas()
        told.expect_only_refunds_to_pay()


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
        elif what in MADE and rmas:
            made = self.world.refund(rmas[which % len(rmas)], **MADE[what])
            if what == "paid_refund":
                made.external_reference_id = str(made.id)
            self._note_request(made, is_new=True)
        elif what not in ("touch", *MADE) and transactions:
            changed = transactions[which % len(transactions)]
            before = changed.status
            self._change(changed, what)
            self._note_request(changed, is_new=changed.status != before)

    def _change(self, transaction: Transaction, what: str) -> None:
        world, now = self.sandbox.simulation.world, self.world.now()
        if what == "touch_money":
            world.touch_transaction(transaction, now)
        elif what == "refer":
            count = len(transaction.external_reference_id or "")
            world.update_transaction(transaction, {"external_reference_id": "7" * (count + 1)}, now)
        else:
            self.world.record(transaction, what)

    def ask(self, name: str) -> None:
        """Forget what details showed of money before anybody asked for it: nobody looked at it."""
        if name != "new_rma" and not self.asked.keys() - {"new_rma"}:
            in_details = self.wire.in_details
            self.wire.pages = [
                page for page in self.wire.pages if not any(page[2] is each for each in in_details)
            ]
        super().ask(name)

    def _note_request(self, transaction: Transaction, *, is_new: bool) -> None:
        """Note since when somebody is to pay a refund, if so."""
        if not is_to_pay(transaction_row(transaction)):
            self.requested_at.pop(transaction.id, None)
        elif is_new:
            self.requested_at[transaction.id] = self.world.now()

    def _look_at(self, name: str, page: Page, call: dict[str, Any]) -> None:
        if name == "refund_requested" and not call:
            self._expect_nothing_older_than(page)

    def _expect_nothing_older_than(self, page: Page) -> None:
        """What is still Requested, and was when ReturnGO was read, is on the page.

        A history is too short for a second page.
        """
        read_at = self.clock.now() - timedelta(seconds=page.age + 1)
        if self.set_at is not None and self.listed_at() <= self.set_at:
            # Whoever sets the clock between a reading and a look at it cannot know how old it is.
            return
        on_page = {shown["transaction_id"] for shown in page.objects}
        since = self.asked["refund_requested"].since
        for transaction_id, requested_at in self.requested_at.items():
            if since <= requested_at < read_at:
                assert str(transaction_id) in on_page

    def _rows_of_transactions(self) -> Iterator[dict[str, Any]]:
        for path, _, rows in self.wire.pages:
            if path == "/transactions":
                yield from rows

    def expected(self, name: str, asked: Asked) -> Counter[Any]:
        if name == "new_rma":
            return self._rmas(asked.since)
        is_update = name == "transaction_updated"
        return self._updates(asked.since) if is_update else self._arrivals(name, asked.since)

    def taken(self, name: str, event_ids: list[str], _asked: Asked) -> Counter[Any]:
        if name == "new_rma":
            return Counter(event_ids)
        shown = [self.shown[name, event_id] for event_id in event_ids]
        return Counter((each["transaction_id"], each["updated_at"]) for each in shown)

    def _rmas(self, since: datetime) -> Counter[str]:
        return Counter(
            f"rma:{rma.id}:created"
            for rma in self.sandbox.simulation.world.rmas.values()
            if rma.created_at >= since
        )

    def _arrivals(self, name: str, since: datetime) -> Counter[tuple[str, str]]:
        """Count each time since then that a page showed a transaction coming into what is told.

        So does the first update since the baseline of one that was there before.
        """
        baseline = self.first_asked(name for name in TRIGGERS if name != "new_rma").since
        status, is_meant = ARRIVALS[name]
        last_seen: dict[str, str | None] = {}
        expected = Counter[tuple[str, str]]()
        for row in self._rows_of_transactions():
            transaction_id = str(row["id"])
            changed_at = read_moment(row["lastUpdated"])
            assert changed_at is not None
            came = last_seen.get(transaction_id) != row["status"] == status
            last_seen[transaction_id] = row["status"] if changed_at >= baseline else None
            if came and changed_at >= since and is_meant(row):
                expected[transaction_id, show_moment(changed_at)] = 1
        for transaction in self.sandbox.simulation.world.transactions.values():
            if transaction.last_updated >= baseline:
                assert last_seen[str(transaction.id)] == transaction.status
        return expected

    def _updates(self, since: datetime) -> Counter[tuple[str, str]]:
        """Count each time that a row differed from the one before, but for its time.

        At the first sight of one that was updated before that, nobody can tell what has changed.
        One that only an RMA's details have shown as it was made, nobody may have looked at.
        """
        name = "transaction_updated"
        told = {
            (each["transaction_id"], each["updated_at"])
            for each in (self.shown[name, event_id] for event_id in self.walked[name])
        }
        last_seen: dict[str, dict[str, Any]] = {}
        certain = {
            str(row["id"])
            for path, _, rows in self.wire.pages
            if path == "/transactions" and not any(rows is each for each in self.wire.in_details)
            for row in rows
            if row["lastUpdated"] == row["createdAt"]
        }
        expected = Counter[tuple[str, str]]()
        for row in self._rows_of_transactions():
            changed_at = read_moment(row["lastUpdated"])
            assert changed_at is not None
            update = str(row["id"]), show_moment(changed_at)
            shown = {key: value for key, value in row.items() if key != "lastUpdated"}
            before = last_seen.get(update[0])
            last_seen[update[0]] = shown
            if changed_at < since:
                continue
            is_first = before is None or (update[0] not in certain and before == shown)
            if is_first and row["lastUpdated"] != row["createdAt"]:
                expected[update] |= update in told
            elif before is not None and before != shown:
                expected[update] += 1
        return +expected

    def expect_whole_rmas(self) -> None:
        """No RMA came out half empty."""
        for event_id in self._rmas(self.asked["new_rma"].since):
            shown = self.shown["new_rma", event_id]
            assert f"rma:{shown['rma_id']}:created" == event_id
            assert shown["items"]
            assert shown["customer_email"]
            assert shown["raw"]["orderDetails"]["orderId"] == shown["order_id"]

    def expect_only_refunds_to_pay(self) -> None:
        """No invoice, capture or referenced refund came out as one that somebody is to pay."""
        for event_id in self.walked["refund_requested"]:
            shown = self.shown["refund_requested", event_id]
            assert shown["type"].startswith("Refund")
            assert not shown["external_reference_id"]


def is_to_pay(row: Mapping[str, Any]) -> bool:
    """Whether a row is of a refund that somebody is to pay outside ReturnGO."""
    is_refund = row["type"].startswith("Refund")
    return is_refund and row["status"] == "Requested" and not row["externalReferenceId"]


ARRIVALS: dict[str, tuple[str, Callable[[Mapping[str, Any]], bool]]] = {
    "refund_requested": ("Requested", is_to_pay),
    "exchange_invoice_waiting": ("Requested", lambda row: row["type"] == "InvoicePayment"),
    "refund_failed": ("Failed", lambda row: row["type"].startswith("Refund")),
}
