"""Who subscribes twice at the same moment has one hook."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest

from connector.delivery.hooks.subscriptions import Subscriptions
from tests.delivery.bureau import URL, Bureau

TOGETHER = 0.2  # seconds for which one who has looked waits for the other to look


def test_of_two_who_ask_for_the_same_at_once_one_makes_the_hook(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
):
    both_have_looked = Barrier(2)
    look = Subscriptions._granted

    def look_together(*asked: Any) -> Any:
        found = look(*asked)
        with suppress(BrokenBarrierError):
            both_have_looked.wait(TOGETHER)
        return found

    monkeypatch.setattr(Subscriptions, "_granted", look_together)
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda _: bureau.subscribe().id, range(2))
    assert one == other
    assert [each.id for each in bureau.delivery.hooks.all(bureau.connection)] == [one]


def test_an_event_comes_once_where_it_was_asked_for_twice(bureau: Bureau):
    bureau.subscribe()
    bureau.refund()
    bureau.subscribe()
    bureau.refund()
    bureau.work()
    assert [url for url, *_ in bureau.sender.sent] == [URL, URL]
