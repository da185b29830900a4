"""What each claim of docs/security.md rests on, taken away once: `python -m tests.protections`."""

from tests.protections import (
    assistants,
    at_rest,
    callers,
    inward,
    outward,
    storefront,
    supply,
    tenants,
)

REMOVALS = (
    *callers.REMOVALS,
    *assistants.REMOVALS,
    *storefront.REMOVALS,
    *tenants.REMOVALS,
    *at_rest.REMOVALS,
    *outward.REMOVALS,
    *inward.REMOVALS,
    *supply.REMOVALS,
)
