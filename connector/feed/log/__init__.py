"""The log: durable events, each at a place of its own."""
