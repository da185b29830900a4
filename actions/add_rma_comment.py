"""Adds a comment to the timeline of an RMA, for the people who work on the return."""

from datetime import datetime
from hashlib import sha256
from html import escape
from typing import Any

from connector.blocks import Action, Effect
from connector.returngo import NotFound, ReturnGO
from schemas.fields import RmaId, Text
from schemas.reading import read_moment, rows
from schemas.shapes import FromReturnGO
from schemas.which import WhichRma

HTML = "HTML"
PLAIN = "Plain Text"


class Fields(WhichRma):
    """What to say, and where."""

    text = Text(
        "Text",
        "What to say. Line breaks are kept.",
        example="Parcel arrived.",
        required=True,
    )
    format = Text(
        "Format",
        "Plain Text shows the text as it is, whatever signs it holds; HTML is sent as it is.",
        example=PLAIN,
        choices=(PLAIN, HTML),
        load_default=PLAIN,
    )


class AddedComment(FromReturnGO):
    """A comment that was added."""

    id = Text("ID", "The comment, to tell it from others.", example="10030552:1b7d9a0c44e2")
    rma_id = RmaId("RMA ID", "ReturnGO's id of the return.", example="10030552")
    html = Text(
        "HTML", "The comment, as HTML.", example="<p>Parcel arrived.</p>", source="htmlText"
    )


def run(returngo: ReturnGO, rma_id: str, **comment: str) -> dict[str, Any]:
    """POST /rma/{rmaId}/comment."""
    html = _html_of(**comment)
    try:
        returngo.add_comment(rma_id, html)
    except NotFound as refusal:
        raise NotFound(
            f"ReturnGO has no RMA {rma_id} in {returngo.shop}.", request_id=refusal.request_id
        ) from refusal
    return _added(rma_id, html)


def already_done(
    returngo: ReturnGO, since: datetime, rma_id: str, **comment: str
) -> dict[str, Any] | None:
    """Look for the comment on the RMA.

    ReturnGO's clock stamps comments, to the second; the bridge's says `since`. An equal comment of
    up to 20 minutes before is taken for ours, as it may be: then the RMA has one instead of two,
    while with less doubt it could have two instead of one. The `Date` of ReturnGO's answers would
    narrow this only for a clock that was not set, and a machine that was not changed, since.
    """
    html = _html_of(**comment)
    earliest = (since - returngo.clocks_apart).replace(microsecond=0)
    for there in rows(returngo.get_rma(rma_id), "comments"):
        at = read_moment(there.get("datetime"))
        # [A] comment-verbatim
        if there.get("htmlText") == html and at is not None and at >= earliest:
            return _added(rma_id, html)
    return None


def _html_of(text: str, **options: str) -> str:
    if options.get("format") == HTML:
        return text
    # within a paragraph quotes need no escape, and stay readable where HTML is shown as text
    return f"<p>{'<br>'.join(escape(text, quote=False).splitlines())}</p>"


def _added(rma_id: str, html: str) -> dict[str, Any]:
    # What ReturnGO calls a comment, if anything, is not known.
    digest = sha256(html.encode()).hexdigest()[:12]
    return {"id": f"{rma_id}:{digest}", "rmaId": rma_id, "htmlText": html}


block = Action(
    label="Add RMA Comment",
    noun="Comment",
    effect=Effect.ADD,
    input=Fields,
    output=AddedComment,
    assumes=("comment-verbatim",),
    run=run,
    already_done=already_done,
)
