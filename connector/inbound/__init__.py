"""ReturnGO's webhooks: registering for them, and taking in what they hint at."""

from connector.inbound.inboxes import ADDRESS_PATH, Inbox, Inboxes
from connector.inbound.letterbox import Letterbox, Tally
from connector.inbound.notice import EVENTS, Notice, read_notice
from connector.inbound.registration import Registrar, Registration, Standing

__all__ = [
    "ADDRESS_PATH",
    "EVENTS",
    "Inbox",
    "Inboxes",
    "Letterbox",
    "Notice",
    "Registrar",
    "Registration",
    "Standing",
    "Tally",
    "read_notice",
]
