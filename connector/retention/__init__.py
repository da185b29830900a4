"""Retention: what is old is deleted, a little at a time, so that the bridge runs for years."""

from connector.retention.retention import Retention

__all__ = ["Retention"]
