"""What the simulated ReturnGO keeps. What never changes after it was made stays in JSON form."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from connector.sandbox.exact_json import Json


@dataclass(frozen=True)
class Customer:
    """An invented person."""

    id: int
    name: str
    email: str
    address: Json


@dataclass(frozen=True)
class Line:
    """One unit of one product in an order of the shop's platform."""

    id: int
    product_id: int
    variant_id: int
    product: str
    variant: str
    sku: str
    barcode: str
    price: Decimal


@dataclass(frozen=True)
class Order:
    """An order of the shop's platform, of which lines can be returned."""

    id: int
    shop: str
    name: str
    customer: Customer
    currency: str
    lines: tuple[Line, ...]
    created_at: datetime


@dataclass
class Rma:
    """A return."""

    id: int
    shop: str
    order: Order
    status: str
    created_at: datetime
    last_updated: datetime
    line_ids: frozenset[int]
    events: list[Json]
    items: list[Json]
    comments: list[Json]
    exchange_orders: list[Json]
    exchange_items: list[Json]
    is_out_of_policy: int
    extras: Json
    shipments: "list[Shipment]" = field(default_factory=list)
    transactions: "list[Transaction]" = field(default_factory=list)
    was_approved: bool = False
    changed_at: datetime = field(init=False)
    """When anything of it changed last, what moves no `last_updated` included."""

    def __post_init__(self) -> None:
        """Begin unchanged."""
        self.changed_at = self.last_updated

    def changed(self, at: datetime) -> None:
        """Note that anything of the return changed: itself, a parcel, comment or transaction."""
        self.changed_at = max(at, self.changed_at)

    def updated(self, at: datetime) -> None:
        """Note a change that ReturnGO shows as `lastUpdated`."""
        self.last_updated = at
        self.changed(at)


@dataclass
class Shipment:
    """A parcel from the customer, or to them when `is_outbound`."""

    id: int
    shop: str
    rma_id: int
    status: str
    customer_address: Json
    return_address: Json
    carrier_name: str | None = None
    tracking_number: str | None = None
    tracking_url: str | None = None
    label_url: str | None = None
    is_outbound: bool = False


@dataclass
class Transaction:
    """A movement of money, done or asked for."""

    id: int
    shop: str
    rma_id: int
    order_id: int
    type: str
    status: str
    amount: Json
    processor: str | None
    created_at: datetime
    last_updated: datetime
    external_reference_id: str | None = None
    external_reference_type: str | None = None
    bank_account_details: Json | None = None
    return_item_ids: list[str] = field(default_factory=list)
    extras: Json = field(default_factory=dict)


Thing = Rma | Shipment | Transaction
"""What an event can be about."""


@dataclass
class Webhook:
    """An address that wants to hear of one kind of event."""

    id: int
    shop: str
    url: str
    event_name: str
