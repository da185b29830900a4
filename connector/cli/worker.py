"""python -m connector worker: the work in the background. Several may run on one database."""

import signal
import threading
from collections.abc import Callable

import click
import structlog

from connector import logs
from connector.alarms import Alarms
from connector.alarms.alarms import ALARM_EVERY
from connector.bridge import Bridge
from connector.cli.jobs import Job, Jobs
from connector.cli.lazy_catalogue import LazyCatalogue
from connector.cli.opened import sentences
from connector.config import load
from connector.presence import NOTED_EVERY, WORKER, Presence
from connector.store import Watch

# All in seconds. What is due at a time of its own is looked for this often.
PROMPT = 1.0
MENDED = 10.0
LAPSED = 3600.0

log = structlog.get_logger()


def jobs_of(bridge: Bridge) -> list[Job]:
    """Return what a worker does for a bridge; alarms only where ALARM_URL is set."""
    delivery = bridge.delivery
    dispatcher = delivery.dispatcher
    connections = bridge.connections
    presence = Presence(bridge.store, WORKER)
    jobs = [
        Job("hints", lambda: bridge.feed.follow_up(connections.by_id), PROMPT, is_prompt=True),
        Job("reading", delivery.reading.run, every=2),
        Job("fan-out", delivery.fanout.run, PROMPT, is_prompt=True),
        Job("dispatch", dispatcher.turn, PROMPT, is_prompt=True, is_busy=dispatcher.is_sending),
        Job("retention", lambda: _quietly(bridge.retention.turn), every=1),
        Job("mending", delivery.mending.run, every=MENDED),
        Job("lapsing", delivery.lapsing.run, every=LAPSED),
        Job("presence", lambda: _quietly(presence.note), every=NOTED_EVERY.total_seconds()),
    ]
    alarms = Alarms.of(bridge)
    if alarms is not None:
        turn = alarms.turn
        jobs.append(Job("alarms", lambda: _quietly(turn), every=ALARM_EVERY))
    return jobs


def _quietly(run: Callable[[], object]) -> bool:
    run()
    return False  # no news for the other jobs


@click.command()
@click.pass_obj
def worker(lazy: LazyCatalogue) -> None:
    """Follow up webhooks, read for hooks and send them, until told to stop. Settings: as `run`."""
    logs.configure()
    stop = threading.Event()
    for wish in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wish, lambda *_: stop.set())
    with sentences():
        bridge = Bridge.open(load(), lazy.catalogue)
    jobs = Jobs(jobs_of(bridge), Watch(bridge.store))
    logs.take_all()
    jobs.start()
    log.info("worker.started")
    stop.wait()
    jobs.stop()
    bridge.close()
    log.info("worker.stopped")
