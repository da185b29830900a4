"""Several bridges and workers share a PostgreSQL server, which ends, dies or is replaced.

The server is the test's own. What is written is repeated until it has been done: each comment has
an idempotency key of its own.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any

import pytest
import requests
import simplejson

from tests.cluster import Cluster, running_cluster
from tests.deeds import writes
from tests.end_to_end.hook_receiver import Receiver, receiving
from tests.end_to_end.waiting import PATIENCE, eventually
from tests.processes import SHOPS, TOKEN, Bridge, Sandbox, running_bridge, running_worker
from tests.proxy import Proxy, proxying

BRIDGES, WEB_PROCESSES, WORKERS = 2, 2, 3
CALLERS = 6
PAUSE = 0.02  # seconds between two calls of a caller: the machine is for the bridges
BUSY = 2.5  # seconds of load before each trouble, and after it
AWAY = 3.0  # seconds for which a stopped server is away
LONGEST = 15  # seconds that a call may take, whatever happens
TRIGGERS = ("new_rma", "refund_requested")
AGAIN = (409, 503)  # the first try of a comment is still being done; the server is away
HEADERS = {"Authorization": f"Bearer {TOKEN}"}


@dataclass
class Fleet:
    """Bridges and workers on one database, what calls them, and what hooks they have sent."""

    sandbox: Sandbox
    bridges: list[Bridge]
    receiver: Receiver
    rma: str
    made: list[str] = field(default_factory=list)
    commented: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0
    wrong: list[str] = field(default_factory=list)
    has_ended: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def under_load(self) -> Iterator[None]:
        """Let callers poll and comment, and returns be made, until the end of the block."""
        turns = count()
        threads = [
            threading.Thread(target=self._call, args=[number, turns]) for number in range(CALLERS)
        ]
        threads.append(threading.Thread(target=self._make))
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.has_ended.set()
            for thread in threads:
                thread.join()

    def _make(self) -> None:
        while not self.has_ended.wait(0.4):
            made = self.sandbox.control("rmas", {"shop": SHOPS[0]})
            self.made.append(str(made["rmaSummary"]["rmaId"]))

    def _call(self, number: int, turns: Iterator[int]) -> None:
        bridge = self.bridges[number % len(self.bridges)]
        poll = partial(
            requests.get,
            f"{bridge.url}/v1/triggers/{TRIGGERS[number % 2]}",
            params={"shop": SHOPS[0], "limit": "5"},
        )
        while not self.has_ended.wait(PAUSE):
            self._answer(poll)
            if number < 2:
                self._comment(bridge, f"comment {next(turns)}")

    def _comment(self, bridge: Bridge, word: str) -> None:
        body = {"shop": SHOPS[1], "rma_id": self.rma, "text": word, "idempotency_key": word}
        act = partial(requests.post, f"{bridge.url}/v1/actions/add_rma_comment", json=body)
        until = time.monotonic() + PATIENCE
        while self._answer(act) in AGAIN and time.monotonic() < until:
            time.sleep(0.3)
        self.commented.append(word)

    def _answer(self, call: Callable[..., requests.Response]) -> int:
        began = time.monotonic()
        try:
            answer = call(headers=HEADERS, timeout=LONGEST)
        except requests.RequestException as error:
            self.wrong.append(repr(error))
            return 0
        self.slowest = max(self.slowest, time.monotonic() - began)
        self.statuses[answer.status_code] += 1
        if answer.status_code not in (200, *AGAIN):
            self.wrong.append(f"{answer.status_code} {answer.text}")
        return answer.status_code

    def told(self) -> list[str]:
        """Return the returns that a poll shows, of those that were made."""
        shown = self.bridges[0].poll("new_rma", shop=SHOPS[0], limit=1000)
        return [each["rma_id"] for each in shown if each["rma_id"] in self.made]

    def sent(self) -> dict[str, set[str]]:
        """Return the ids of the messages that told of each of these returns."""
        messages: dict[str, set[str]] = {}
        for _, headers, body in list(self.receiver.received):
            rma_id = simplejson.loads(body)["rma_id"]
            if rma_id in self.made:
                messages.setdefault(rma_id, set()).add(headers["webhook-id"])
        return messages

    def expect_all_once(self) -> None:
        """Expect that each return is told once, and sent, and each comment made once."""
        eventually(lambda: sorted(self.told()) == sorted(self.made))
        eventually(lambda: self.sent().keys() == set(self.made))
        assert {len(each) for each in self.sent().values()} == {1}
        assert self.commented
        comments = Counter(each["path"] for each in writes(self.sandbox) if each["applied"])
        assert comments == {f"/rma/{self.rma}/comment": len(set(self.commented))}
        assert self.wrong == []
        assert self.slowest < LONGEST


@contextmanager
def fleet(sandbox: Sandbox, url: str, **environ: str) -> Iterator[Fleet]:
    with ExitStack() as running:
        receiver = running.enter_context(receiving())
        bridges = [
            running.enter_context(
                running_bridge(sandbox.url, url, WORKERS=str(WEB_PROCESSES), **environ)
            )
            for _ in range(BRIDGES)
        ]
        for _ in range(WORKERS):
            running.enter_context(running_worker(sandbox.url, url, **environ))
        rma = str(sandbox.control("rmas", {"shop": SHOPS[1]})["rmaSummary"]["rmaId"])
        for each in TRIGGERS:
            eventually(partial(_polled, bridges[0], each))
        filters = {"shop": SHOPS[0]}
        hook = {"trigger": "new_rma", "target_url": receiver.url("rmas"), "filters": filters}
        assert bridges[0].call("POST", "/v1/hooks", json=hook).status_code == 201
        yield Fleet(sandbox, bridges, receiver, rma)


def _polled(bridge: Bridge, trigger: str) -> bool:
    return bridge.call("GET", f"/v1/triggers/{trigger}").status_code == 200


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with running_cluster() as cluster:
        yield cluster


def test_they_share_the_work_and_the_days_calls(real_sandbox: Sandbox, cluster: Cluster):
    with fleet(real_sandbox, cluster.url(), RETURNGO_DAILY_LIMIT="100000") as shared:
        used_before, called_before = used(shared), len(real_sandbox.calls())
        with shared.under_load():
            time.sleep(2 * BUSY)
        shared.expect_all_once()
        assert shared.statuses.keys() <= {200}
        # Each was sent once, not only under one id.
        ids = shared.receiver.ids()
        assert len(ids) == len(set(ids))
        eventually(lambda: used(shared) - used_before == len(real_sandbox.calls()) - called_before)
        assert overlapping(real_sandbox.calls()) == []


def used(shared: Fleet) -> int:
    """Return how many of the day's calls the bridges count as made."""
    quota = shared.bridges[1].call("GET", "/v1/me").json()["calls"]
    return int(quota["limit"]) - int(quota["remaining"])


def overlapping(calls: list[dict[str, Any]]) -> list[Any]:
    """Find two lists of one shop in the same instant: one process at a time reads a stream."""
    lists = Counter(
        (each["time"], each["path"], each["shop"], each["query"])
        for each in calls
        if each["path"] in ("/rmas", "/transactions") and "cursor" not in each["query"]
    )
    return [each for each, times in lists.items() if times > 1]


def stopped(cluster: Cluster, _proxy: Proxy) -> None:
    """It is stopped, and started again a while later."""
    cluster.stop()
    time.sleep(AWAY)
    cluster.start()


def killed(cluster: Cluster, _proxy: Proxy) -> None:
    """It dies, and is started again."""
    cluster.kill()
    cluster.start()


def replaced(cluster: Cluster, proxy: Proxy) -> None:
    """It dies for good: its standby takes over, at its address."""
    standby = cluster.standby()
    time.sleep(1)
    cluster.kill()
    standby.promote()
    proxy.server_port = standby.port


def test_a_server_that_goes_loses_nothing_and_doubles_nothing(
    real_sandbox: Sandbox, cluster: Cluster
):
    """One trouble after the other, since the bridges take longer to start than it takes."""
    with (
        proxying("127.0.0.1", cluster.port) as proxy,
        fleet(real_sandbox, cluster.url(proxy.port)) as shared,
        shared.under_load(),
    ):
        for trouble in (stopped, killed, replaced):
            time.sleep(BUSY)
            before = shared.statuses[503]
            trouble(cluster, proxy)
            assert eventually(partial(_polled, shared.bridges[0], TRIGGERS[0]))
            assert shared.statuses[503] > before, trouble.__name__
        time.sleep(BUSY)
        shared.has_ended.set()
        shared.expect_all_once()
