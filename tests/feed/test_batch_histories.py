"""A client that follows each answer's place is told everything once, whatever happens."""

from pathlib import Path
from typing import Any
from unittest import mock

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from connector.feed import NotReady
from connector.returngo import ReturnGOError
from tests.feed.histories import AGES, steps_of
from tests.feed.returngo import Killed
from tests.feed.test_histories import TRIGGERS, Story, happenings

HISTORIES = 6


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
    ages=st.lists(st.sampled_from(AGES), min_size=1, max_size=4),
    history=st.lists(steps_of(happenings, tuple(TRIGGERS)), min_size=10, max_size=25),
)
def test_whatever_happens_who_follows_is_told_everything_once(pagesize, skew, ages, history):
    with (
        mock.patch("connector.feed.refresh.LOOK_EVERY", 1.0),
        Followed.begun(pagesize, skew, ages) as told,
    ):
        for name in TRIGGERS:
            told.walk(name, 3)
        for what, *how in history:
            getattr(told, what)(*how)
        told.settle()
        assert [account for account in told.accounts() if not account.is_right] == []


class Followed(Story):
    """A client stands before the first event of an empty log, and follows from there."""

    def __init__(self, database: Path, pagesize: int, skew: Any) -> None:
        self.places = dict.fromkeys(self.triggers, 0)
        super().__init__(database, pagesize, skew)

    def walk(self, name: str, limit: int) -> None:
        """Follow from the place where the client stands, as long as more waits."""
        self.baselines.setdefault(name, self.baseline_now())
        while True:
            call = {"raw": True, "after": self.places[name], "limit": limit}
            try:
                batch = self.feed.batch(self.connection, self.triggers[name], call)
            except (NotReady, ReturnGOError):
                return
            except Killed:
                self._restart_as_killed()
                return
            assert len(batch.objects) <= limit
            assert (batch.place > self.places[name]) >= bool(batch.objects)
            for shown in batch.objects:
                assert self.shown.setdefault(shown["id"], shown) == shown
            self.walked[name] += [shown["id"] for shown in batch.objects]
            self.places[name] = batch.place
            if not batch.has_more:
                return
