"""Alarms: what needs attention is told to an address of the operator's, as it begins and ends."""

from connector.alarms.alarms import Alarms

__all__ = ["Alarms"]
