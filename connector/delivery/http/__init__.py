"""A POST to an address that nobody vouches for; it knows no database."""
