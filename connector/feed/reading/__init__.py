"""Reading: asking ReturnGO, and taking in what it shows."""
