"""Years of a bridge: what its log, its memory and its polls come to, month by month."""
