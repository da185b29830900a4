"""Fifty actions at once over two web processes, at the 5 calls a second that a key may have.

tests/test_budget.py holds, by a clock that is moved, that no second is fuller. Here calls cross a
machine that may be too busy to keep them apart: ReturnGO may refuse a late one, which is repeated.
"""

import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from tests.processes import Bridge, running_bridge, running_sandbox

ACTIONS = 50
SECOND_LIMIT = 5
LATE = ACTIONS // 10  # without a pace, nine of ten are refused


def comment(bridge: Bridge, rma_id: str, number: int) -> int:
    """Add a comment, which is one call, once; answer the bridge's status."""
    fields = {"rma_id": rma_id, "text": f"Parcel {number} arrived."}
    return bridge.act("add_rma_comment", fields, **{"Idempotency-Key": str(number)}).status_code


def test_fifty_actions_at_once_are_all_done_at_the_pace_that_returngo_allows(database_url: str):
    limit = str(SECOND_LIMIT)
    with (
        running_sandbox(SANDBOX_SECOND_LIMIT=limit) as sandbox,
        running_bridge(
            sandbox.url, database_url, WORKERS="2", RETURNGO_SECOND_LIMIT=limit
        ) as bridge,
        ThreadPoolExecutor(ACTIONS) as callers,
    ):
        rma_id = sandbox.control("rmas")["rmaSummary"]["rmaId"]
        began = time.monotonic()
        statuses = Counter(callers.map(partial(comment, bridge, rma_id), range(ACTIONS)))
        sys.stdout.write(f"All were done after {time.monotonic() - began:.1f} s.\n")
        calls = sandbox.calls()

    assert statuses == {200: ACTIONS}
    answers = Counter(call["status"] for call in calls)
    assert answers.pop(200, 0) + answers.pop(201, 0) == ACTIONS
    assert answers.pop(429, 0) <= LATE
    assert not answers
