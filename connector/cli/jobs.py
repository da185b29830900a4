"""Jobs: what a worker does over and over, each in a thread of its own."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from connector.store import StoreUnavailable

PAUSE = 1.0  # seconds, after something went wrong

log = structlog.get_logger()


@dataclass(frozen=True)
class Job:
    """Something to do. `run` does some of it and tells whether there was any.

    It runs again at once if there was, else after `every` seconds, or when another job has done
    something.
    """

    name: str
    run: Callable[[], bool]
    every: float


class Jobs:
    """Runs jobs until it is stopped."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._stopping = threading.Event()
        self._bells = {job.name: threading.Event() for job in jobs}
        self._threads = [
            threading.Thread(target=self._repeat, args=[job], name=job.name) for job in jobs
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let each job end what it is at, and wait for that."""
        self._stopping.set()
        self._ring()
        for thread in self._threads:
            thread.join()

    def _repeat(self, job: Job) -> None:
        bell = self._bells[job.name]
        while not self._stopping.is_set():
            if self._has_done(job):
                self._ring()
            else:
                bell.wait(job.every)
            bell.clear()

    def _has_done(self, job: Job) -> bool:
        try:
            return job.run()
        except StoreUnavailable as error:
            log.warning("worker.store_unavailable", job=job.name, reason=str(error))
        except Exception:
            # the thread's last stop; whatever it was, the other jobs and the next turn go on
            log.exception("worker.job_failed", job=job.name)
        self._stopping.wait(PAUSE)
        return False

    def _ring(self) -> None:
        for bell in self._bells.values():
            bell.set()
