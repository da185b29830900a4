"""Changes: what ReturnGO's documents say has happened. Pure functions."""
