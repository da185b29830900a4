"""Packages of blocks that no bridge offers, to build catalogues of."""
