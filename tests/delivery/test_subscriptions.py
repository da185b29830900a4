"""Who subscribes twice at the same moment has one hook."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.delivery.bureau import URL, Bureau

AT_ONCE = 4


def test_of_many_who_ask_for_the_same_at_once_one_makes_the_hook(bureau: Bureau):
    ready = Barrier(AT_ONCE)

    def subscribe(_number: int) -> str:
        ready.wait()
        return bureau.subscribe().id

    with ThreadPoolExecutor(AT_ONCE) as pool:
        made = set(pool.map(subscribe, range(AT_ONCE)))
    assert {each.id for each in bureau.delivery.hooks.all(bureau.connection)} == made
    assert len(made) == 1


def test_an_event_comes_once_where_it_was_asked_for_twice(bureau: Bureau):
    bureau.subscribe()
    bureau.refund()
    bureau.subscribe()
    bureau.refund()
    bureau.work()
    assert [url for url, *_ in bureau.sender.sent] == [URL, URL]
