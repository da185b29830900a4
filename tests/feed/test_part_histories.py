"""Random histories of what happens to returns: statuses, shipments, comments, validated items.

The oracle knows nothing of the feed's rules. Each change of status and each comment comes out once;
what is told of a parcel is one unbroken line from its first status to the one that it has.
"""

from collections import defaultdict
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest import mock

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import app
from connector.sandbox.items import validate
from connector.sandbox.lifecycle import SHIPMENT_TRANSITIONS
from connector.sandbox.models import Rma
from schemas.reading import read_moment
from tests.feed.histories import SHOPS, History, steps_of

HISTORIES = 40
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


@settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=HISTORIES,
    phases=(Phase.explicit, Phase.generate),
)
@given(
    pagesize=st.integers(1, 7),
    skew=st.sampled_from((-600, 0, 600)),
    ages=st.lists(st.sampled_from((60, 7_200, 200_000)), min_size=1, max_size=4),
    history=st.lists(steps_of(happenings, NAMES), min_size=10, max_size=25),
)
def test_whatever_happens_to_parts_it_comes_out_once(pagesize, skew, ages, history):
    with (
        mock.patch("connector.feed.refresh.LOOK_EVERY", 1.0),
        Story.begun(pagesize, skew, ages) as told,
    ):
        for name in NAMES:
            told.walk(name, 3)
        for what, *how in history:
            getattr(told, what)(*how)
        told.settle()
        for name in NAMES:
            told.expect_both_clients_took_the_same(name)
        told.expect_statuses()
        told.expect_comments()
        told.expect_items()
        told.expect_shipments()


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

    def _taken(self, name: str) -> list[dict[str, Any]]:
        return [self.shown[event_id] for event_id in self.walked[name]]

    def _rmas(self, name: str) -> list[Rma]:
        """Answer the returns that a first look takes in, and those that were made since."""
        since = self.baselines[name]
        return [
            rma for rma in self.sandbox.simulation.world.rmas.values() if rma.last_updated >= since
        ]

    def expect_both_clients_took_the_same(self, name: str) -> None:
        assert len(set(self.walked[name])) == len(self.walked[name])
        assert sorted(self.glanced[name]) == sorted(self.walked[name])

    def expect_statuses(self) -> None:
        name = "rma_status_changed"
        expected = sorted(
            (str(rma.id), each["eventName"], each["eventDate"])
            for rma in self._rmas(name)
            for each in rma.events
            if each["eventName"] != CREATED
            and (read_moment(each["eventDate"]) or self.baselines[name]) >= self.baselines[name]
        )
        taken = sorted(
            (
                each["rma_id"],
                f"RMA_{each['to_status'].upper()}",
                each["occurred_at"].replace("Z", "+00:00"),
            )
            for each in self._taken(name)
        )
        assert taken == expected

    def expect_comments(self) -> None:
        name = "rma_comment_added"
        taken = sorted((each["rma_id"], each["html"]) for each in self._taken(name))
        for rma in self._rmas(name):
            mine = [html for rma_id, html in taken if rma_id == str(rma.id)]
            made = [
                each["htmlText"]
                for each in rma.comments
                if (read_moment(each["datetime"]) or self.baselines[name]) >= self.baselines[name]
            ]
            assert mine == sorted(made)

    def expect_items(self) -> None:
        last: dict[str, Any] = {}
        for each in self._taken("item_validated"):
            found = read_moment(each["validated_at"])
            assert found in self.validated[each["returned_item_id"]]
            last[each["returned_item_id"]] = found
        for rma in self._rmas("item_validated"):
            for item_id in {item["returnedItemId"] for item in rma.items} & set(self.validated):
                assert last[item_id] == max(self.validated[item_id])

    def expect_shipments(self) -> None:
        changes: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for each in self._taken("shipment_status_changed"):
            changes[each["shipment_id"]].append((each["from_status"], each["to_status"]))
        made = [each["shipment_id"] for each in self._taken("shipment_created")]
        since = self.baselines["shipment_created"]
        for rma in self._rmas("shipment_created"):
            for parcel in rma.shipments:
                line = changes[str(parcel.id)]
                for (_, to), (left, _) in pairwise(line):
                    assert to == left
                if line:
                    assert line[-1][1] == parcel.status
                if rma.created_at >= since:
                    assert made.count(str(parcel.id)) == 1
                    way = self.travelled.get(parcel.id, [parcel.status])
                    assert bool(line) == (way[-1] != "Pending")
