"""What an alarm says: JSON as the Standard Webhooks advise (`type`, `timestamp`, `data`)."""

import json
from collections.abc import Mapping
from typing import Any

BEGUN = "alarm.begun"
OVER = "alarm.over"


def message_id(row: Mapping[str, Any]) -> str:
    """Return the message's id, the same for each try, so that a receiver knows a repetition."""
    return f"msg_{row['id']}_{'begun' if row['over_at'] is None else 'over'}"


def body(row: Mapping[str, Any]) -> bytes:
    """Write what is to be told of an alarm now: that it has begun, or that it is over.

    `data` has its `id`, the `connection` by its label (null: the bridge), the `name` of the check,
    what was `seen` as it began and how to `mend` it, and the times of both, the second perhaps
    null.
    """
    over_at = row["over_at"]
    told = {
        "type": BEGUN if over_at is None else OVER,
        "timestamp": (over_at or row["begun_at"]).isoformat(),
        "data": {
            "id": row["id"],
            "connection": row["label"],
            "name": row["name"],
            "seen": row["seen"],
            "mend": row["mend"],
            "begun_at": row["begun_at"].isoformat(),
            "over_at": None if over_at is None else over_at.isoformat(),
        },
    }
    return json.dumps(told, ensure_ascii=False).encode()
