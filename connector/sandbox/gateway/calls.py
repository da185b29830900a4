"""The record of every call that reached the API, and with it the ledger of the writes applied."""

from dataclasses import asdict, dataclass
from datetime import datetime

from flask import Request, g

from connector.sandbox.exact_json import Json


@dataclass
class Call:
    """One call. `status` is None while it runs, and for good if it got no answer."""

    time: str
    method: str
    path: str
    query: str
    key: str | None
    shop: str | None
    status: int | None = None
    applied: bool = False
    fault: str | None = None

    def body(self) -> Json:
        """Show the call as the control call does."""
        return asdict(self)


def open_call(now: datetime, request: Request) -> Call:
    """Begin the record of the request being answered."""
    g.call = Call(
        time=now.isoformat(timespec="milliseconds"),
        method=request.method,
        path=request.path,
        query=request.query_string.decode("latin-1"),
        key=request.headers.get("x-api-key"),
        shop=request.headers.get("x-shop-name"),
    )
    return current_call()


def current_call() -> Call:
    """Return the record of the request being answered."""
    call: Call = g.call
    return call


def wrote() -> None:
    """Note that the request being answered changed the world."""
    current_call().applied = True
