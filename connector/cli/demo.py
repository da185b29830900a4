"""python -m connector demo: a simulated ReturnGO, the bridge and a worker, on this machine."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import requests

ROOT = Path(__file__).parents[2]
TOKEN = "demo-token"  # noqa: S105 - the demo's, made up and published
SECRET = "the demo keeps no secrets"  # noqa: S105 - the same
SHOPS = ("demo.myshopify.com", "outlet.myshopify.com")
START_SECONDS = 30  # seconds for a process to answer
CALL = 10  # seconds for one call


@click.command()
@click.option("--port", envvar="PORT", default=8080, show_default=True, help="The bridge's port.")
@click.option(
    "--sandbox-port",
    envvar="SANDBOX_PORT",
    default=8081,
    show_default=True,
    help="The simulated ReturnGO's port.",
)
@click.option(
    "--folder",
    envvar="DEMO_FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    default=ROOT / ".demo",
    show_default=".demo",
    help="Where the database and the logs stand.",
)
def demo(port: int, sandbox_port: int, folder: Path) -> None:
    """Run the bridge against a simulated ReturnGO. Ctrl-C stops it all."""
    for wish in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(wish, _interrupt)
    _check_free(port, "PORT")
    _check_free(sandbox_port, "SANDBOX_PORT")
    sandbox_url = f"http://127.0.0.1:{sandbox_port}"
    bridge_url = f"http://127.0.0.1:{port}"
    folder = folder.absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # The simulated shops begin anew, so the log of their events must too.
    for old in folder.glob("bridge.sqlite3*"):
        old.unlink()
    environ = _environ(port, sandbox_url, folder / "bridge.sqlite3")
    with (
        _process(
            [sys.executable, "-m", "connector.sandbox"],
            {"SANDBOX_PORT": str(sandbox_port), "SANDBOX_SECOND_LIMIT": "100"},
            folder / "sandbox.log",
        ) as sandbox,
        _process(_command("run"), environ, folder / "bridge.log") as bridge,
        _process(_command("worker"), environ, folder / "worker.log") as worker,
    ):
        try:
            _wait_for(sandbox, f"{sandbox_url}/_sandbox/calls", folder)
            _wait_for(bridge, f"{bridge_url}/readyz", folder)
            click.echo(_guide(bridge_url, sandbox_url))
            while all(each.poll() is None for each in (sandbox, bridge, worker)):
                time.sleep(0.2)
        except KeyboardInterrupt:
            click.echo("\nStopped.")
            return
    raise click.ClickException(f"A process has ended by itself; its log stands in {folder}.")


def _command(name: str) -> list[str]:
    return [sys.executable, "-m", "connector", name]


def _check_free(port: int, name: str) -> None:
    """Refuse a port that somebody uses, another demo perhaps, before anything is touched."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise click.ClickException(
                f"Port {port} is taken; choose another, for example with {name}={port + 10}."
            ) from error


def _environ(port: int, sandbox_url: str, database: Path) -> dict[str, str]:
    return {
        "RETURNGO_API_KEY": "demo-key",
        "RETURNGO_SHOPS": ",".join(SHOPS),
        "RETURNGO_BASE_URL": sandbox_url,
        "BRIDGE_TOKEN": TOKEN,
        "ALLOW_RETURNGO_KEYS": "true",
        "SECRET_KEY": SECRET,
        "DATABASE_URL": f"sqlite:///{database}",
        "RETURNGO_SECOND_LIMIT": "100",
        "FEED_FRESHNESS": "5",
        "ALLOW_LOCAL_TARGETS": "true",
        # what stands in the environment for another bridge is not the demo's
        "HOST": "127.0.0.1",
        "PUBLIC_URL": "",
        "METRICS_TOKEN": "",
        "PROXIES": "",
        "PORT": str(port),
    }


def _without_files(environ: Mapping[str, str]) -> dict[str, str]:
    """Return our own environment, without the files from which what is set here may be read."""
    files = {f"{name}_FILE" for name in environ}
    return {name: text for name, text in os.environ.items() if name not in files}


@contextmanager
def _process(
    command: list[str], environ: Mapping[str, str], log_file: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process that logs to a file, and end it in the end."""
    with log_file.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own commands
            command,
            cwd=ROOT,
            env={**_without_files(environ), **environ},
            stdout=log,
            stderr=subprocess.STDOUT,
            # Ctrl-C reaches this process alone, which then stops the others in order
            start_new_session=True,
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait()


def _wait_for(process: subprocess.Popen[bytes], url: str, folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            _ask("GET", url)
        except requests.RequestException:
            time.sleep(0.1)
        else:
            return
    raise click.ClickException(f"{url} does not answer; the logs in {folder} say why.")


def _guide(bridge_url: str, sandbox_url: str) -> str:
    """Ask for a refund in the sandbox, and show how to find it, record it, and look again."""
    refund = _ask("POST", f"{sandbox_url}/_sandbox/transactions", json={"shop": SHOPS[0]})
    poll = f"{bridge_url}/v1/triggers/refund_requested?shop={SHOPS[0]}"
    headers = {"Authorization": f"Bearer {TOKEN}"}
    newest = _ask("GET", f"{poll}&limit=1", headers=headers)[0]
    auth = f"-H 'Authorization: Bearer {TOKEN}'"
    outcome = (
        f'{{"transaction_id": "{refund["id"]}", "status": "Success",'
        ' "external_reference_id": "pay_1"}'
    )
    return f"""
  The bridge is at {bridge_url}, the simulated ReturnGO at {sandbox_url}.

  Try everything:  {bridge_url}/docs
  Demo token:      {TOKEN}
  See how it goes: {bridge_url}/ (set a password there; SECRET_KEY: {SECRET})

  A refund waits. Poll for it, record that it was paid, poll for what came since:

curl -s {auth} '{poll}&limit=1'
curl -s {auth} -H 'Content-Type: application/json' \
-d '{outcome}' '{bridge_url}/v1/actions/record_transaction'
curl -s {auth} '{poll}&after={newest["id"]}'

  See it at ReturnGO:
curl -s -H 'x-api-key: demo-key' -H 'x-shop-name: {SHOPS[0]}' \
'{sandbox_url}/transactions?pagesize=1&ids={refund["id"]}'

  Ctrl-C stops it all.
"""


def _ask(method: str, url: str, **options: Any) -> Any:
    with requests.Session() as session:
        session.trust_env = False  # a proxy has nothing to do on this machine's own addresses
        answer = session.request(method, url, timeout=CALL, **options)
    answer.raise_for_status()
    return answer.json()


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt
