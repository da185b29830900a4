"""Before the API: keys, limits, the record of calls, and faults that strike an answer."""
