"""Triggers when nothing is declared."""
