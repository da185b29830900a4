"""The feed: one durable log of what happened at ReturnGO, read once and shown to everybody.

`README.md` beside this file tells how a poll becomes an event.
"""

from connector.feed.backfill.backfill import Progress
from connector.feed.feed import Feed
from connector.feed.hints.hints import About, Hint
from connector.feed.log.days import DayOfEvents, Days
from connector.feed.log.deletion import delete_events
from connector.feed.log.entries import Record
from connector.feed.log.history import History, RecordedEvent
from connector.feed.log.reader import Log
from connector.feed.log.sequence import allocate_positions
from connector.feed.log.told import Told
from connector.feed.pace.plan import NextReading
from connector.feed.polling.batch import Batch
from connector.feed.polling.page import Page
from connector.feed.polling.poll import NotReady
from connector.feed.streams.failure import Failure
from connector.feed.streams.lease import while_unread
from connector.feed.streams.traces import Traces
from connector.feed.streams.tracked import from_row

__all__ = [
    "About",
    "Batch",
    "DayOfEvents",
    "Days",
    "Failure",
    "Feed",
    "Hint",
    "History",
    "Log",
    "NextReading",
    "NotReady",
    "Page",
    "Progress",
    "Record",
    "RecordedEvent",
    "Told",
    "Traces",
    "allocate_positions",
    "delete_events",
    "from_row",
    "while_unread",
]
