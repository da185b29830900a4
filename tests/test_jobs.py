"""What a worker does over and over; every `every` here is longer than any test."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from structlog.contextvars import clear_contextvars, get_contextvars

from connector.cli import jobs as module
from connector.cli.jobs import Job, Jobs
from connector.store import Store, StoreUnavailable, Watch

NEVER = 3600.0
PATIENCE = 10


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE_AFTER_ERROR", 0.0)


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


@pytest.fixture
def started(store: Store) -> Callable[..., Jobs]:
    """Start jobs over a database."""

    def started_(*jobs: Job) -> Jobs:
        started = Jobs(jobs, Watch(store))
        started.start()
        return started

    return started_


def test_a_job_that_has_done_something_runs_again_and_wakes_the_prompt_ones(started):
    busy, prompt = Counting(True, True, False), Counting()
    jobs = started(Job("busy", busy, NEVER), Job("prompt", prompt, NEVER, is_prompt=True))
    busy.wait_for(3)
    prompt.wait_for(2)
    jobs.stop()
    assert busy.runs >= 3


def test_a_job_with_nothing_to_do_waits(started, store: Store):
    idle = Counting()
    jobs = started(Job("idle", idle, NEVER))
    idle.wait_for(1)
    store.try_writing()
    jobs.stop()
    assert idle.runs == 1


def test_what_is_written_wakes_a_prompt_job_which_looks_for_a_while(started, store: Store):
    prompt = Counting()
    jobs = started(Job("prompt", prompt, NEVER, is_prompt=True))
    prompt.wait_for(1)
    time.sleep(module.ALERT + 4 * module.SOON)  # whoever begins looks for a while, too
    at_rest = prompt.runs
    time.sleep(4 * module.SOON)
    assert prompt.runs == at_rest
    store.try_writing()
    prompt.wait_for(at_rest + 3)
    jobs.stop()


def test_a_job_that_waits_for_what_ends_elsewhere_looks_often(started):
    waiting = Counting()
    jobs = started(Job("waiting", waiting, NEVER, is_busy=lambda: True))
    waiting.wait_for(5)
    jobs.stop()


@pytest.mark.parametrize("trouble", [StoreUnavailable("full"), ValueError("planted")])
def test_a_job_that_fails_is_told_of_and_runs_again(trouble, log, started):
    broken = Counting(trouble, True, False)
    jobs = started(Job("broken", broken, 0.01))
    broken.wait_for(3)
    jobs.stop()
    assert "broken" in str(log)


def test_each_turn_of_a_job_has_a_name_in_all_that_it_logs_and_begins(started):
    clear_contextvars()  # which another test may have left in this thread
    told: list[dict[str, Any]] = []
    noted = Counting(True, False)

    def run() -> bool:
        told.append(get_contextvars())
        return noted()

    jobs = started(Job("noted", run, NEVER))
    noted.wait_for(2)
    jobs.stop()
    assert {each["job"] for each in told} == {"noted"}
    assert len({each["request_id"] for each in told}) == len(told) == 2
    assert "request_id" not in get_contextvars()


def test_a_watch_that_fails_is_told_of_and_looks_again(log, store: Store, monkeypatch):
    watch, prompt = Watch(store), Counting()
    waits: list[bool | StoreUnavailable] = [StoreUnavailable("full"), True]

    def wait(_seconds: float) -> bool:
        found = waits.pop(0) if waits else False
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(watch, "wait", wait)
    jobs = Jobs([Job("prompt", prompt, NEVER, is_prompt=True)], watch)
    jobs.start()
    prompt.wait_for(2)
    jobs.stop()
    assert "watch" in str(log)


def test_who_stops_waits_for_what_is_being_done(started):
    begun, may_end, has_ended = threading.Event(), threading.Event(), threading.Event()

    def slow() -> bool:
        begun.set()
        may_end.wait(PATIENCE)
        has_ended.set()
        return False

    jobs = started(Job("slow", slow, NEVER))
    assert begun.wait(PATIENCE)
    threading.Timer(0.05, may_end.set).start()
    jobs.stop()
    assert has_ended.is_set()
