"""Triggers when somebody puts an action among the triggers."""

from tests.toy.actions.toss_coin import block

__all__ = ["block"]
