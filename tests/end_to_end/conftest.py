from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.processes import Bridge, Sandbox, running_bridge, running_sandbox


@pytest.fixture
def real_sandbox() -> Iterator[Sandbox]:
    """A sandbox in a process of its own, with its seeded history and a generous quota.

    An hour ago a return was approved and its refund requested: the history has few of these, and
    not on each day.
    """
    an_hour_ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="seconds")
    with running_sandbox(SANDBOX_DAILY_LIMIT="100000") as sandbox:
        sandbox.control("rmas", {"status": "Approved", "created_at": an_hour_ago})
        sandbox.control("transactions", {"created_at": an_hour_ago})
        yield sandbox


@pytest.fixture
def real_bridge(real_sandbox: Sandbox, database_url: str) -> Iterator[Bridge]:
    """A bridge under gunicorn, with two workers, against the sandbox."""
    with running_bridge(real_sandbox.url, database_url) as bridge:
        yield bridge
