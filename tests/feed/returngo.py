"""ReturnGO as the feed's tests play it: changes to its world, and trouble on the wire to it."""

import io
from collections.abc import Callable  # noqa: TC003
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
import simplejson
import urllib3

from connector.clock import Clock
from connector.sandbox.app import SandboxApp
from connector.sandbox.gateway.faults import Fault
from connector.sandbox.world.models import Rma, Transaction
from tests.stand_ins import WsgiAdapter

DEMO = "demo.myshopify.com"
OUTLET = "outlet.myshopify.com"
LIST_PATHS = ("/rmas", "/transactions")


class Killed(BaseException):
    """The process ended here: nobody tidies up."""


@dataclass
class SkewedClock:
    """A machine's clock that is wrong by `skew`, and may be set."""

    right: Clock
    skew: timedelta

    def now(self) -> datetime:
        return self.right.now() + self.skew

    def sleep(self, seconds: float) -> None:
        self.right.sleep(seconds)


class Wire(WsgiAdapter):
    """The way to the sandbox. What it does to calls, each test decides.

    `pagesize` is the largest page that ReturnGO gives. `before` and `after` are called with each
    request, and may raise; `rewrite` may change the answer. `pages` holds every page that arrived
    whole: path, shop, rows. What is read because of a hint, while `is_following`, is such a page of
    transactions, too; those of `in_details` the bridge need not have looked at. `see` looks at
    every answer that is whole, and what it returns is called when the bridge has it; what is read
    `aside` is not recorded, so that it does not count.
    """

    def __init__(self, sandbox: SandboxApp) -> None:
        super().__init__(sandbox)
        self.pagesize = 500
        self.before: Callable[[requests.PreparedRequest], None] = lambda _: None
        self.after: Callable[[requests.PreparedRequest], None] = lambda _: None
        self.rewrite: Callable[[str, requests.Response], None] = lambda _path, _response: None
        self.see: Callable[[requests.PreparedRequest, dict[str, Any]], Callable[[], None]] = (
            lambda _request, _document: lambda: None
        )
        self.pages: list[tuple[str, str, list[dict[str, Any]]]] = []
        self.in_details: list[list[dict[str, Any]]] = []
        self.is_following = False
        self.is_aside = False

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        assert request.url is not None
        request.url = request.url.replace("pagesize=500", f"pagesize={self.pagesize}")
        self.before(request)
        response = super().send(request)
        self.rewrite(path_of(request), response)
        document = None if self.is_aside else _document(response)
        note = None if document is None else self.see(request, document)
        self.after(request)
        if document is not None and note is not None:
            note()
            self._note(request, document)
        return response

    def _note(self, request: requests.PreparedRequest, document: dict[str, Any]) -> None:
        path = path_of(request)
        # only windows of updates: other lists are asked for other reasons
        is_window = path in LIST_PATHS and "updated_at" in str(request.url)
        is_hinted = self.is_following and path.startswith(("/rma/", "/transactions"))
        shown = "/transactions" if is_hinted else path
        rows = document.get(shown.removeprefix("/"))
        if (is_window or is_hinted) and isinstance(rows, list):
            self.pages.append((shown, str(request.headers["x-shop-name"]), rows))
            if path.startswith("/rma/"):
                self.in_details.append(rows)


def _document(response: requests.Response) -> dict[str, Any] | None:
    """Read what a good answer says, None if that is not whole."""
    if response.status_code != HTTPStatus.OK:
        return None
    body = response.raw.read()
    replace_body(response, body)
    try:
        document = simplejson.loads(body, use_decimal=True)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def replace_body(response: requests.Response, body: bytes) -> None:
    """Let the answer say something else."""
    response.raw = urllib3.HTTPResponse(
        body=io.BytesIO(body), status=response.status_code, preload_content=False
    )


def cursor_of(request: requests.PreparedRequest) -> str | None:
    """Return the cursor that a call carries."""
    return next(iter(parse_qs(urlsplit(str(request.url)).query).get("cursor", ())), None)


def path_of(request: requests.PreparedRequest) -> str:
    """Return the path of a call."""
    return urlsplit(str(request.url)).path


@dataclass(frozen=True)
class World:
    """What merchants and customers do at ReturnGO."""

    sandbox: SandboxApp

    def now(self) -> datetime:
        """Return ReturnGO's time as it stamps it."""
        return self.sandbox.simulation.clock.second()

    def rma(
        self,
        shop: str = DEMO,
        *,
        at: datetime | None = None,
        events: bool = True,
        lines: int = 1,
        **options: Any,
    ) -> Rma:
        """A customer asks for a return; without `events`, its row does not tell so."""
        invent = self.sandbox.simulation.inventor
        when = at or self.now()
        rma = invent.rma(invent.order(shop, when, lines=lines), when, **options)
        if not events:
            rma.events.clear()
        return rma

    def touch(self, rma: Rma) -> None:
        """Something about a return changes that its status and events do not tell."""
        rma.last_updated = self.now()

    def move(self, rma: Rma, status: str, *, at: datetime | None = None) -> None:
        """The merchant moves a return on."""
        self.sandbox.simulation.world.change_rma_status(rma, status, at or self.now())

    def refund(self, rma: Rma, **options: Any) -> Transaction:
        """A refund waits to be paid outside ReturnGO, unless `status` says otherwise."""
        at = options.pop("at", None) or self.now()
        return self.sandbox.simulation.inventor.transaction(rma, at, **options)

    def record(self, transaction: Transaction, status: str) -> None:
        """Somebody tells ReturnGO how a transaction stands."""
        self.sandbox.simulation.world.update_transaction(
            transaction, {"status": status}, self.now()
        )

    def trouble(self, kind: str = "status", **options: Any) -> Fault:
        """Let ReturnGO fail."""
        fault = Fault(kind, **options)
        if kind == "truncate":
            fault.when = "after"
        self.sandbox.simulation.faults.standing.append(fault)
        return fault

    def throttle(self, count: int | None = None) -> None:
        """Let ReturnGO say that calls come too fast."""
        self.trouble(status=429, body={"message": "Too Many Requests"}, count=count)

    def spend_the_day(self) -> None:
        """Let ReturnGO say that the day's calls are used up."""
        gate = self.sandbox.simulation.gate
        gate.set_used("demo-key", gate.daily)

    def heal(self) -> None:
        """Let ReturnGO work again."""
        self.sandbox.simulation.faults.standing.clear()

    def calls(self, prefix: str = "/") -> list[str]:
        """Return the paths of the calls that ReturnGO has got."""
        calls = self.sandbox.simulation.calls
        return [call.path for call in calls if call.path.startswith(prefix)]

    def forget_calls(self) -> None:
        """Count anew."""
        self.sandbox.simulation.calls.clear()
