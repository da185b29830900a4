"""Hooks: subscribe, test, replay and end them; as they are kept, and what signs them."""
