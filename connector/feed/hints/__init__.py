"""Hints: webhooks say that something may have changed, and ReturnGO is asked."""
