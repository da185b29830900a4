"""REST hooks out: where they may go, how one is sent, and how the receiver knows it is ours."""

from connector.delivery.sender import Reply, Sender
from connector.delivery.signature import new_secret, signed_headers
from connector.delivery.targets import TargetRefused, TargetRules, check_url

__all__ = [
    "Reply",
    "Sender",
    "TargetRefused",
    "TargetRules",
    "check_url",
    "new_secret",
    "signed_headers",
]
