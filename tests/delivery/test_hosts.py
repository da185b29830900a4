"""How fast hosts are sent to, and that none waits for another.

HOST_DELIVERIES=5000 sends that many to one host.
"""

import os
from collections import Counter
from datetime import timedelta

from connector.delivery import Reply
from connector.delivery.queue.hosts import BURST, IN_FLIGHT, SLOW_FOR
from connector.delivery.queue.queue import DELIVERY_LEASE
from tests.delivery.bureau import Bureau
from tests.stand_ins import Held

DELIVERIES = int(os.environ.get("HOST_DELIVERIES", "150"))
HOOKS = 30
SECOND = timedelta(seconds=1)
TIMED_OUT = Reply(failure="timed out", is_timeout=True)


def host_of(url: str) -> str:
    return url.split("/")[2]


class Noting:
    """Notes when each request left, by host."""

    def __init__(self, bureau: Bureau) -> None:
        self.bureau = bureau
        self.left: dict[str, list[float]] = {}

    def __call__(self, url: str) -> Reply:
        now = self.bureau.clock.now().timestamp()
        self.left.setdefault(host_of(url), []).append(now)
        return Reply(status=200)


def most_within(times: list[float], seconds: float) -> int:
    """Count the most requests in any window of so many seconds."""
    most, first = 0, 0
    for last, time in enumerate(times):
        while time - times[first] >= seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


def test_a_host_gets_no_more_than_zapier_takes_from_however_many_workers(bureau: Bureau):
    for number in range(HOOKS):
        bureau.subscribe(url=f"https://hooks.example.com/{number}")
    bureau.sender.reply = noting = Noting(bureau)
    due = DELIVERIES // HOOKS * HOOKS
    for _ in range(DELIVERIES // HOOKS):
        bureau.refund()
    bureau.work_for((due / 25 + 1) * SECOND, bureau.delivery, bureau.another(), step=0.09)
    times = noting.left["hooks.example.com"]
    assert len(times) == due
    assert most_within(times, 1) <= 30
    # 10,000 in five minutes are 33 a second
    assert most_within(times, 4) <= 100 + BURST
    assert most_within(times, 300) <= 10_000
    assert times[-1] - times[0] < due / 25 + 1


def test_a_host_that_hangs_holds_up_no_other(bureau: Bureau):
    hanging = bureau.subscribe(url="https://hanging.example.com/1")
    healthy = [bureau.subscribe(url=f"https://h{n}.example.com/1") for n in range(20)]
    for _ in range(4):
        bureau.refund()
    for number in range(100):
        bureau.subscribe(url=f"https://hanging.example.com/other/{number}")
    bureau.refund()

    class Hanging(Held):
        def submit(self, work, /, *args, **kwargs):
            if args[0].host == "hanging.example.com":
                return super().submit(work, *args, **kwargs)
            return work(*args, **kwargs)

    worker = bureau.another(pool := Hanging())
    start = bureau.clock.now()
    bureau.work(worker)
    assert bureau.clock.now() == start
    assert all(len(bureau.events(hook)) == 5 for hook in healthy)
    assert bureau.events(hanging) == []
    assert len(pool.held) == BURST
    bureau.work_for(SECOND, worker)
    assert len(pool.held) == IN_FLIGHT


def test_a_host_that_used_up_its_time_is_sent_to_one_by_one_until_it_answers(bureau: Bureau):
    for number in range(20):
        bureau.subscribe(url=f"https://slow.example.com/{number}")
    bureau.refund()
    worker = bureau.another(pool := Held())
    bureau.sender.reply = lambda _: TIMED_OUT
    bureau.work(worker)
    bureau.work_for(SECOND, worker)
    assert len(pool.held) == IN_FLIGHT
    pool.run()
    bureau.work_for(SECOND, worker)
    assert len(pool.held) == 1
    pool.run()
    bureau.work_for(SECOND, worker)
    assert len(pool.held) == 1
    bureau.sender.reply = lambda _: Reply(status=200)
    pool.run()
    bureau.work_for(SECOND, worker)
    assert len(pool.held) == IN_FLIGHT

    bureau.sender.reply = lambda _: TIMED_OUT
    pool.run()
    bureau.work_for(SECOND, worker)
    pool.held.clear()
    bureau.clock.advance(SLOW_FOR)
    bureau.work_for(SECOND, worker)
    assert len(pool.held) >= IN_FLIGHT - 1


def test_two_workers_together_keep_the_cap_of_a_host(bureau: Bureau):
    for number in range(20):
        bureau.subscribe(url=f"https://h.example.com/{number}")
    bureau.refund()
    pools = Held(), Held()
    workers = [bureau.another(pool) for pool in pools]
    bureau.work_for(2 * SECOND, *workers)
    assert sum(len(pool.held) for pool in pools) == IN_FLIGHT
    claims = Counter(work.args[0].id for pool in pools for work in pool.held)
    assert set(claims.values()) == {1}


def test_what_a_dead_worker_had_in_flight_keeps_no_host_shut(bureau: Bureau):
    hooks = [bureau.subscribe(url=f"https://h.example.com/{number}") for number in range(20)]
    bureau.refund()
    dead = bureau.another(pool := Held())
    bureau.work_for(SECOND, dead)
    assert len(pool.held) == IN_FLIGHT
    bureau.clock.advance(DELIVERY_LEASE)
    bureau.work_for(SECOND)
    assert [bureau.states(hook) for hook in hooks] == [["delivered"]] * 20


def test_the_host_that_was_served_longest_ago_comes_first(bureau: Bureau, monkeypatch):
    """With fewer places than hosts, none is passed over again and again."""
    monkeypatch.setattr("connector.delivery.queue.hosts.HOSTS_A_TURN", 2)
    bureau.sender.reply = noting = Noting(bureau)
    for number in range(6):
        for other in range(10):
            bureau.subscribe(url=f"https://h{number}.example.com/{other}")
    bureau.refund()
    bureau.delivery.fanout.run()
    for _ in range(3):
        bureau.delivery.dispatcher.turn()
        bureau.clock.sleep(0.001)
    assert {host: len(times) for host, times in noting.left.items()} == {
        f"h{number}.example.com": BURST for number in range(6)
    }


def test_in_order_one_is_sent_only_after_the_one_before_it(bureau: Bureau):
    ordered = bureau.subscribe(url="https://a.example.com/1", ordered=True)
    free = bureau.subscribe(url="https://b.example.com/1")
    events = [bureau.refund() for _ in range(4)]
    replies = {ordered.target_url: [500, 500, 200], free.target_url: [500, 200]}

    def reply(url: str) -> Reply:
        status = replies[url].pop(0) if replies[url] else 200
        return Reply(status=status, failure=None if status == 200 else f"answered {status}")

    bureau.sender.reply = reply
    bureau.work_for(60 * SECOND, step=1)
    assert bureau.events(ordered) == [*events[:1] * 3, *events[1:]]
    assert bureau.events(free) == [*events, events[0]]


def test_in_order_what_was_given_up_does_not_hold_up_the_rest(bureau: Bureau):
    hook = bureau.subscribe(ordered=True)
    first = bureau.refund()
    bureau.sender.reply = lambda _: Reply(status=500, failure="answered 500")
    bureau.work_for(timedelta(days=2, minutes=1), step=600)
    bureau.sender.reply = lambda _: Reply(status=200)
    second = bureau.refund()
    bureau.work()
    assert bureau.events(hook)[-1] == second
    assert bureau.states(hook) == ["parked", "delivered"]
    assert set(bureau.events(hook)[:-1]) == {first}
