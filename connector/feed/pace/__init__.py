"""Pace: when ReturnGO may be asked again."""
