"""What the corpus is sent by: over HTTP to a bridge in a process of its own."""

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from tests.processes import CALL, Bridge, Code, Sandbox, running_bridge, serving, start

NOT_READY = 503
EMPTY = """
from functools import partial
from connector.sandbox import __main__ as sandbox
sandbox.create_app = partial(sandbox.create_app, empty=True)
sandbox.main()
"""
Answer = tuple[int, bytes, Mapping[str, str]]


class Wire(Protocol):
    """A bridge to which something is sent, byte by byte as it stands, and its sandbox."""

    def send(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer: ...
    def control(self, path: str, **options: Any) -> Any: ...


class OverHttp:
    """A wire to a real bridge over a real sandbox."""

    def __init__(self, sandbox: Sandbox, bridge: Bridge) -> None:
        self._sandbox = sandbox
        self._address = urlsplit(bridge.url)

    def send(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        """Send it; what is being read for the first time is waited for."""
        until = time.monotonic() + CALL
        while (answer := self._once(method, path, body, headers))[0] == NOT_READY:
            assert time.monotonic() < until
            time.sleep(0.1)
        return answer

    def _once(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        host, port = str(self._address.hostname), int(self._address.port or 0)
        connection = HTTPConnection(host, port, timeout=CALL)
        try:
            connection.request(method, path, body, {"Connection": "close", **headers})
            answer = connection.getresponse()
            return answer.status, answer.read(), dict(answer.headers)
        finally:
            connection.close()

    def control(self, path: str, **options: Any) -> Any:
        """Make something happen at ReturnGO."""
        return self._sandbox.control(path, options)


@contextmanager
def over_http(folder: Path, code: Code) -> Iterator[Wire]:
    """Run the bridge of this code over a sandbox in which nothing has happened yet."""
    settings = {"SANDBOX_PORT": "0", "SANDBOX_SECOND_LIMIT": "100000"}
    sandbox = Sandbox(start([sys.executable, "-c", EMPTY], settings))
    with serving(sandbox, r"listening on (http://\S+)"):
        environ = {"FEED_FRESHNESS": "600", "ALLOW_RETURNGO_KEYS": "true"}
        database = f"sqlite:///{folder}/bridge.sqlite3"
        with running_bridge(sandbox.url, database, code, **environ) as bridge:
            yield OverHttp(sandbox, bridge)
