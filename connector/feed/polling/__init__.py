"""Polling: answering clients from the log."""
