"""A restart that no caller notices: the socket outlives the bridge, as with deploy/systemd."""

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import count

from tests.end_to_end.waiting import eventually
from tests.processes import OURS, Bridge, Code, Sandbox, running_bridge

LIKE_SYSTEMD = Code(OURS.root, "tests.end_to_end.like_systemd")
CALLERS = 8
RESTARTS = 3
MEANWHILE = 10  # polls between two restarts, for each of the callers


def starts(bridge: Bridge) -> int:
    return sum("web.started" in line for line in bridge.log)


def test_a_restart_refuses_no_call_and_does_each_deed_once(
    real_sandbox: Sandbox, database_url: str
):
    rma = str(real_sandbox.control("rmas")["rmaSummary"]["rmaId"])
    numbers = count(1)
    polled: list[int] = []
    done: list[tuple[str, int]] = []
    is_over = threading.Event()

    def call_all_the_time(bridge: Bridge) -> None:
        while not is_over.is_set():
            polled.append(bridge.call("GET", "/v1/triggers/new_rma").status_code)
            word = f"comment {next(numbers)}."
            fields = {"rma_id": rma, "text": word, "idempotency_key": word}
            done.append((word, bridge.act("add_rma_comment", fields).status_code))

    with (
        running_bridge(real_sandbox.url, database_url, LIKE_SYSTEMD, WORKERS="2") as bridge,
        ThreadPoolExecutor(CALLERS) as pool,
    ):
        bridge.poll("new_rma")
        callers = [pool.submit(call_all_the_time, bridge) for _ in range(CALLERS)]
        try:
            for restart in range(1, RESTARTS + 1):
                before = len(polled)
                eventually(lambda before=before: len(polled) > before + CALLERS * MEANWHILE)  # type: ignore[misc]
                os.kill(bridge.process.pid, signal.SIGHUP)
                eventually(lambda restart=restart: starts(bridge) >= 2 * (restart + 1))  # type: ignore[misc]
        finally:
            is_over.set()
        for caller in callers:
            caller.result()
        found = bridge.call("GET", "/v1/actions/get_rma", params={"rma_id": rma}).json()[0]

    assert set(polled) == {200}
    assert {status for _, status in done} == {200}
    told = [each["html"] for each in found["comments"]]
    assert [word for word, _ in done if sum(word in each for each in told) != 1] == []
