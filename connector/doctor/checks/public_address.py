"""The public address: whether the bridge is reached where others are told to find it."""

from http import HTTPStatus

from connector.doctor.check import Check
from connector.doctor.setup import Setup

NAME = "public address"


def check_public_address(setup: Setup) -> Check:
    """Check that the bridge answers at PUBLIC_URL, as far as this machine can see."""
    address = setup.settings.public_url
    if address is None:
        return Check.ok(
            NAME, "PUBLIC_URL is not set; only ReturnGO's webhooks and exports need it."
        )
    try:
        status = setup.reach(f"{address.rstrip('/')}/healthz")
    except OSError:  # of which requests' errors are
        return Check.to_mend(
            NAME,
            f"{address} could not be reached from this machine.",
            "See that the bridge runs, and that PUBLIC_URL, its DNS name, its certificate and the"
            " proxy before the bridge are right. Some networks do not let a machine reach its own"
            " public address: then try it from outside.",
        )
    if status != HTTPStatus.OK:
        return Check.to_mend(
            NAME,
            f"{address} answers, but not as the bridge does: /healthz has status {status}.",
            "Let the proxy at PUBLIC_URL pass every path on to the bridge.",
        )
    return Check.ok(NAME, f"The bridge answers at {address}.")
