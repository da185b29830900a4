"""Streams: what is remembered of ReturnGO, and who reads it."""
