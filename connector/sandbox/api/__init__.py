"""ReturnGO's API, route by route."""
