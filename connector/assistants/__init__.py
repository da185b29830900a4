"""Assistants: what the bridge offers, by the Model Context Protocol (docs/assistants.md).

A client of the bridge's own HTTP, and of nothing else: whatever is asked passes through the same
tokens, scopes, limits, records and sentences as any other call, and is done as often.
"""

from connector.assistants.server import make_server

__all__ = ["make_server"]
