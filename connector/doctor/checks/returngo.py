"""What the visits tell of ReturnGO: whether it takes the key and each shop, and what time it is."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from connector.doctor.check import Check
from connector.doctor.setup import Setup
from connector.doctor.visits import Visit
from connector.doctor.wording import reason
from connector.returngo import DayQuotaReached, KeyRefused, ShopRefused
from connector.store import StoreUnavailable

CLOCK_DIFFERS = timedelta(minutes=5)
"""A clock that is off by more is to be set; the bridge bears with 20 minutes."""


def check_key(setup: Setup, visits: Sequence[Visit]) -> Check:
    """Check that ReturnGO takes the key."""
    if setup.connection is None:
        return Check.ok(
            "key",
            "The bridge keeps no key (RETURNGO_API_KEY); callers bring their own. What only a key"
            " shows, such as shops, clock and webhooks, is not looked at.",
        )
    if any(isinstance(each.error, KeyRefused) for each in visits):
        return Check.to_mend(
            "key",
            "ReturnGO does not know the key in RETURNGO_API_KEY.",
            "Copy the key anew from ReturnGO's page Settings > Integrations > API, and check"
            " RETURNGO_SHOPS: ReturnGO may say the same of a shop that it does not know.",
        )
    if any(each.answer or isinstance(each.error, ShopRefused) for each in visits):
        return Check.ok("key", "ReturnGO takes the key in RETURNGO_API_KEY.")
    return Check.not_seen("key", "ReturnGO gave no answer that shows whether the key is good.")


def check_shops(setup: Setup, visits: Sequence[Visit]) -> Iterator[Check]:
    """Check each shop of the key."""
    found = {each.shop: each for each in visits}
    for shop in () if setup.connection is None else setup.connection.shops:
        yield _check_shop(f"shop {shop}", found.get(shop))


def _check_shop(name: str, visit: Visit | None) -> Check:
    if visit is None or isinstance(visit.error, KeyRefused):
        return Check.not_seen(name, "It was not asked, as the key was refused.")
    if visit.error is None:
        return Check.ok(name, "It answers.")
    if isinstance(visit.error, ShopRefused):
        return Check.to_mend(
            name,
            "ReturnGO says that the key does not own this shop.",
            "Correct its name in RETURNGO_SHOPS, or take it out.",
        )
    if isinstance(visit.error, DayQuotaReached):
        return Check.not_seen(name, "It was not asked, as no calls for reading are left today.")
    if isinstance(visit.error, StoreUnavailable):
        return Check.not_seen(name, "It was not asked, as a call cannot be noted in the database.")
    return Check.to_mend(
        name,
        reason(visit.error),
        "Run doctor again in some minutes; where that changes nothing, see that this machine"
        " reaches RETURNGO_BASE_URL.",
    )


def check_clock(differences: Sequence[timedelta | None]) -> Check:
    """Check that this machine's clock, so far ahead by each answer, goes with ReturnGO's."""
    known = [each for each in differences if each is not None]
    if not known:
        return Check.not_seen("clock", "ReturnGO gave no answer that tells its time.")
    ahead = max(known, key=abs)
    seconds = round(abs(ahead).total_seconds())
    if abs(ahead) <= CLOCK_DIFFERS:
        return Check.ok("clock", f"It goes with ReturnGO's; they differ by {seconds} s.")
    side = "ahead of" if ahead > timedelta() else "behind"
    return Check.to_mend(
        "clock",
        f"This machine's clock is {seconds // 60} min {side} ReturnGO's.",
        "Set the clock of this machine, best by a time service (NTP).",
    )
