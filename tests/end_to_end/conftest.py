from collections.abc import Iterator

import pytest

from tests.processes import Bridge, Sandbox, running_bridge, running_sandbox


@pytest.fixture
def real_sandbox() -> Iterator[Sandbox]:
    """A sandbox in a process of its own, with its seeded history and a generous quota."""
    with running_sandbox(SANDBOX_DAILY_LIMIT="100000") as sandbox:
        yield sandbox


@pytest.fixture
def real_bridge(real_sandbox: Sandbox, database_url: str) -> Iterator[Bridge]:
    """A bridge under gunicorn, with two workers, against the sandbox."""
    with running_bridge(real_sandbox.url, database_url) as bridge:
        yield bridge
