# Without a docstring nobody would know what it does.
from tests.toy.triggers.coin_tossed import block

__all__ = ["block"]
