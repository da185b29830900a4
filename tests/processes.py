"""Real processes for end-to-end tests: the sandbox and the bridge, on ports of their own."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from connector.cli.run import ARENAS
from tests.forked import Forked, Program, can_fork, run_to_its_end
from tests.tools import path_of

ROOT = Path(__file__).parents[1]
CALL = 90  # seconds: a busy machine is slow
STARTED = 90
# Of the form from which keys are derived at once: each process does that anew.
SECRET = "0f1e2d3c4b5a69788796a5b4c3d2e1f00123456789abcdeffedcba9876543210"
SHOPS = ("demo.myshopify.com", "outlet.myshopify.com")
TOKEN = "demo-token"
SOON_FREE = """
import datetime, runpy
from connector.delivery.queue import queue
queue.DELIVERY_LEASE = datetime.timedelta(seconds=3)
runpy.run_module("connector", run_name="__main__")
"""


@dataclass(frozen=True)
class Code:
    """Where a bridge's code stands, and the module that starts it."""

    root: Path = ROOT
    module: str = "connector"


OURS = Code()


@dataclass
class Server:
    """A process that serves HTTP at `url`; `log` grows by what it prints."""

    process: Program
    url: str = ""
    log: list[str] = field(default_factory=list)

    def kill(self) -> None:
        """End it, and its workers, without a warning."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End it in order."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()


@dataclass
class Sandbox(Server):
    """A simulated ReturnGO."""

    def control(self, path: str, body: Any = None, method: str = "POST") -> Any:
        """Make a control call and answer its JSON."""
        answer = requests.request(
            method, f"{self.url}/_sandbox/{path}", json=body or {}, timeout=CALL
        )
        answer.raise_for_status()
        return answer.json()

    def calls(self) -> list[dict[str, Any]]:
        """Return every call that it received."""
        return list(self.control("calls", method="GET"))

    def transaction(self, transaction_id: object, shop: str = SHOPS[0]) -> dict[str, Any]:
        """Look a transaction up, as ReturnGO's own API shows it."""
        answer = requests.get(
            f"{self.url}/transactions",
            params={"pagesize": "1", "ids": str(transaction_id)},
            headers={"x-api-key": "demo-key", "x-shop-name": shop},
            timeout=CALL,
        )
        return dict(answer.json()["transactions"][0])


@dataclass
class Bridge(Server):
    """A bridge under gunicorn."""

    def workers(self) -> list[int]:
        """Return the ids of the processes that serve; their parent replaces one that is missing."""
        found = subprocess.run(
            [path_of("pgrep"), "-P", str(self.process.pid)],
            capture_output=True,
            text=True,
            check=False,
        )
        return [int(pid) for pid in found.stdout.split()]

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        """Call the bridge with the token."""
        headers = {"Authorization": f"Bearer {TOKEN}", **options.pop("headers", {})}
        return requests.request(
            method, f"{self.url}{path}", headers=headers, timeout=CALL, **options
        )

    def poll(self, trigger: str, **query: Any) -> list[dict[str, Any]]:
        """Poll a trigger; it must succeed."""
        answer = self.call("GET", f"/v1/triggers/{trigger}", params=query)
        assert answer.status_code == 200, answer.text
        return list(answer.json())

    def act(self, action: str, fields: Any, **headers: str) -> requests.Response:
        """Call an action."""
        return self.call("POST", f"/v1/actions/{action}", json=fields, headers=headers)


@contextmanager
def running_sandbox(**environ: str) -> Iterator[Sandbox]:
    """Run a sandbox with `SANDBOX_…` settings, empty of calls."""
    command = [sys.executable, "-m", "connector.sandbox"]
    own = {"SANDBOX_PORT": "0", "SANDBOX_SECOND_LIMIT": "100000"}
    sandbox = Sandbox(start(command, {**own, **environ}))
    with serving(sandbox, r"listening on (http://\S+)"):
        yield sandbox


@contextmanager
def running_bridge(
    sandbox_url: str, database_url: str, code: Code = OURS, /, **environ: str
) -> Iterator[Bridge]:
    """Run a bridge against a sandbox."""
    settings = settings_of(sandbox_url, database_url, environ)
    bridge = Bridge(start([sys.executable, "-m", code.module, "run"], settings, code.root))
    with serving(bridge, r"Listening at: (http://\S+)"):
        yield bridge


@contextmanager
def running_worker(sandbox_url: str, database_url: str, **environ: str) -> Iterator[Server]:
    """Run a worker beside a bridge; it serves nothing.

    What it has claimed and not settled is free again sooner than elsewhere: tests kill it.
    """
    settings = settings_of(sandbox_url, database_url, environ)
    worker = Server(start([sys.executable, "-c", SOON_FREE, "worker"], settings))
    with serving(worker, r"(worker\.started)"):
        yield worker


def command(
    sandbox_url: str, database_url: str, *words: str, given: str = "", **environ: str
) -> subprocess.CompletedProcess[str]:
    """Run a command of the bridge to its end, with the settings of a bridge; it reads `given`."""
    environment = {**os.environ, **settings_of(sandbox_url, database_url, environ)}
    command = [sys.executable, "-m", "connector", *words]
    if can_fork(command, environment):
        return run_to_its_end(command, environment, ROOT, given=given, timeout=CALL * 4)
    return subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        timeout=CALL * 4,
        check=False,
    )


def settings_of(sandbox_url: str, database_url: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the settings of a bridge; `environ` has those that are to be others."""
    return {
        "RETURNGO_API_KEY": "demo-key",
        "RETURNGO_SHOPS": ",".join(SHOPS),
        "RETURNGO_BASE_URL": sandbox_url,
        # so many that the pace never stretches the freshness that a test has set
        "RETURNGO_DAILY_LIMIT": "10000000",
        "RETURNGO_SECOND_LIMIT": "100",  # as many as let no other test wait for its turn
        "BRIDGE_TOKEN": TOKEN,
        "SECRET_KEY": SECRET,
        "DATABASE_URL": database_url,
        "FEED_FRESHNESS": "1",
        "WORKERS": "1",  # a start takes a second for each
        "ALLOW_LOCAL_TARGETS": "true",
        "PORT": "0",
        **environ,
    }


def start(command: list[str], environ: Mapping[str, str], root: Path = ROOT) -> Program:
    """Start a process whose output can be read, and which can be killed with its children."""
    # `connector run` begins anew where the first of these is not set
    environment = {**os.environ, ARENAS: "2", **environ}
    if root == ROOT and can_fork(command, environment):
        return Forked(command, environment, root)
    return subprocess.Popen(
        command,
        cwd=root,
        env={**os.environ, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@contextmanager
def serving(server: Server, announcement: str) -> Iterator[None]:
    """Wait until the process says where it serves; end it in the end."""
    is_ready = threading.Event()

    def read() -> None:
        assert server.process.stdout is not None
        for line in server.process.stdout:
            server.log.append(line)
            if not is_ready.is_set() and (found := re.search(announcement, line)):
                server.url = found[1]
                is_ready.set()
        is_ready.set()

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        assert is_ready.wait(STARTED), f"It did not start: {''.join(server.log)}"
        assert server.url, f"It ended at once: {''.join(server.log)}"
        yield
    finally:
        server.stop()
        reader.join()
        assert server.process.stdout is not None
        server.process.stdout.close()
