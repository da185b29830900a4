"""Everything that exists in the simulated ReturnGO, by its id."""

from collections.abc import Callable, Mapping
from random import Random
from typing import TYPE_CHECKING, Protocol, TypeVar

from werkzeug.exceptions import NotFound

from connector.sandbox.world.models import Order, Rma, Shipment, Thing, Transaction, Webhook

if TYPE_CHECKING:
    from connector.sandbox.exact_json import Json


class _Owned(Protocol):
    shop: str


T = TypeVar("T", bound=_Owned)


class Things:
    """All orders, returns, parcels, transactions and webhooks; its caller holds the lock.

    `tell` is called with each event that ReturnGO has a webhook for, and what it happened to.
    """

    def __init__(self, rng: Random) -> None:
        self.tell: Callable[[str, Thing], None] = lambda *_: None
        self.orders: dict[int, Order] = {}
        self.rmas: dict[int, Rma] = {}
        self.shipments: dict[int, Shipment] = {}
        self.transactions: dict[int, Transaction] = {}
        self.webhooks: dict[int, Webhook] = {}
        self.trackers: list[Json] = []
        self._rng = rng
        self._ids = {
            "order": 7_300_000_000_000,
            "line": 17_400_000_000_000,
            "product": 8_100_000_000_000,
            "customer": 6_500_000_000_000,
            "rma": 9_800_000,
            "item": 46_000_000,
            "shipment": 9_700_000,
            "transaction": 6_000_000,
            "webhook": 11_200,
        }
        self._reserved: dict[str, int] = {}

    def reserve(self, ids: Mapping[str, int]) -> None:
        """Have the next thing of each of these kinds get this id, and later ones greater ones."""
        self._reserved.update(ids)

    def next_id(self, kind: str) -> int:
        """Hand out an id, shared by all shops, leaving gaps as ReturnGO does."""
        self._ids[kind] += self._rng.randint(1, 9)
        self._ids[kind] = self._reserved.pop(kind, self._ids[kind])
        return self._ids[kind]

    def rma(self, shop: str, rma_id: int) -> Rma:
        """Find a return of this shop."""
        return _of_shop(self.rmas, shop, rma_id, "RMA")

    def shipment(self, shop: str, shipment_id: int) -> Shipment:
        """Find a shipment of this shop."""
        return _of_shop(self.shipments, shop, shipment_id, "Shipment")

    def transaction(self, shop: str, transaction_id: int) -> Transaction:
        """Find a transaction of this shop."""
        return _of_shop(self.transactions, shop, transaction_id, "Transaction")

    def webhook(self, shop: str, webhook_id: int) -> Webhook:
        """Find a webhook of this shop."""
        return _of_shop(self.webhooks, shop, webhook_id, "Webhook")

    def is_tracked(self, shipment: Shipment) -> bool:
        """Return whether a carrier's tracking was started for a shipment."""
        return any(each["shipmentId"] == str(shipment.id) for each in self.trackers)


def _of_shop(things: Mapping[int, T], shop: str, thing_id: int, noun: str) -> T:
    thing = things.get(thing_id)
    # What another shop owns is answered like what nobody owns.
    if thing is None or thing.shop != shop:
        raise NotFound(f"{noun} not found")
    return thing
