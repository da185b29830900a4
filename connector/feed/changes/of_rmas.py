"""What an RMA's row tells: that it was made, and each change of its status.

Two witnesses speak: the row's `events`, which date what they name, and its status, compared with
the one that was seen last. ReturnGO names few changes: an RMA that is received or canceled leaves
no event, and an approval that failed leaves one. So the status decides what has happened, and
events say when. What of it is news is decided against the log, in `log.writer`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from connector.blocks import Kind
from connector.feed.changes.change import BY_EVENT, Change, Known, Row, Seen, status_of
from schemas.reading import read_moment, show_moment
from schemas.words import OPEN_RMA_STATUSES, RMA_STATUSES

RMA_CREATED = "RMA_CREATED"
# [A] rma-event-names
STATUS_OF_EVENT = {f"RMA_{status.upper()}": status for status in RMA_STATUSES}
FIRST_STATUS, APPROVED = RMA_STATUSES[:2]
# In these, an RMA may never have been approved, whatever its events say.
NOT_APPROVED = (FIRST_STATUS, "Rejected", "Canceled")


def rma_seen(
    rma_id: str,
    row: Row,
    known: Known | None,
    *,
    baseline: datetime | None = None,
    not_open_at: datetime | None = None,
) -> Seen:
    """Compare an RMA's row with what was `known` of it.

    Of one that nobody knew, a status that no event explains is news if it was made since the
    `baseline`; and if it was `not_open_at` that time, its being open is news.
    """
    look = _Look(rma_id, row, known)
    created_at = look.created_at
    changes: list[Change] = []
    if known is None:
        key = f"rma:{rma_id}:created"
        changes.append(Change(key, Kind.RMA_CREATED, look.status, created_at, dated_by=BY_EVENT))
    changes += look.named()
    if known is None:
        is_recent = created_at is not None and baseline is not None and created_at >= baseline
        is_back = (
            not_open_at is not None
            and look.status in OPEN_RMA_STATUSES
            and not any(when >= not_open_at for when in look.moments())
        )
        changes += look.unnamed(is_certain=is_recent, is_back=is_back)
    else:
        changes += look.unnamed(is_certain=known.status is not None)
    # An event of the same name may be that of an earlier stay.
    since = None if look.status in look.undated else look.since
    return Seen(tuple(changes), look.to_remember(), since)


@dataclass
class _Look:
    """One look at a row; each method goes on where the one before it ended."""

    rma_id: str
    row: Row
    known: Known | None
    previous: str | None = None
    undated: list[str] = field(default_factory=list)
    moves: int = 0
    is_held: bool = False
    since: datetime | None = None

    def __post_init__(self) -> None:
        """Begin with what was known."""
        self.status = status_of(self.row)
        self._events = list(_events(self.row))
        self.created_at = made_at(self.row)
        self._last = "" if self.created_at is None else show_moment(self.created_at)
        if self.known is None:
            self.previous = FIRST_STATUS
        else:
            self.previous = self.known.status
            self.undated = list(self.known.undated)
            self.moves = self.known.moves
        if self.status == FIRST_STATUS:
            self.since = self.created_at

    def moments(self) -> Iterator[datetime]:
        """Go through the times that the row tells."""
        return (when for _, when in self._events)

    def named(self) -> Iterator[Change]:
        """Tell the changes that the row's events name, and that are not known yet."""
        named = [
            (to, when)
            for name, when in self._events
            if name != RMA_CREATED and (to := STATUS_OF_EVENT.get(name)) is not None
        ]
        for place, (to, when) in enumerate(named, start=1):
            if place > self.moves and self._is_held(to, is_last=place == len(named)):
                self.is_held = True
                return
            # Of an approval that failed and one that did not, only the second came true. Anything
            # else that comes twice was undone in between, of which ReturnGO notes no event.
            is_tried_again = to == APPROVED and place < len(named) and named[place][0] == to
            at, after = show_moment(when), self._last
            self._last = at
            if to == self.status:
                self.since = when
            if place <= self.moves:
                continue
            self.moves = place
            is_named_later = any(later == to for later, _ in named[place:])
            if is_tried_again or self._has_failed(place, is_named_later=is_named_later):
                continue
            explains = to == self.status != self.previous
            if to in self.undated and not explains:  # it was told already, without a time
                self.undated.remove(to)
                continue
            yield Change(
                key=f"rma:{self.rma_id}:{to}:{at}",
                kind=Kind.RMA_STATUS_CHANGED,
                status=to,
                occurred_at=when,
                previous=self.previous,
                alias=self._untimed(to, after) if self.known is None else None,
                dated_by=BY_EVENT,
            )
            self.undated.clear()
            self.previous = to

    def unnamed(self, *, is_certain: bool, is_back: bool = False) -> Iterator[Change]:
        """Tell the change into the present status, if no event has named it.

        Only if it `is_certain` that what is different is new, or if the RMA `is_back` among those
        that are open.
        """
        is_different = self.status != self.previous and is_certain
        if self.status is None or not (is_different or is_back):
            return
        yield Change(
            key=self._untimed(self.status, self._last),
            kind=Kind.RMA_STATUS_CHANGED,
            status=self.status,
            occurred_at=None,
            previous=None if is_back else self.previous,
            may_repeat=self.known is not None,
        )
        self.undated.append(self.status)

    def to_remember(self) -> Known:
        """Return what the next look is to compare with."""
        return Known(
            status=self.status or (None if self.known is None else self.known.status),
            moves=self.moves,
            undated=tuple(self.undated),
            is_held=self.is_held,
        )

    def _is_held(self, to: str, *, is_last: bool) -> bool:
        return is_last and to == APPROVED and self.status == FIRST_STATUS

    def _has_failed(self, place: int, *, is_named_later: bool) -> bool:
        """Whether an approval that was held has never come true, as one that came later says."""
        was_held = self.known is not None and self.known.is_held and place == self.known.moves + 1
        is_denied = self.status in NOT_APPROVED or bool(self.undated) or is_named_later
        return was_held and is_denied

    def _untimed(self, status: str, last: str) -> str:
        return f"rma:{self.rma_id}:{status}:after:{last}"


def made_at(row: Row) -> datetime | None:
    """Return when an RMA was made, as its row's events say it; None where they do not."""
    return next((when for name, when in _events(row) if name == RMA_CREATED), None)


def _events(row: Row) -> Iterator[tuple[str, datetime]]:
    """Go through what a row says has happened, in the order of its times."""
    events = row.get("events")
    timed = [
        (when, str(each.get("eventName")))
        for each in (events if isinstance(events, list) else ())
        if isinstance(each, Mapping) and (when := read_moment(each.get("eventDate"))) is not None
    ]
    for when, name in sorted(timed, key=_in_order):
        yield name, when


def _in_order(event: tuple[datetime, str]) -> tuple[datetime, int]:
    """Order events by their time, and those of one second by the RMA's line of life."""
    when, name = event
    status = STATUS_OF_EVENT.get(name)
    return when, -1 if status is None else RMA_STATUSES.index(status)
