"""Webhooks on their way to who registered for them."""
