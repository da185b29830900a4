"""The report for a bug report: shapes and words only, nothing personal, by allow-lists."""

import platform
from importlib import metadata
from typing import Any

from connector import VERSION
from connector.doctor.check import Check
from connector.doctor.examination import Examination

ORDER = ("settings", "key", "shop", "clock", "limits", "reading", "database", "webhooks", "worker")
LIBRARIES = ("Flask", "SQLAlchemy", "requests", "marshmallow")


def report(examination: Examination) -> dict[str, Any]:
    """Write a report of an examination, as JSON.

    Sentences of checks stay out: they name shops and addresses. What was seen of assumptions is
    made of counts and words only.
    """
    watched = examination.watched
    return {
        "bridge": VERSION,
        "schema": examination.setup.store.schema,
        "database": examination.setup.store.engine.dialect.name,
        "python": platform.python_version(),
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
        "calls": {"most": watched.most, "made": watched.made},
        "statuses": {str(status): count for status, count in sorted(watched.statuses.items())},
        "headers": dict(sorted(watched.headers.items())),
        "checks": [{"part": _part(each), "state": each.state} for each in examination.checked],
        "assumptions": {
            name: {"verdict": told.verdict, "seen": told.seen}
            for name, told in examination.told.items()
        },
        "documents": examination.shapes.shown(),
    }


def _part(check: Check) -> str:
    """Return the part of a check, without the shop."""
    first = check.name.split()[0]
    return first if first in ORDER else "public address"
