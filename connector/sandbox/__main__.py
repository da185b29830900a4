"""Runs the sandbox: `python -m connector.sandbox`, settled by `SANDBOX_…` variables."""

import os
import signal
import sys
from argparse import ArgumentParser
from datetime import datetime
from typing import NoReturn

from connector.sandbox.app import SandboxApp, create_app
from connector.sandbox.clock import parse_instant
from connector.sandbox.server import listen
from connector.sandbox.world.ways import Ways, parse_ways

LARGEST_PORT = 65_535
LARGEST_LIMIT = 10**9
TRUE = frozenset({"1", "true", "yes", "on"})


def main() -> None:
    """Serve until SIGTERM or Ctrl-C."""
    host = os.environ.get("SANDBOX_HOST", "127.0.0.1")
    try:
        port = _number("SANDBOX_PORT", 8081, LARGEST_PORT)
        app = _configured_app()
    except ValueError as error:
        sys.exit(f"sandbox: {error}")
    # Whose address is wrong or taken is told by the server itself.
    server = listen(app, host, port)
    for wish in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wish, _stop)
    # Whoever started us waits for this line, so it is written once connections are accepted.
    sys.stdout.write(f"sandbox listening on http://{host}:{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


def _configured_app() -> SandboxApp:
    return create_app(
        seed=_number("SANDBOX_SEED", 1, LARGEST_LIMIT),
        start=_start(),
        daily_limit=_number("SANDBOX_DAILY_LIMIT", 2000, LARGEST_LIMIT),
        second_limit=_number("SANDBOX_SECOND_LIMIT", 5, LARGEST_LIMIT),
        ways=_ways(),
        gateway_forbidden=os.environ.get("SANDBOX_GATEWAY_FORBIDDEN", "").lower() in TRUE,
    )


def _ways() -> Ways:
    options = ArgumentParser(prog="python -m connector.sandbox", description=__doc__)
    options.add_argument("--ways", metavar="NAME=VALUE,…", help="instead of SANDBOX_WAYS")
    given = options.parse_args().ways
    text = os.environ.get("SANDBOX_WAYS", "") if given is None else given
    try:
        return parse_ways(text)
    except ValueError as error:
        raise ValueError(f"SANDBOX_WAYS or --ways: {error}") from None


def _number(name: str, default: int, most: int) -> int:
    text = os.environ.get(name, str(default))
    if not (text.isascii() and text.isdigit() and int(text[:20]) <= most):
        raise ValueError(f"{name} must be a whole number from 0 to {most}")
    return int(text)


def _start() -> datetime | None:
    text = os.environ.get("SANDBOX_NOW")
    try:
        return parse_instant(text) if text else None
    except (ValueError, OverflowError):
        raise ValueError("SANDBOX_NOW must be an ISO 8601 instant") from None


def _stop(*_: object) -> NoReturn:
    sys.exit(0)


if __name__ == "__main__":
    main()
