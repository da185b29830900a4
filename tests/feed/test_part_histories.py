"""Random histories of what happens to returns: statuses, shipments, comments, validated items.

The oracle knows nothing of the feed's rules. Each change of status and each comment comes out once;
what is told of a parcel is one unbroken line from its first status to the one that it has.
"""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

import app
from connector.feed.changes import STATUS_OF_EVENT
from connector.sandbox.items import validate
from connector.sandbox.lifecycle import SHIPMENT_TRANSITIONS
from connector.sandbox.models import Rma
from schemas.reading import read_moment, show_moment
from tests.feed.histories import SHOPS, History, random_histories, steps_of

HISTORIES = 10
NAMES = (
    "rma_status_changed",
    "shipment_created",
    "shipment_status_changed",
    "item_validated",
    "rma_comment_added",
)
CREATED = "RMA_CREATED"
# An RMA that is done is not looked at any more: it stays open here.
NEXT = {"Pending": "Approved", "Approved": "Received", "Received": "Validated"}

happenings = st.lists(
    st.one_of(
        st.tuples(st.just("rma"), st.sampled_from(SHOPS), st.none()),
        st.tuples(
            st.sampled_from(("move", "ship", "ship", "comment", "validate", "touch")),
            st.integers(0, 4),
            st.integers(0, 3),
        ),
    ),
    min_size=1,
    max_size=6,
)


@random_histories(steps_of(happenings, NAMES), count=HISTORIES, ages=(60, 7_200, 200_000))
def test_whatever_happens_to_parts_it_comes_out_once(pagesize, skew, ages, history):
    with Story.begun(pagesize, skew, ages) as told:
        told.live_through(history)
        assert [account for account in told.accounts() if not account.is_right] == []
        told.expect_unbroken_lines()


class Story(History):
    """Returns move on, parcels travel, people comment, the warehouse looks at items."""

    triggers = {name: app.CATALOGUE.triggers[name] for name in NAMES}  # noqa: RUF012

    def __init__(self, database: Path, pagesize: int, skew: timedelta) -> None:
        self.travelled: dict[int, list[str]] = {}
        self.validated: dict[str, set[Any]] = defaultdict(set)
        super().__init__(database, pagesize, skew)

    def _happen(self, what: str, which: Any, option: Any) -> None:
        rmas = list(self.sandbox.simulation.world.rmas.values())
        if what == "rma":
            self.world.rma(which)
            return
        rma = rmas[which % len(rmas)]
        world, now = self.sandbox.simulation.world, self.world.now()
        match what:
            case "touch":
                self.world.touch(rma)
            case "move" if rma.status in NEXT:
                self.world.move(rma, NEXT[rma.status])
            case "comment":
                world.add_comment(rma, f"<p>{option}</p>", now)
            case "validate":
                item = rma.items[option % len(rma.items)]
                validate(item, now)
                self.validated[item["returnedItemId"]].add(now)
            case "ship":
                parcel = rma.shipments[option % len(rma.shipments)]
                allowed = SHIPMENT_TRANSITIONS[parcel.status]
                if allowed:
                    line = self.travelled.setdefault(parcel.id, [parcel.status])
                    world.update_shipment(parcel, {"status": allowed[option % len(allowed)]})
                    line.append(parcel.status)

    def _rmas(self, name: str) -> dict[str, Rma]:
        """Answer the returns that a first look takes in, and those that were made since."""
        return {
            str(rma.id): rma
            for rma in self.sandbox.simulation.world.rmas.values()
            if rma.last_updated >= self.baselines[name]
        }

    def taken(self, name: str, event_ids: list[str]) -> Counter[Any]:
        rmas = self._rmas(name)
        shown = [self.shown[event_id] for event_id in event_ids]
        mine = [each for each in shown if each["rma_id"] in rmas]
        match name:
            case "rma_status_changed":
                return Counter(
                    (each["rma_id"], each["to_status"], each["occurred_at"]) for each in mine
                )
            case "rma_comment_added":
                return Counter((each["rma_id"], each["html"], each["occurred_at"]) for each in mine)
            case "item_validated":
                return Counter((each["returned_item_id"], each["validated_at"]) for each in mine)
            case "shipment_created":
                return Counter(
                    each["shipment_id"]
                    for each in mine
                    if rmas[each["rma_id"]].created_at >= self.baselines[name]
                )
            case _:
                ends = {each["shipment_id"]: each["to_status"] for each in self._in_order(mine)}
                return Counter(ends.items()) + Counter(
                    {event_id: count - 1 for event_id, count in Counter(event_ids).items()}
                )

    def expected(self, name: str) -> Counter[Any]:
        rmas = self._rmas(name)
        since = self.baselines[name]
        match name:
            case "rma_status_changed":
                return Counter(
                    (rma_id, STATUS_OF_EVENT[each["eventName"]], show_moment(when))
                    for rma_id, rma in rmas.items()
                    for each in rma.events
                    if (when := moment(each["eventDate"])) >= since and each["eventName"] != CREATED
                )
            case "rma_comment_added":
                return Counter(
                    (rma_id, each["htmlText"], show_moment(when))
                    for rma_id, rma in rmas.items()
                    for each in rma.comments
                    if (when := moment(each["datetime"])) >= since
                )
            case "item_validated":
                return self._validations(name)
            case "shipment_created":
                return Counter(
                    str(parcel.id)
                    for rma in rmas.values()
                    for parcel in rma.shipments
                    if rma.created_at >= since
                )
            case _:
                told = {each["shipment_id"] for each in self._shown(name)}
                return Counter(
                    (str(parcel.id), parcel.status)
                    for rma in rmas.values()
                    for parcel in rma.shipments
                    if str(parcel.id) in told
                    or (rma.created_at >= since and parcel.status != "Pending")
                )

    def _validations(self, name: str) -> Counter[Any]:
        """Count the last of each item, and those before it that were seen."""
        seen = {(each["returned_item_id"], each["validated_at"]) for each in self._shown(name)}
        items = {item["returnedItemId"] for rma in self._rmas(name).values() for item in rma.items}
        return Counter(
            (item_id, show_moment(when))
            for item_id in items
            for when in self.validated.get(item_id, ())
            if when == max(self.validated[item_id]) or (item_id, show_moment(when)) in seen
        )

    def _shown(self, name: str) -> list[dict[str, Any]]:
        return [self.shown[event_id] for event_id in self.walked[name]]

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


def moment(text: str) -> datetime:
    """Read a time that ReturnGO wrote."""
    found = read_moment(text)
    assert found is not None
    return found
