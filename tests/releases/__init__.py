"""Databases as each release has left them, and what its polls answered."""
