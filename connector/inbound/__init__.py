"""ReturnGO's webhooks: registering for them, and taking in what they hint at."""

from connector.inbound.inboxes import ADDRESS_PATH, Inbox, Inboxes
from connector.inbound.payload import EVENTS, WebhookPayload, read_payload
from connector.inbound.registration import Registrar, Registration, RegistrationStatus
from connector.inbound.webhook_buffer import WebhookBuffer, WebhookCount

__all__ = [
    "ADDRESS_PATH",
    "EVENTS",
    "Inbox",
    "Inboxes",
    "Registrar",
    "Registration",
    "RegistrationStatus",
    "WebhookBuffer",
    "WebhookCount",
    "WebhookPayload",
    "read_payload",
]
