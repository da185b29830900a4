"""A simulated ReturnGO: a process of its own that behaves as its API is known to, and no kinder.

It runs alone (`python -m connector.sandbox`), imports nothing of the bridge, and nothing of the
bridge imports it. What the real API leaves undocumented is marked `[A]` (assumed) where the choice
is made, once.
"""
