"""What ReturnGO writes on a return's timeline: its `comments`, which are its audit log.

The words SUBMITTED, APPROVED, CANCELED, REOPENED, IN TRANSIT and RECEIVED were seen. [A] The
sentences around them, and all other words.
"""

from datetime import datetime

from connector.sandbox.exact_json import Json
from connector.sandbox.world.models import Rma

AUTOMATION = "Automation"
API = "ReturnGO API"
PERSON = "Ada Exemplar"

SUBMITTED = "<p>The return request was <b>SUBMITTED</b></p>"
REOPENED = "<p>The return request was <b>REOPENED</b></p>"
IN_TRANSIT = "<p>The return parcel is <b>IN TRANSIT</b></p>"
OF_STATUS = {
    "Approved": "<p>The return request was <b>APPROVED</b></p>",
    "Received": "<p>The return parcel was <b>RECEIVED</b></p>",
    "Canceled": "<p>The return request was <b>CANCELED</b>. Reason: {reason}</p>",
    "Validated": "<p>The returned items were <b>VALIDATED</b></p>",
    "Done": "<p>The return request is <b>DONE</b></p>",
    "Rejected": "<p>The return request was <b>REJECTED</b></p>",
}
LABELED = "<p>The <b>LABEL</b> of the return parcel is ready</p>"
PARCEL_UPDATED = "<p>The return parcel was <b>UPDATED</b></p>"
PARCEL_DELETED = "<p>The return parcel was <b>DELETED</b></p>"
TRACKED = "<p>The return parcel is <b>TRACKED</b></p>"
REFUNDED = "<p>The customer was <b>REFUNDED</b></p>"
INVOICED = "<p>The customer was sent an <b>INVOICE</b> for the exchange</p>"

REFUND_REFUSED = "The refund was refused by the payment provider"
NO_PACKING_SLIP = "The packing slip could not be created"
NO_APPROVAL_MAIL = "The customer could not be told of the approval: there is no packing slip"
NO_MEDIA = "The media of a follow-up question are missing"
NO_PLATFORM_RETURN = "The return could not be created on the platform"

OF_VIA = {"API": API, "Dashboard": PERSON, "Return Portal": ""}
"""The name that a comment gives for where a change came from; anything else is automation."""


def comment(kind: str, by: str, html: str, at: datetime) -> Json:
    """Make an entry of a return's `comments`."""
    return {
        "commentType": kind,
        "triggeredBy": by,
        "htmlText": html,
        "datetime": at.isoformat(timespec="seconds"),
    }


def note(rma: Rma, html: str, at: datetime, *, by: str = AUTOMATION, kind: str = "system") -> None:
    """Write on a return's timeline, which is a change of the return."""
    rma.comments.append(comment(kind, by, html, at))
    rma.changed(at)


def note_status(rma: Rma, at: datetime, via: str) -> None:
    """Write on the timeline what status a return has come to."""
    # [A] The reasons of a cancellation.
    reason = "No longer needed" if via == "Return Portal" else "Canceled by the store"
    note(rma, OF_STATUS[rma.status].format(reason=reason), at, by=OF_VIA.get(via, AUTOMATION))
