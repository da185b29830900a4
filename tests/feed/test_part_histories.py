"""Random histories of what happens to returns: statuses, shipments, comments, validated items.

The oracle knows nothing of the feed's rules. Each change of status that could be seen and each
comment comes out once; what is told of a parcel is one unbroken line from its first status to the
one that it has; each stay of a day is told once, and each parcel's label.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import example
from hypothesis import strategies as st

import app
from connector.feed import About, Page
from connector.sandbox.world.bodies import shipment_body
from connector.sandbox.world.items import validate
from connector.sandbox.world.lifecycle import OPEN_RMA_STATUSES, SHIPMENT_TRANSITIONS
from connector.sandbox.world.models import Rma, Shipment
from connector.sandbox.world.ways import Ways
from schemas.reading import read_moment, show_moment
from tests.feed.histories import (
    CANCELED_AGES,
    FURTHEST_OFF,
    SHOPS,
    Asked,
    History,
    random_histories,
)
from tests.feed.sightings import Sightings, Told

HISTORIES = 5
# What a client asks for: a trigger, and with what inputs.
STUCK: dict[str, dict[str, Any]] = {
    "stuck_anywhere": {"days": 1},
    "stuck_in_approved": {"status": "Approved", "days": 1},
}
OF_STATUS = {"rma_approved": "Approved", "rma_received": "Received"}
PLAIN = (
    "rma_status_changed",
    *OF_STATUS,
    "shipment_created",
    "shipment_status_changed",
    "label_ready",
    "item_validated",
    "rma_comment_added",
    "rma_problem",
)
NAMES = (*PLAIN, *STUCK)
# What people comment on an RMA that is closed, nothing shows: they do not here.
NEXT = {
    "Pending": "Approved",
    "Approved": "Received",
    "Received": "Validated",
    "Validated": "Done",
}
# So far the bridge's clock may be from what it was when something was seen.
OFF = 2 * FURTHEST_OFF + timedelta(minutes=30)
NO_PARCEL = ("No shipment required", "Keep the item")
MIXED = ("RefundToPaymentMethod", "InstantVariantExchange")
KINDS: tuple[dict[str, Any], ...] = (
    {},
    {},
    {"method": NO_PARCEL},
    {"lines": 2, "resolutions": MIXED},
)

DEEDS = (
    *("move", "move", "move", "ship", "ship", "label", "comment", "validate", "touch"),
    *("cancel", "reopen", "reopen", "reject", "fail", "error"),
)

happenings = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(("rma", "rma", "rma_that_is_closed_at_once")),
            st.sampled_from(SHOPS),
            st.integers(0, 3),
        ),
        *[st.tuples(st.sampled_from(DEEDS), st.integers(0, 4), st.integers(0, 3))] * 2,
    ),
    min_size=1,
    max_size=6,
)

# A return that was closed at the first contact is reopened; a webhook or the list of updates
# shows that before the list of what is open does.
REOPENED: tuple[Any, ...] = ("happen", [("reopen", 0, 0), ("touch", 0, 0)])
LOOK: list[tuple[Any, ...]] = [("wait", 61), ("glance", "rma_approved")]
# An approval fails, the return is canceled, reopened and approved, and events tell so.
FAILED_AT_FIRST = [
    ("come", NAMES),
    ("behave", Ways(is_quiet=False)),
    ("happen", [("fail", 0, 0)]),
    *LOOK,
    ("happen", [("cancel", 0, 0), ("reopen", 0, 0), ("move", 0, 0)]),
    *LOOK,
]
# A new return is canceled before a list shows it, and reopened when one has just been read.
CANCELED_UNSEEN = [
    ("come", NAMES),
    ("happen_between_calls", [("reopen", 2, 1)]),
    ("happen", [("rma", SHOPS[1], 2), ("rma_that_is_closed_at_once", SHOPS[0], 2)]),
    ("wait", 301),
    *LOOK,
]
# A return is canceled, reopened and canceled before anybody asks, and events tell so but for the
# reopening.
CANCELED_TWICE = [
    ("behave", Ways(is_quiet=False)),
    ("happen", [("cancel", 0, 3)]),
    ("happen", [("reopen", 0, 3), ("cancel", 0, 3)]),
]
SHOWN_BY_A_WEBHOOK = [("come", NAMES), ("wait", 301), REOPENED, ("hear", About.RMA, 0), *LOOK]
SHOWN_AS_UPDATED = [("come", NAMES), ("wait", 301), *LOOK * 4, REOPENED, *LOOK * 3]


@random_histories(happenings, NAMES, count=HISTORIES, ages=(60, 7_200, 200_000, *CANCELED_AGES))
@example(pagesize=500, skew=0, ages=[200_001], history=SHOWN_BY_A_WEBHOOK)
@example(pagesize=500, skew=0, ages=[200_001], history=SHOWN_AS_UPDATED)
@example(pagesize=500, skew=0, ages=[60], history=FAILED_AT_FIRST)
@example(pagesize=500, skew=0, ages=[7_200], history=CANCELED_UNSEEN)
@example(pagesize=500, skew=0, ages=[90_000, 90_000, 90_000, 7_200], history=CANCELED_TWICE)
def test_whatever_happens_to_parts_it_comes_out_once(pagesize, skew, ages, history):
    with Story.begun(pagesize, skew, ages) as told:
        told.live_through(history)
        assert [account for account in told.accounts() if not account.is_right] == []
        told.expect_unbroken_lines()
        told.expect_no_approval_that_never_was()


class Story(History):
    """Returns move on, parcels travel, people comment, the warehouse looks at items."""

    triggers = {  # noqa: RUF012
        **{name: app.CATALOGUE.triggers[name] for name in PLAIN},
        **dict.fromkeys(STUCK, app.CATALOGUE.triggers["return_stuck"]),
    }
    inputs = STUCK

    def __init__(self, database: Path, pagesize: int, skew: timedelta) -> None:
        self.ready_at: dict[str, datetime] = {}
        self.moved_at: dict[int, datetime] = {}
        self.validated: dict[str, set[Any]] = defaultdict(set)
        super().__init__(database, pagesize, skew)
        self.sightings = Sightings(self.sandbox.simulation.world.rmas, self.world.now)
        self.wire.see = self.sightings.see

    def _happen(self, what: str, which: Any, option: Any) -> None:
        if what == "rma":
            self.world.rma(which, **KINDS[option])
            return
        if what == "rma_that_is_closed_at_once":
            rma = self.world.rma(which, **KINDS[option])
            self._do("reject" if option % 2 else "cancel", rma, option)
            return
        rmas = list(self.sandbox.simulation.world.rmas.values())
        self._do(what, rmas[which % len(rmas)], option)

    def _do(self, what: str, rma: Rma, option: Any) -> None:
        if self.moved_at.get(rma.id) == self.world.now():
            # Nobody can tell the order of two events of one second.
            self.clock.advance(timedelta(seconds=1))
        before = rma.status, len(rma.events)
        is_open = rma.status in OPEN_RMA_STATUSES
        match what:
            case "touch":
                self.world.touch(rma)
            case "move" if rma.status in NEXT:
                self.world.move(rma, NEXT[rma.status])
            case "cancel" if is_open:
                self.world.move(rma, "Canceled")
            case "reject" if rma.status == "Pending":
                self.world.move(rma, "Rejected")
            case "reopen" if rma.status == "Canceled":
                self.sandbox.simulation.world.reopen(rma, self.world.now())
            case "fail" if rma.status == "Pending":
                self.sandbox.simulation.world.fail_approval(rma, self.world.now())
            case _ if is_open or (what == "validate" and rma.status == "Done"):
                self._do_to_parts(what, rma, option)
        self.sightings.note(rma, before)
        if before != (rma.status, len(rma.events)):
            self.moved_at[rma.id] = self.world.now()

    def _do_to_parts(self, what: str, rma: Rma, option: Any) -> None:
        world, now = self.sandbox.simulation.world, self.world.now()
        match what:
            case "error":
                world.add_error(rma, f"The refund was refused ({option}).", now)
            case "comment":
                world.add_comment(rma, f"<p>{option}</p>", now)
            case "validate":
                item = rma.items[option % len(rma.items)]
                validate(item, now)
                self.validated[item["returnedItemId"]].add(now)
            case "label" if rma.shipments:
                self._change(rma.shipments[option % len(rma.shipments)], LABELS[option])
            case "ship" if rma.shipments:
                parcel = rma.shipments[option % len(rma.shipments)]
                allowed = SHIPMENT_TRANSITIONS[parcel.status]
                if allowed:
                    self._change(parcel, {"status": allowed[option % len(allowed)]})

    def _change(self, parcel: Shipment, changes: dict[str, str | None]) -> None:
        """Change a parcel; for a while, its return may still be shown with the old one."""
        simulation = self.sandbox.simulation
        before = shipment_body(parcel)
        simulation.world.update_shipment(parcel, changes, self.world.now())
        simulation.stale.was(before, simulation.clock.now())

    def _since(self, rma: Rma, asked: Asked) -> datetime:
        """Say since when what happens to a return is told to somebody who asked at that time.

        One that was over by then is not looked into any more.
        """
        return asked.at if self.sightings.was_closed(rma, asked.at) else asked.since

    def _rmas(self, asked: Asked) -> dict[str, Rma]:
        """Return the returns that a first look takes in, and those that were made since."""
        return {
            str(rma.id): rma
            for rma in self.sandbox.simulation.world.rmas.values()
            if rma.last_updated >= self._since(rma, asked)
        }

    def _is_new(self, rma: Rma, asked: Asked) -> bool:
        return rma.created_at >= self._since(rma, asked)

    def _all(self) -> dict[str, Rma]:
        return {str(rma.id): rma for rma in self.sandbox.simulation.world.rmas.values()}

    def taken(self, name: str, event_ids: list[str], asked: Asked) -> Counter[Any]:
        in_order = sorted(event_ids, key=self.walked[name].index)
        shown = [self.shown[name, event_id] for event_id in in_order]
        if name in OF_STATUS:
            return Counter(event_ids)
        if name == "label_ready":
            return Counter(each["shipment_id"] for each in shown)
        if name in (*STUCK, "rma_status_changed"):
            what = self._stays if name in STUCK else self._statuses
            return self._each(lambda _, told: Counter(what(told)), shown)
        rmas = self._rmas(asked)
        return self._taken_of_parts(
            name, event_ids, [each for each in shown if each["rma_id"] in rmas], asked
        )

    def _taken_of_parts(
        self, name: str, event_ids: list[str], mine: list[dict[str, Any]], asked: Asked
    ) -> Counter[Any]:
        match name:
            case "rma_comment_added" | "rma_problem":
                return Counter((each["rma_id"], each["html"], each["occurred_at"]) for each in mine)
            case "item_validated":
                return Counter((each["returned_item_id"], each["validated_at"]) for each in mine)
            case "shipment_created":
                rmas = self._rmas(asked)
                return Counter(
                    each["shipment_id"]
                    for each in mine
                    if self._is_new(rmas[each["rma_id"]], asked)
                )
            case _:
                ends = {each["shipment_id"]: each["to_status"] for each in self._in_order(mine)}
                return Counter(ends.items()) + Counter(
                    {event_id: count - 1 for event_id, count in Counter(event_ids).items()}
                )

    def expected(self, name: str, asked: Asked) -> Counter[Any]:
        if name in OF_STATUS:
            changes = self._shown("rma_status_changed")
            return Counter(each["id"] for each in changes if each["to_status"] == OF_STATUS[name])
        if name == "label_ready":
            return self._labels(asked)
        if name in STUCK:
            return self._each(
                lambda rma, told: self.sightings.stuck(
                    rma,
                    [Told(each["status"], moment(each["recorded_at"])) for each in told],
                    status=STUCK[name].get("status"),
                    slack=OFF,
                ),
                self._shown(name),
            )
        if name == "rma_status_changed":
            ready_at = min(at for at in self.ready_at.values() if at >= asked.at)
            return self._each(
                lambda rma, told: self.sightings.statuses(
                    rma, self._statuses(told), asked.since, asked.at, ready_at
                ),
                self._shown(name),
            )
        return self._expected_of_parts(name, asked)

    def _expected_of_parts(self, name: str, asked: Asked) -> Counter[Any]:
        rmas = self._rmas(asked)
        match name:
            case "rma_comment_added" | "rma_problem":
                return Counter(
                    (rma_id, each["htmlText"], show_moment(when))
                    for rma_id, rma in rmas.items()
                    for each in rma.comments
                    if (when := moment(each["datetime"])) >= self._since(rma, asked)
                    and (name == "rma_comment_added" or each["commentType"] == "error")
                )
            case "item_validated":
                return self._validations(name, asked)
            case "shipment_created":
                return Counter(
                    str(parcel.id)
                    for rma in rmas.values()
                    for parcel in rma.shipments
                    if self._is_new(rma, asked)
                )
            case _:
                told = {each["shipment_id"] for each in self._shown(name)}
                return Counter(
                    (str(parcel.id), parcel.status)
                    for rma in rmas.values()
                    for parcel in rma.shipments
                    if str(parcel.id) in told
                    or (self._is_new(rma, asked) and parcel.status != "Pending")
                )

    def _labels(self, asked: Asked) -> Counter[str]:
        """Count the parcels that have got a label.

        Of a return of before the baseline, that may have been before the bridge looked at it.
        """
        told = {each["shipment_id"] for each in self._shown("label_ready")}
        return Counter(
            str(parcel.id)
            for rma in self._all().values()
            for parcel in rma.shipments
            if (parcel.label_url or parcel.tracking_number)
            and (
                self._is_new(rma, asked)
                or str(parcel.id) in told
                or self.sightings.was_seen_without_label(parcel, asked.at)
            )
        )

    def _validations(self, name: str, asked: Asked) -> Counter[Any]:
        """Count the last of each item, and those before it that were seen."""
        seen = {(each["returned_item_id"], each["validated_at"]) for each in self._shown(name)}
        items = {item["returnedItemId"] for rma in self._rmas(asked).values() for item in rma.items}
        return Counter(
            (item_id, show_moment(when))
            for item_id in items
            for when in self.validated.get(item_id, ())
            if when == max(self.validated[item_id]) or (item_id, show_moment(when)) in seen
        )

    def _statuses(self, told: list[dict[str, Any]]) -> list[Told]:
        """Say what was told of a return's status; only events of ReturnGO's date it for certain."""
        return [
            Told(
                each["to_status"],
                moment(each["occurred_at"]) if each["dated_by"] == "Event" else None,
            )
            for each in told
        ]

    def _stays(self, told: list[dict[str, Any]]) -> list[tuple[str, int]]:
        return [(each["status"], number) for number, each in enumerate(told)]

    def _each(
        self,
        count: Callable[[Rma, list[dict[str, Any]]], Counter[Any]],
        shown: list[dict[str, Any]],
    ) -> Counter[Any]:
        """Count something for each return, given what was told of it."""
        told = defaultdict(list)
        for each in shown:
            told[each["rma_id"]].append(each)
        counted = Counter[Any]()
        for rma_id, rma in self._all().items():
            for what, times in count(rma, told[rma_id]).items():
                counted[rma_id, what] += times
        return counted

    def _look_at(self, name: str, _page: Page, _call: dict[str, Any]) -> None:
        if name in ("rma_status_changed", *OF_STATUS):
            self.ready_at.setdefault(name, self.world.now())

    def _shown(self, name: str) -> list[dict[str, Any]]:
        return [self.shown[name, event_id] for event_id in self.walked[name]]

    def _in_order(self, shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return sorted(shown, key=lambda each: str(each["recorded_at"]))

    def expect_unbroken_lines(self) -> None:
        """What is told of a parcel goes on where it ended."""
        lines: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for each in self._shown("shipment_status_changed"):
            lines[each["shipment_id"]].append((each["from_status"], each["to_status"]))
        for line in lines.values():
            for (_, to), (left, _) in pairwise(line):
                assert to == left

    def expect_no_approval_that_never_was(self) -> None:
        """No return is told to be approved that ReturnGO has never approved."""
        rmas = self._all()
        for each in self._shown("rma_approved"):
            rma = rmas[each["rma_id"]]
            assert rma.was_approved or self.sightings.looked_approved(rma)


LABELS: tuple[dict[str, str | None], ...] = (
    {"label_url": "https://carrier.example.com/label/1.pdf"},
    {"tracking_number": "EX1ZA"},
    {"tracking_number": "EX2ZA", "label_url": "https://carrier.example.com/label/2.pdf"},
    {"carrier_name": "Example Carrier"},
)


def moment(text: str) -> datetime:
    """Read a time that ReturnGO wrote."""
    found = read_moment(text)
    assert found is not None
    return found
