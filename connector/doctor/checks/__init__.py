"""Checks of the set-up, one file for each part."""

from collections.abc import Iterator, Sequence

from connector.doctor.check import Check
from connector.doctor.checks.assumptions import check_assumptions
from connector.doctor.checks.database import check_database, not_ours, unusable
from connector.doctor.checks.hooks import check_hooks
from connector.doctor.checks.limits import check_limits
from connector.doctor.checks.public_address import check_public_address
from connector.doctor.checks.reading import check_reading
from connector.doctor.checks.returngo import check_clock, check_key, check_shops
from connector.doctor.checks.webhooks import check_webhooks
from connector.doctor.checks.worker import check_worker
from connector.doctor.setup import Setup
from connector.doctor.visits import Visit
from connector.doctor.watched import Watched

__all__ = [
    "check_all",
    "glance_at_bridge",
    "glance_at_connection",
    "not_ours",
    "settings_read",
    "unusable",
]


def settings_read() -> Check:
    """Tell that the settings can be read; those that cannot end the command before."""
    return Check.ok("settings", "Each can be read, and what is required is there.")


def check_all(setup: Setup, visits: Sequence[Visit], watched: Watched) -> Iterator[Check]:
    """Check every part of the set-up but the settings."""
    yield check_key(setup, visits)
    yield from check_shops(setup, visits)
    if setup.connection is not None:
        yield check_clock([each.ahead for each in visits])
    yield check_limits(setup, visits, watched.rate_headers())
    yield from check_reading(setup)
    yield check_database(setup)
    yield check_public_address(setup)
    yield from check_webhooks(setup, visits)
    yield check_worker(setup)
    yield check_hooks(setup)


def glance_at_connection(setup: Setup) -> Iterator[Check]:
    """Check what can be seen of the connection without any call."""
    yield check_limits(setup, (), ())
    yield from check_reading(setup)
    yield check_hooks(setup)
    yield check_assumptions(setup)


def glance_at_bridge(setup: Setup) -> Iterator[Check]:
    """Check what can be seen of the bridge without any call, whatever its connections."""
    yield check_database(setup)
    yield check_worker(setup)
    yield check_clock([setup.upstream.time_difference.ahead(setup.clock.now())])
