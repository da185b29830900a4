"""A sandbox in a process of its own, as its users start it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEADERS = {"x-api-key": "demo-key", "x-shop-name": "demo.myshopify.com"}


class Running:
    """A running sandbox: where it listens, and how to stop it."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout
        self.process = process
        self.first_line = process.stdout.readline()
        match = re.fullmatch(r"sandbox listening on http://([\d.]+):(\d+)\n", self.first_line)
        assert match, self.first_line
        self.host, self.port = match[1], int(match[2])

    def connect(self) -> HTTPConnection:
        return HTTPConnection(self.host, self.port, timeout=30)

    def stop(self, demand: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        """Stop it; answer its exit code and all that it wrote after its first line."""
        self.process.send_signal(demand)
        written, errors = self.process.communicate(timeout=30)
        return self.process.returncode, written, errors


def launch(**settings: str) -> "subprocess.Popen[str]":
    """Start the command with just these settings."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("SANDBOX_")}
    return subprocess.Popen(
        [sys.executable, "-m", "connector.sandbox"],
        cwd=ROOT,
        env=inherited | {"SANDBOX_PORT": "0"} | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def running(**settings: str) -> Iterator[Running]:
    """Run a sandbox on a free port until the end of the block, whatever happens in it."""
    with launch(**settings) as process:
        try:
            yield Running(process)
        finally:
            process.kill()
