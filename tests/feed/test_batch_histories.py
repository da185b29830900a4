"""A client that follows each answer's place is told everything once, whatever happens."""

from pathlib import Path
from typing import Any

from connector.feed import NotReady
from connector.returngo import ReturnGOError
from tests.feed.histories import random_histories
from tests.feed.returngo import Killed
from tests.feed.test_histories import TRIGGERS, Story, happenings

HISTORIES = 4


@random_histories(happenings, tuple(TRIGGERS), count=HISTORIES)
def test_whatever_happens_who_follows_is_told_everything_once(pagesize, skew, ages, history):
    with Followed.begun(pagesize, skew, ages) as told:
        told.live_through(history)
        assert [account for account in told.accounts() if not account.is_right] == []


class Followed(Story):
    """A client stands before the first event of an empty log, and follows from there."""

    def __init__(self, database: Path, pagesize: int, skew: Any) -> None:
        self.places = dict.fromkeys(self.triggers, 0)
        super().__init__(database, pagesize, skew)

    def walk(self, name: str, limit: int) -> None:
        """Follow from the place where the client stands, as long as more waits."""
        self.ask(name)
        while True:
            call = {
                **self.inputs.get(name, {}),
                "raw": True,
                "after": self.places[name],
                "limit": limit,
            }
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
                assert self.shown.setdefault((name, shown["id"]), shown) == shown
            self.walked[name] += [shown["id"] for shown in batch.objects]
            self.places[name] = batch.place
            if not batch.has_more:
                return
