"""Keeping the feed read for hooks, whether or not anybody polls."""
