"""Runs the sandbox: `python -m connector.sandbox`, settled by `SANDBOX_…` variables."""

import os
import signal
import sys
from typing import NoReturn

from connector.sandbox.app import SandboxApp, create_app
from connector.sandbox.clock import parse_instant
from connector.sandbox.server import listen

TRUE = frozenset({"1", "true", "yes", "on"})


def configured_app() -> SandboxApp:
    """Make the app that the environment asks for. Raises ValueError for a setting out of order."""
    start = os.environ.get("SANDBOX_NOW")
    return create_app(
        seed=int(os.environ.get("SANDBOX_SEED", "1")),
        start=parse_instant(start) if start else None,
        daily_limit=int(os.environ.get("SANDBOX_DAILY_LIMIT", "2000")),
        second_limit=int(os.environ.get("SANDBOX_SECOND_LIMIT", "100")),
        gateway_forbidden=os.environ.get("SANDBOX_GATEWAY_FORBIDDEN", "").lower() in TRUE,
    )


def main() -> None:
    """Serve until SIGTERM or Ctrl-C."""
    host = os.environ.get("SANDBOX_HOST", "127.0.0.1")
    try:
        server = listen(configured_app(), host, int(os.environ.get("SANDBOX_PORT", "8081")))
    except (ValueError, OverflowError) as error:
        sys.exit(f"sandbox: a SANDBOX_ setting is wrong: {error}")
    for wish in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wish, _stop)
    # Whoever started us waits for this line, so it is written once connections are accepted.
    sys.stdout.write(f"sandbox listening on http://{host}:{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


def _stop(*_: object) -> NoReturn:
    sys.exit(0)


if __name__ == "__main__":
    main()
