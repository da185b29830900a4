"""METRICS_TOKEN: what a monitoring system presents, which reads how the bridge stands."""

import hmac

from flask import request

from connector.web.context import bridge


def presents_metrics_token() -> bool:
    """Return whether this request presents METRICS_TOKEN, where one is set."""
    expected = bridge().settings.metrics_token
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return (
        expected is not None
        and scheme.lower() == "bearer"
        and hmac.compare_digest(token.strip().encode(), expected.encode())
    )
