import re
from collections.abc import Callable, Iterator, Sequence

import pytest

from tests.assistants.serving import TRANSPORTS, Assistant, Writes, running_assistants
from tests.databases import sqlite_url
from tests.processes import TOKEN, Bridge, Sandbox, Server, command, running_bridge, running_sandbox

Hire = Callable[..., Assistant]


@pytest.fixture(scope="module")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database of a file's tests: a start of all parts takes longer than they do."""
    with sqlite_url(tmp_path_factory.mktemp("assistants")) as url:
        yield url


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox(SANDBOX_DAILY_LIMIT="100000") as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def bridge(sandbox: Sandbox, database_url: str) -> Iterator[Bridge]:
    with running_bridge(sandbox.url, database_url) as bridge:
        yield bridge


@pytest.fixture(scope="module")
def server(bridge: Bridge) -> Iterator[Server]:
    """The server of the streamable HTTP transport."""
    with running_assistants(bridge.url) as server:
        yield server


@pytest.fixture
def new_token(sandbox: Sandbox, database_url: str) -> Callable[..., str]:
    """Make a token with these scopes, by the command; options of it may follow."""

    def make(*scopes: str, options: Sequence[str] = ()) -> str:
        words = [word for scope in scopes for word in ("--scope", scope)]
        done = command(sandbox.url, database_url, "tokens", "add", "Assistant", *words, *options)
        (found,) = re.findall(r"^rgo_\S+$", done.stdout, re.MULTILINE)
        return str(found)

    return make


@pytest.fixture(params=TRANSPORTS)
def hire(request: pytest.FixtureRequest, bridge: Bridge) -> Hire:
    """Connect an assistant over each transport, one after the other."""
    url = None
    if request.param == "http":
        url = f"{request.getfixturevalue('server').url}/mcp"

    def make(token: str = TOKEN) -> Assistant:
        return Assistant(bridge.url, token, url)

    return make


@pytest.fixture
def writes(sandbox: Sandbox) -> Writes:
    return Writes(sandbox)


@pytest.fixture
def comment(request: pytest.FixtureRequest) -> dict[str, str]:
    """What no other test says."""
    return {"rma_id": "10030552", "text": f"Parcel arrived: {request.node.name}."}
