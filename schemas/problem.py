"""How the bridge says that something went wrong: RFC 9457, application/problem+json."""

from schemas.fields import Anything, Integer, Lines, Text
from schemas.shapes import Output


class FieldProblem(Output):
    """What is wrong with one field."""

    field = Text("Field", "The field's name.", example="status")
    detail = Text("Detail", "What is wrong with it.", example="is 'Recieved'; accepted are …")
    value = Anything("Value", "What was sent.", example="Recieved")
    accepted = Anything("Accepted", "The words that it takes.", example=["Approved", "Received"])


class Problem(Output):
    """An error, for people and machines."""

    type = Text(
        "Type", "A URI that names the kind of problem.", example="about:blank", allow_none=False
    )
    title = Text(
        "Title", "The kind in a few words.", example="Unprocessable Entity", allow_none=False
    )
    status = Integer("Status", "The HTTP status.", example=422, allow_none=False)
    detail = Text(
        "Detail", "What happened, in a sentence.", example="status is missing.", allow_none=False
    )
    message = Text(
        "Message",
        "The sentence of `detail` again: n8n and others show this one.",
        example="status is missing.",
        allow_none=False,
    )
    errors = Lines("Errors", "What is wrong, field by field.", FieldProblem)
    request_id = Text(
        "Request ID",
        "The bridge's name of the request, as in its header X-Request-Id and in its logs.",
        example="9b1deb4d3b7d4bad",
    )
    returngo_request_id = Text(
        "ReturnGO Request ID",
        "ReturnGO's own id of the call, which its support asks for.",
        example="3f1e2d4c-0000-4000-8000-000000000000",
    )
