"""Every answer says what is left of the day (draft-ietf-httpapi-ratelimit-headers)."""

import structlog
from flask import Response, g

from connector.budget import Balance
from connector.store import StoreUnavailable, patience
from connector.web.context import bridge, caller

DAY_SECONDS = 86_400
BALANCE_PATIENCE = 1.0  # seconds for the database's locks

log = structlog.get_logger()


def add_allowance(response: Response) -> Response:
    """Add RateLimit and RateLimit-Policy, where it is known who is calling.

    A view that has looked at it leaves it in `g.balance`. A database that has just failed is not
    asked: its caller has waited for long enough.
    """
    balance = g.get("balance") or _balance()
    if balance is not None:
        response.headers.add("RateLimit-Policy", f'"day";q={balance.limit};w={DAY_SECONDS}')
        response.headers.add("RateLimit", f'"day";r={balance.remaining};t={balance.resets_in}')
    return response


def _balance() -> Balance | None:
    if "access" not in g or "store_failed" in g:
        return None
    try:
        with patience(BALANCE_PATIENCE):
            return bridge().budget.balance(caller().key_id)
    except StoreUnavailable as error:
        log.warning("web.allowance_unknown", reason=str(error))
        return None
