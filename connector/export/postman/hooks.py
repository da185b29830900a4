"""The calls about hooks, in the order in which a hook lives."""

from connector.blocks import Catalogue
from connector.export.postman.requests import (
    KEEPS_HOOK,
    SIGNS,
    SUBSCRIBED,
    CollectionItem,
    expecting,
    request,
)

ONE = "/v1/hooks/{{hookId}}"


def hooks(catalogue: Catalogue) -> list[CollectionItem]:
    """Write the requests; the first keeps the hook's id for the others."""
    keys = list(catalogue.triggers)
    return [
        request(
            "Subscribe",
            "POST",
            "/v1/hooks",
            description="Has each event of a trigger sent to `targetUrl`, a variable of the"
            " collection. The answer holds the secret that signs what is sent. The"
            f" triggers: {', '.join(keys)}.",
            body={"trigger": keys[0], "target_url": "{{targetUrl}}", "ordered": False},
            tests=(SUBSCRIBED, SIGNS, KEEPS_HOOK),
        ),
        _about("List Hooks", "GET", "/v1/hooks", "Every hook that this token has made."),
        _about("Show Hook", "GET", ONE, "One hook."),
        _about("Test Hook", "POST", f"{ONE}/test", "Sends the trigger's sample there at once."),
        _about("List Deliveries", "GET", f"{ONE}/deliveries", "What has become of each event."),
        _about(
            "Replay",
            "POST",
            f"{ONE}/replay",
            "Sends again what was given up.",
            body={"state": "parked"},
        ),
        _about("Wake", "POST", f"{ONE}/wake", "Has a hook that rests sent to again."),
        _about("Rotate Secret", "POST", f"{ONE}/rotate", "Answers a new secret."),
        _about("Unsubscribe", "DELETE", ONE, "Ends the hook.", status=204),
    ]


def _about(
    name: str,
    method: str,
    path: str,
    description: str,
    *,
    body: dict[str, str] | None = None,
    status: int = 200,
) -> CollectionItem:
    return request(name, method, path, description=description, body=body, tests=expecting(status))
