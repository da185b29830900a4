"""Webhooks: whether ReturnGO still knows the address of the bridge."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import exists, select

from connector.budget import Purpose
from connector.connections import Connection
from connector.doctor.check import Check
from connector.doctor.setup import Setup
from connector.doctor.visits import Visit
from connector.doctor.wording import listed, reason
from connector.inbound import ADDRESS_PATH, EVENTS, Inbox
from connector.returngo import ReturnGOError
from connector.store import StoreUnavailable
from connector.store.tables import inbox

REGISTER = "Run `python -m connector webhooks register`"


def check_webhooks(setup: Setup, visits: Sequence[Visit]) -> Iterator[Check]:
    """Check what is registered in each shop that answers. One call each, with PUBLIC_URL only."""
    if setup.connection is None:
        return
    if setup.settings.public_url is None:
        yield Check.ok("webhooks", "Without PUBLIC_URL the bridge asks ReturnGO, and is not told.")
        return
    for visit in visits:
        if visit.answer is not None:
            yield _check_shop(setup, setup.connection, visit.shop)


def _check_shop(setup: Setup, connection: Connection, shop: str) -> Check:
    name = f"webhooks {shop}"
    try:
        rows = setup.upstream.open(connection, shop, Purpose.READING).list_webhooks()
        was_registered = _was_registered(setup, Inbox(connection.id, shop))
        ours = {str(row.get("eventName")) for row in rows if _is_right(setup, row, shop)}
    except (ReturnGOError, StoreUnavailable) as error:
        return Check.not_seen(name, reason(error))
    missing = set(EVENTS) - ours
    others = {str(row.get("eventName")) for row in rows} - ours
    if not ours and not was_registered:
        return Check.ok(
            name, f"None is registered; the bridge asks. {REGISTER} to be told at once."
        )
    if missing - others:
        return Check.to_mend(
            name,
            f"{len(ours)} of {len(EVENTS)} events are registered here; missing: {listed(missing)}.",
            f"{REGISTER} again, or take PUBLIC_URL out if ReturnGO is not to tell the bridge.",
        )
    if missing:
        return _elsewhere(name, setup, rows, shop, missing)
    return Check.ok(name, f"All {len(EVENTS)} events are registered here.")


def _elsewhere(
    name: str, setup: Setup, rows: Iterable[Mapping[str, Any]], shop: str, missing: set[str]
) -> Check:
    """Tell of events that go to another address: the bridge's own of before, or another's."""
    former = {
        str(row.get("eventName"))
        for row in rows
        if _found(setup, row) is not None and not _is_right(setup, row, shop)
    }
    if former & missing:
        return Check.to_mend(
            name,
            f"{listed(former & missing)} still go to a former address of this bridge.",
            f"{REGISTER}, which moves them.",
        )
    return Check.ok(
        name,
        f"Another software has {listed(missing)}, and ReturnGO takes one for each event; the"
        " bridge finds these by asking.",
    )


def _is_right(setup: Setup, row: Mapping[str, Any], shop: str) -> bool:
    here = f"{str(setup.settings.public_url).rstrip('/')}{ADDRESS_PATH}"
    found = _found(setup, row)
    is_ours = found is not None and found.shop == shop and not found.is_former
    return is_ours and str(row.get("url")).startswith(here)


def _found(setup: Setup, row: Mapping[str, Any]) -> Inbox | None:
    _, is_inbound, secret = str(row.get("url")).partition(ADDRESS_PATH)
    return setup.inboxes.find(secret) if is_inbound else None


def _was_registered(setup: Setup, where: Inbox) -> bool:
    own = (inbox.c.connection == where.connection_id, inbox.c.shop == where.shop)
    with setup.store.read() as database:
        return bool(database.execute(select(exists().where(*own))).scalar_one())
