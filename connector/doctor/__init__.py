"""Doctor: checks how a bridge is set up, and asks ReturnGO whether what is assumed of it holds."""

from connector.doctor.attention import glance, to_mend
from connector.doctor.check import Check, CheckState
from connector.doctor.checks import (
    glance_at_bridge,
    glance_at_connection,
    not_ours,
    settings_read,
    unusable,
)
from connector.doctor.examination import Examination
from connector.doctor.report import report
from connector.doctor.setup import Setup, database_file
from connector.doctor.told import Told

__all__ = [
    "Check",
    "CheckState",
    "Examination",
    "Setup",
    "Told",
    "database_file",
    "glance",
    "glance_at_bridge",
    "glance_at_connection",
    "not_ours",
    "report",
    "settings_read",
    "to_mend",
    "unusable",
]
