"""A web process: gunicorn's, but that it can always say that it is alive."""

import socket
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

HEALTH = b"GET /healthz"
HEALTH_THREADS = 4
# Seconds for which the system keeps a connection to itself on which nothing has come yet.
SAYS_NOTHING = 5


class WebProcess(ThreadWorker):  # type: ignore[misc] # it has no types
    """Serves with threads, some of which are kept for `/healthz`.

    All others may wait for a database that is gone, and more callers for these: a supervisor that
    got no answer would end the process, and what it does, for nothing.
    """

    def init_process(self) -> None:
        """Begin to serve."""
        self._of_health = ThreadPoolExecutor(HEALTH_THREADS, thread_name_prefix="health")
        for line in self.sockets:
            # what is asked is to be there when a connection is accepted; Linux alone knows it
            with suppress(OSError, AttributeError):
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, SAYS_NOTHING)
        super().init_process()

    def enqueue_req(self, conn: Any) -> None:
        """Have a thread handle what comes on a connection."""
        pool = self._of_health if _asks_for_health(conn.sock) else self.tpool
        handled: Future[Any] = pool.submit(self.handle, conn)
        handled.add_done_callback(
            lambda handled: self.method_queue.defer(self.finish_request, conn, handled)
        )


def _asks_for_health(line: socket.socket) -> bool:
    """Look at what has arrived, and leave it where it is."""
    try:
        return line.recv(len(HEALTH), socket.MSG_PEEK | socket.MSG_DONTWAIT) == HEALTH
    except OSError:  # nothing yet, or the caller has gone
        return False
