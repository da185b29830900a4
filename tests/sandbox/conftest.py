import pytest

from connector.sandbox.app import SandboxApp, create_app
from tests.sandbox.client import OTHER, Caller, Time


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def app(time: Time) -> SandboxApp:
    return create_app(now=time.now, pause=time.pause, second_limit=10_000)


@pytest.fixture
def api(app: SandboxApp) -> Caller:
    """A sandbox with its history, as the demo owner sees it."""
    return Caller(app)


@pytest.fixture
def empty(time: Time) -> Caller:
    """A sandbox without any return."""
    return Caller(create_app(now=time.now, pause=time.pause, second_limit=10_000, empty=True))


@pytest.fixture
def stranger(app: SandboxApp) -> Caller:
    """The other owner, in the same sandbox as `api`."""
    return Caller(app, "other-key", OTHER)
