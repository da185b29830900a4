"""Events: what a trigger shows, as to a workflow that polls it; the story of one thing."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, render_template, request

from connector.blocks import Catalogue, Kind, Trigger, read_input
from connector.connections import Connection
from connector.feed import History, NotReady
from connector.page.found import found_connection
from connector.returngo import ReturnGOError
from connector.web.context import bridge

SHOWN = 25
REFRESH = 10  # seconds


def add_to(page: Blueprint, catalogue: Catalogue) -> None:
    """Add the page of events; names of customers are not on it."""
    triggers = catalogue.triggers
    first = next((key for key, each in triggers.items() if each.takes is Kind.RMA_CREATED), "")

    def events(id: str) -> str:  # noqa: A002 - as the address names it
        chosen = triggers.get(request.args.get("trigger", first))
        if chosen is None:
            abort(HTTPStatus.NOT_FOUND)
        connection = found_connection(id)
        thing = request.args.get("thing", "").replace("\0", "").strip()
        if thing:
            story = History(bridge().store).of(connection.id, thing)
            return render_template("story.html", connection=connection, thing=thing, story=story)
        shown, sentence = _newest(connection, chosen)
        return render_template(
            "events.html",
            connection=connection,
            triggers=triggers.values(),
            chosen=chosen,
            events=shown,
            sentence=sentence,
            refresh=REFRESH,
        )

    page.add_url_rule("/connections/<id>/events", "events", events)


def _newest(connection: Connection, trigger: Trigger) -> tuple[list[Mapping[str, Any]], str | None]:
    """Return the newest events, or a sentence that says why there are none to show."""
    call = read_input(trigger.input_schema, {"limit": SHOWN})
    try:
        return list(bridge().feed.poll(connection, trigger, call).objects), None
    except (NotReady, ReturnGOError) as error:
        return [], str(error)
