"""Evidence: what ReturnGO shows of one shop, each thing asked for once, when it is first needed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from connector.budget import Purpose
from connector.connections import Connection
from connector.doctor.shapes import Shapes
from connector.doctor.watched import Watched
from connector.returngo import BadRequest, ReturnGO, ReturnGOError, Upstream
from schemas.highlights import CREATED
from schemas.reading import dig, read_moment, rows

Document = Mapping[str, Any]
Found = TypeVar("Found")

FULL = 500
RECEIVED_DETAILS = 5
OTHER_DETAILS = 2
NAMES = {"/rmas": "rmas", "/transactions": "transactions"}


@dataclass(frozen=True)
class ListedPage:
    """How a list call was answered: how many rows of how many at most, and its `next_cursor`."""

    rows: int
    size: int
    cursor: str
    """`missing`, `null`, `empty` or `named`."""


class Evidence:
    """Asks about one shop. What cannot be asked raises ReturnGOError, each time it is needed."""

    def __init__(
        self,
        upstream: Upstream,
        connection: Connection,
        shop: str,
        watched: Watched,
        shapes: Shapes,
    ) -> None:
        self._upstream = upstream
        self._kept: dict[str, Any] = {}
        self.connection = connection
        self.shop = shop
        self.watched = watched
        self.shapes = shapes
        self.pages: list[ListedPage] = []
        self.date: datetime | None = None
        """ReturnGO's time, by its last answer."""

    def ask(
        self, path: str, *query: tuple[str, str], size: int = FULL, shop: str | None = None
    ) -> list[dict[str, Any]]:
        """Ask a list call, and return its rows. One call."""
        answer = self._open(shop).request("GET", path, [("pagesize", str(size)), *query])
        self.date = answer.date or self.date
        self.shapes.note(f"GET {path}", answer.document)
        found = rows(answer.document, NAMES[path])
        self.pages.append(ListedPage(len(found), size, _cursor(answer.document)))
        return [dict(each) for each in found]

    @property
    def now(self) -> datetime:
        """ReturnGO's time, or the bridge's where answers have no `Date`."""
        return self.date or self._open().now()

    @property
    def newest_rmas(self) -> list[dict[str, Any]]:
        """The rows of the newest RMAs, in whatever status."""
        return self._once("newest", lambda: self.ask("/rmas"))

    @property
    def received_rmas(self) -> list[dict[str, Any]]:
        """The rows of RMAs that are Received."""
        return self._once("received", lambda: self.ask("/rmas", ("status", "Received")))

    @property
    def details(self) -> list[dict[str, Any]]:
        """Some RMAs whole: those that are Received first."""
        return self._once("details", self._read_details)

    @property
    def transactions(self) -> list[dict[str, Any]]:
        """The rows of the newest transactions, in the order in which they came."""
        return self._once("transactions", self._list_transactions)

    @property
    def requested(self) -> list[dict[str, Any]]:
        """The rows of transactions in status Requested."""
        return self._once("requested", lambda: self.ask("/transactions", ("statuses", "Requested")))

    @property
    def can_sort_transactions(self) -> bool:
        """Whether ReturnGO takes `sort_by=-created_at`."""
        _ = self.transactions
        return bool(self._kept["can sort"])

    def once(self, name: str, work: Callable[[], Found]) -> Found:
        """Do something that several probes need once; what it raised is raised again."""
        return self._once(name, work)

    def _once(self, name: str, work: Callable[[], Found]) -> Found:
        if name not in self._kept:
            try:
                self._kept[name] = work()
            except ReturnGOError as error:
                self._kept[name] = error
        found = self._kept[name]
        if isinstance(found, ReturnGOError):
            raise found
        return found  # type: ignore[no-any-return] # what `work` returned

    def _open(self, shop: str | None = None) -> ReturnGO:
        return self._upstream.open(self.connection, shop or self.shop, Purpose.READING)

    def _read_details(self) -> list[dict[str, Any]]:
        received = spread(self.received_rmas, RECEIVED_DETAILS)
        others = [row for row in self.newest_rmas if row.get("status") != "Received"]
        found = []
        for row in (*received, *spread(others, OTHER_DETAILS)):
            rma_id = row.get("rmaId")
            try:
                document = self._open().get_rma(str(rma_id))
            except BadRequest:
                continue
            self.shapes.note("GET /rma/{rmaId}", document)
            found.append(document)
        return found

    def _list_transactions(self) -> list[dict[str, Any]]:
        try:
            found = self.ask("/transactions", ("sort_by", "-created_at"))
            self._kept["can sort"] = True
        except BadRequest:
            self._kept["can sort"] = False
            found = self.ask("/transactions")
        return found


def created_at(row: Document) -> datetime | None:
    """Return when the RMA of a row was made, by its event."""
    made = (event for event in rows(row, "events") if event.get("eventName") == CREATED)
    return next((read_moment(event.get("eventDate")) for event in made), None)


def written(moment: datetime) -> str:
    """Write an instant as ReturnGO's filters take it."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}"


def rma_id_of(details: Document) -> str:
    """Return the id in an RMA's details."""
    return str(dig(details, "rmaSummary.rmaId"))


def spread(found: Sequence[Found], most: int) -> list[Found]:
    """Choose `most` of a list, from all over it."""
    if len(found) <= most:
        return list(found)
    return [found[index * len(found) // most] for index in range(most)]


def _cursor(document: Any) -> str:
    if not isinstance(document, Mapping) or "next_cursor" not in document:
        return "missing"
    cursor = document["next_cursor"]
    return "null" if cursor is None else "named" if cursor else "empty"
