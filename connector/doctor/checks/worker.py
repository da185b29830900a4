"""The worker: whether one is at work, and whether something waits for one."""

from datetime import timedelta

from sqlalchemy import func, select

from connector.doctor.check import Check
from connector.doctor.setup import Setup
from connector.presence import NOTED_EVERY, WORKER, Presence
from connector.store import StoreUnavailable
from connector.store.tables import delivery, hint, subscription

NAME = "worker"
WORK_LATE_AFTER = timedelta(minutes=2)
START = "Start `python -m connector worker` (make worker), with the settings of the bridge."


def check_worker(setup: Setup) -> Check:
    """Check that a worker is at work where hooks or webhooks need one."""
    now = setup.clock.now()
    try:
        seen_at = Presence(setup.store, WORKER, setup.clock).seen_at()
        late = _late(setup)
        hooks = _hooks(setup)
    except StoreUnavailable as error:
        return Check.not_seen(NAME, f"The database would tell, but {error}.")
    waiting = (
        f"{late} deliveries and hints wait for more than {WORK_LATE_AFTER.seconds // 60} minutes"
    )
    # one that lies ahead was noted by a clock that was wrong, and tells nothing
    if seen_at is not None and abs(now - seen_at) <= 2 * NOTED_EVERY + timedelta(seconds=30):
        if late:
            return Check.to_mend(
                NAME,
                f"One is at work, but {waiting}.",
                "Read its log for errors, and start another beside it if it is merely busy.",
            )
        return Check.ok(NAME, f"One is at work; seen {round(abs(now - seen_at).seconds)} s ago.")
    last = "none was ever seen" if seen_at is None else f"last seen {seen_at:%Y-%m-%d %H:%M} UTC"
    if late:
        return Check.to_mend(NAME, f"None is at work ({last}), and {waiting}.", START)
    if hooks:
        return Check.to_mend(NAME, f"None is at work ({last}), and {hooks} hooks need one.", START)
    return Check.ok(NAME, f"None is at work ({last}), and none is needed: there are no hooks.")


def _late(setup: Setup) -> int:
    by = setup.clock.now() - WORK_LATE_AFTER
    deliveries = select(func.count()).where(delivery.c.settled_at.is_(None), delivery.c.due_at < by)
    hints = select(func.count()).where(hint.c.due_at < by)
    with setup.store.read() as database:
        return sum(int(database.execute(each).scalar_one()) for each in (deliveries, hints))


def _hooks(setup: Setup) -> int:
    live = select(func.count()).where(subscription.c.ended_at.is_(None))
    with setup.store.read() as database:
        return int(database.execute(live).scalar_one())
