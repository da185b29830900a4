"""What happened: the record of deeds, searched; what was sent and answered is shown when asked."""

from http import HTTPStatus

import simplejson
from flask import Blueprint, abort, render_template, request

from connector.blocks import Catalogue
from connector.deeds import Deed, Outcome
from connector.page.forms import Confirm
from connector.page.noting import noted
from connector.web.context import bridge
from schemas.calls import LAST_PLACE

SHOWN = 50
OUTCOMES = {
    Outcome.DONE: "done",
    Outcome.REPEATED: "done before: the first answer was given again",
    Outcome.REFUSED: "refused: nothing was done",
    Outcome.UNKNOWN: "failed: it may have been done or not, look at ReturnGO",
    Outcome.BEGUN: "begun: it is being done, or its process ended",
}


def add_to(page: Blueprint, catalogue: Catalogue) -> None:
    """Add the record of deeds."""
    labels = {each.key: each.label for each in catalogue}
    page.app_template_filter("deed")(lambda name: labels.get(name) or _sentence_case(name))
    page.app_template_filter("outcome")(OUTCOMES.__getitem__)
    page.add_url_rule("/deeds", "deeds", _deeds)
    page.add_url_rule(f"/deeds/<int(max={LAST_PLACE}):id>", "deed", _deed)
    page.add_url_rule(
        f"/deeds/<int(max={LAST_PLACE}):id>/details", "details", _details, methods=["POST"]
    )


def _deeds() -> str:
    words = request.args.get("words", "").replace("\0", "")
    outcome = request.args.get("outcome", "")
    before = request.args.get("before", type=int)
    if before is not None and before > LAST_PLACE:
        before = None
    found = bridge().deeds.newest(
        outcome=Outcome(outcome) if outcome in {*Outcome} else None,
        words=words,
        before=before,
        limit=SHOWN + 1,
    )
    return render_template(
        "deeds.html",
        deeds=found[:SHOWN],
        older=found[SHOWN - 1].id if len(found) > SHOWN else None,
        words=words,
        outcome=outcome,
        outcomes=OUTCOMES,
        connections={each.id: each.label for each in bridge().connections.all()},
    )


def _deed(id: int) -> str:  # noqa: A002 - as the address names it
    return _shown(_found(id))


def _details(id: int) -> str:  # noqa: A002 - as the address names it
    """Show what was sent and answered, in which customers may be named; it is noted."""
    found = _found(id)
    if not Confirm().validate_on_submit():
        return _shown(found)
    with noted("show_details", found.connection, f"deed {found.id}"):
        details = bridge().deeds.details(found.id)
    if details is None:
        return _shown(found)
    return _shown(
        found,
        key=details.key,
        sentence=details.sentence,
        asked=in_json(details.asked) if details.asked else None,
        answer=None if details.answer is None else in_json(details.answer),
        is_asked=True,
    )


def _shown(found: Deed, **details: object) -> str:
    known = bridge().connections.by_id(found.connection)
    return render_template(
        "deed.html",
        deed=found,
        connection=found.connection if known is None else known.label,
        confirm=Confirm(),
        **details,
    )


def _found(deed_id: int) -> Deed:
    return bridge().deeds.find(deed_id) or abort(HTTPStatus.NOT_FOUND)


def in_json(document: object) -> str:
    """Write a document for people, money as it is."""
    return simplejson.dumps(document, use_decimal=True, ensure_ascii=False, indent=2)


def _sentence_case(name: str) -> str:
    return name.replace("_", " ").capitalize()
