"""Random histories by the thousand, and the table of what came of them."""
