"""A stand-in for systemd: holds the bridge's socket, and starts the bridge anew at SIGHUP.

python -m tests.end_to_end.like_systemd run: what it starts is given the socket as systemd gives it
(LISTEN_PID, LISTEN_FDS, the third file). The real thing wants to be the machine's first process.
"""

import os
import signal
import socket
import subprocess
import sys
from typing import Any

THIRD = 3
ADOPT = """
import os, sys
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.executable, [sys.executable, "-m", "connector", *sys.argv[1:]])
"""


class LikeSystemd:
    """Runs a command of the connector until it is told to end."""

    def __init__(self, words: list[str]) -> None:
        self._words = words
        self._ends = False
        self._child: subprocess.Popen[bytes] | None = None
        signal.signal(signal.SIGHUP, self._restart)
        signal.signal(signal.SIGTERM, self._end)

    def run(self) -> None:
        """Start it, and start it again whenever it has ended."""
        with socket.create_server(("127.0.0.1", 0), backlog=2048) as line:
            if line.fileno() != THIRD:
                os.dup2(line.fileno(), THIRD)
            while not self._ends:
                command = [sys.executable, "-c", ADOPT, *self._words]
                self._child = subprocess.Popen(command, pass_fds=(THIRD,))
                self._child.wait()

    def _restart(self, *_: Any) -> None:
        assert self._child is not None
        self._child.terminate()

    def _end(self, *_: Any) -> None:
        self._ends = True
        self._restart()


if __name__ == "__main__":
    LikeSystemd(sys.argv[1:]).run()
