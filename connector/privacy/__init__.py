"""Privacy: what the bridge keeps of one customer, to be handed over or erased."""

from connector.privacy.customer import Customer, KeptThing
from connector.privacy.erasure import Erased, Erasure

__all__ = ["Customer", "Erased", "Erasure", "KeptThing"]
