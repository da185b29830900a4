"""What a worker does over and over; every `every` here is longer than any test."""

import threading

import pytest

from connector.cli import jobs as module
from connector.cli.jobs import Job, Jobs
from connector.store import StoreUnavailable

NEVER = 3600.0
PATIENCE = 10


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE", 0.0)


class Counting:
    """A job that tells when it has run so many times."""

    def __init__(self, *results: bool | Exception) -> None:
        self.results = list(results)
        self.runs = 0
        self.has_run = threading.Condition()

    def __call__(self) -> bool:
        with self.has_run:
            self.runs += 1
            self.has_run.notify_all()
        result = self.results.pop(0) if self.results else False
        if isinstance(result, Exception):
            raise result
        return result

    def wait_for(self, runs: int) -> None:
        with self.has_run:
            assert self.has_run.wait_for(lambda: self.runs >= runs, PATIENCE)


def test_a_job_that_has_done_something_runs_again_and_wakes_the_others():
    busy, idle = Counting(True, True, False), Counting()
    jobs = Jobs([Job("busy", busy, NEVER), Job("idle", idle, NEVER)])
    jobs.start()
    busy.wait_for(3)
    idle.wait_for(2)
    jobs.stop()
    assert busy.runs >= 3


def test_a_job_with_nothing_to_do_waits():
    idle = Counting()
    jobs = Jobs([Job("idle", idle, NEVER)])
    jobs.start()
    idle.wait_for(1)
    jobs.stop()
    assert idle.runs == 1


@pytest.mark.parametrize("trouble", [StoreUnavailable("full"), ValueError("planted")])
def test_a_job_that_fails_is_told_of_and_runs_again(trouble, log):
    broken = Counting(trouble, True, False)
    jobs = Jobs([Job("broken", broken, 0.01)])
    jobs.start()
    broken.wait_for(3)
    jobs.stop()
    assert "broken" in str(log)


def test_who_stops_waits_for_what_is_being_done():
    begun, may_end, has_ended = threading.Event(), threading.Event(), threading.Event()

    def slow() -> bool:
        begun.set()
        may_end.wait(PATIENCE)
        has_ended.set()
        return False

    jobs = Jobs([Job("slow", slow, NEVER)])
    jobs.start()
    assert begun.wait(PATIENCE)
    threading.Timer(0.05, may_end.set).start()
    jobs.stop()
    assert has_ended.is_set()
