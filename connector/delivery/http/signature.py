"""Signing hooks, so that who receives one knows whose it is: https://www.standardwebhooks.com."""

import base64
import secrets as randomness
from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook

SECRET_BYTES = 32


def new_secret() -> str:
    """Make a signing secret: `whsec_` and 32 random bytes in base64."""
    return f"whsec_{base64.b64encode(randomness.token_bytes(SECRET_BYTES)).decode()}"


def signed_headers(
    message_id: str, timestamp: datetime, body: bytes, secrets: Sequence[str]
) -> dict[str, str]:
    """Return the headers that prove `body` to be ours: `webhook-id`, `-timestamp`, `-signature`.

    With several secrets a receiver may verify with any one of them: for the overlap after a
    rotation. `timestamp` is aware, and that of the try; `body` is UTF-8.
    """
    moment = timestamp.astimezone(UTC)  # the package takes any zone for UTC
    text = body.decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(
            Webhook(secret).sign(message_id, moment, text) for secret in secrets
        ),
    }
