"""The limits of the key: calls left today, and the limits that are set."""

from collections.abc import Sequence

from connector.doctor.check import Check
from connector.doctor.setup import Setup
from connector.doctor.visits import Visit
from connector.returngo import DayQuotaReached
from connector.store import StoreUnavailable


def check_limits(setup: Setup, visits: Sequence[Visit], headers: Sequence[str]) -> Check:
    """Check that calls for reading are left today.

    `headers` are those by which ReturnGO has told of limits.
    """
    settings = setup.settings
    limits = (
        f"{settings.returngo_daily_limit} a day and {settings.returngo_second_limit} a second are"
        " set"
    )
    if setup.connection is None:
        return Check.ok("limits", f"For each key {limits}.")
    try:
        balance = setup.budget.balance(setup.connection.key_id)
    except StoreUnavailable:
        return Check.not_seen("limits", f"{limits}; calls are counted in the database.")
    seen = f"{balance.remaining} calls are left today, of these {balance.for_background} to read;"
    if balance.used_elsewhere:
        seen += (
            f" {balance.used_elsewhere} are left to other software with this key, as ReturnGO said"
            " lately that a day was spent too soon (or it allows fewer than are set);"
        )
    if balance.for_background == 0 or any(isinstance(v.error, DayQuotaReached) for v in visits):
        return Check.to_mend(
            "limits",
            f"{seen} {limits}.",
            f"Wait for {_span(balance.resets_in)}, until the calls return; if they run out every"
            " day, ask ReturnGO for more and raise RETURNGO_DAILY_LIMIT.",
        )
    told = "ReturnGO tells no limits"
    if headers:
        told = f"ReturnGO tells of limits in {', '.join(headers)}"
    return Check.ok("limits", f"{seen} {limits}. {told}.")


def _span(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    return f"{hours} h {rest // 60} min"
