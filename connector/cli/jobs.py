"""Jobs: what a worker does over and over, each in a thread of its own.

Each turn of a job has a name in the log, as each request has at a web process: `request_id` stands
in every line that the turn writes, those of its calls to ReturnGO and of the readings that it
begins.
"""

import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from structlog.contextvars import bound_contextvars

from connector.store import StoreUnavailable, Watch

# All in seconds.
PAUSE_AFTER_ERROR = 1.0  # after something went wrong
SOON = 0.05
ALERT = 1.0
LOOK_OUT = 0.25  # until a stop is noticed, at most

log = structlog.get_logger()


@dataclass(frozen=True)
class Job:
    """Something to do. `run` does some of it and tells whether there was any.

    It runs again at once if there was, else after `every` seconds. A `prompt` one runs when another
    job has done something, too, and when the database was written to; for a while it looks more
    often then, as what was written may be due a moment later, and so it does while it `is_busy`
    with what ends elsewhere. It must not write for nothing.
    """

    name: str
    run: Callable[[], bool]
    every: float
    is_prompt: bool = False
    is_busy: Callable[[], bool] = lambda: False


class Jobs:
    """Runs jobs until it is stopped."""

    def __init__(self, jobs: Sequence[Job], watch: Watch) -> None:
        self._stopping = threading.Event()
        self._watch = watch
        self._alert_until = 0.0
        self._prompt = [job.name for job in jobs if job.is_prompt]
        self._bells = {job.name: threading.Event() for job in jobs}
        self._threads = [
            threading.Thread(target=self._repeat, args=[job], name=job.name) for job in jobs
        ]
        self._threads.append(threading.Thread(target=self._look_out, name="watch"))

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let each job end what it is at, and wait for that."""
        self._stopping.set()
        for bell in self._bells.values():
            bell.set()
        for thread in self._threads:
            thread.join()

    def _repeat(self, job: Job) -> None:
        bell = self._bells[job.name]
        while not self._stopping.is_set():
            if self._has_done(job):
                self._ring()
            else:
                bell.wait(SOON if self._is_alert(job) else job.every)
            bell.clear()

    def _look_out(self) -> None:
        while not self._stopping.is_set():
            try:
                if self._watch.wait(LOOK_OUT):
                    self._ring()
            except StoreUnavailable as error:
                log.warning("worker.store_unavailable", job="watch", reason=str(error))
                self._stopping.wait(PAUSE_AFTER_ERROR)
        self._watch.close()

    def _is_alert(self, job: Job) -> bool:
        return job.is_busy() or (job.is_prompt and time.monotonic() < self._alert_until)

    def _has_done(self, job: Job) -> bool:
        with bound_contextvars(job=job.name, request_id=secrets.token_hex(8)):
            try:
                return job.run()
            except StoreUnavailable as error:
                log.warning("worker.store_unavailable", reason=str(error))
            except Exception:
                # the thread's last stop; whatever it was, the other jobs and the next turn go on
                log.exception("worker.job_failed")
        self._stopping.wait(PAUSE_AFTER_ERROR)
        return False

    def _ring(self) -> None:
        self._alert_until = time.monotonic() + ALERT
        for name in self._prompt:
            self._bells[name].set()
