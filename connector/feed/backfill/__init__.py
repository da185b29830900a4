"""Backfill: bringing in what happened before the first contact with a shop."""
