"""Recordings of what each block says to ReturnGO, and what a workflow gets: tests/fixtures."""
