"""Invents orders, returns, shipments and transactions, for the seed and for the control calls."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from random import Random

from connector.sandbox.exact_json import Json
from connector.sandbox.world import samples
from connector.sandbox.world.items import Terms, exchange_item, exchange_order, is_exchange, item
from connector.sandbox.world.lifecycle import REFUND_TYPES
from connector.sandbox.world.models import Customer, Line, Order, Rma, Shipment, Transaction
from connector.sandbox.world.money import converted, money
from connector.sandbox.world.timeline import AUTOMATION, INVOICED, SUBMITTED, comment, note
from connector.sandbox.world.world import World, event


class Inventor:
    """Puts invented things into a world; `rng` decides all that its caller leaves open."""

    def __init__(self, world: World, rng: Random) -> None:
        self.world = world
        self._rng = rng

    def order(
        self,
        shop: str,
        at: datetime,
        *,
        name: str | None = None,
        email: str | None = None,
        customer_name: str | None = None,
        currency: str | None = None,
        lines: int = 1,
    ) -> Order:
        """Invent an order of the shop's platform."""
        currency = currency or self._rng.choice(samples.CURRENCIES)
        order_id = self.world.next_id("order")
        order = Order(
            id=order_id,
            shop=shop,
            name=name or f"{shop[0].upper()}{order_id % 1_000_000}",
            customer=self._customer(email, customer_name),
            currency=currency,
            lines=tuple(self._line(currency) for _ in range(lines)),
            created_at=at,
        )
        self.world.orders[order.id] = order
        return order

    def rma(
        self,
        order: Order,
        at: datetime,
        *,
        lines: tuple[Line, ...] | None = None,
        resolutions: Sequence[str] = ("RefundToPaymentMethod",),
        method: tuple[str, str] = samples.RETURN_METHODS[0],
        policy: str = "Standard returns",
        reason: str | None = None,
        via: str = "Return Portal",
    ) -> Rma:
        """Invent a return of an order's lines (all, unless named), as it is when just asked for."""
        lines = order.lines if lines is None else lines
        # Resolutions that are mixed take turns over the items.
        terms = [
            Terms(resolutions[number % len(resolutions)], method, policy, reason)
            for number in range(len(lines))
        ]
        rma_id = self.world.next_id("rma")
        rma = Rma(
            id=rma_id,
            shop=order.shop,
            order=order,
            status="Pending",
            created_at=at,
            last_updated=at,
            line_ids=frozenset(line.id for line in lines),
            events=[event("RMA_CREATED", at, via)],
            items=[self._item(order, *each) for each in zip(lines, terms, strict=True)],
            comments=[comment("system", "", SUBMITTED, at)],
            exchange_orders=[],
            exchange_items=[],
            is_out_of_policy=int(rma_id % 10 == 0),
            # Keys that no reference names: whoever reads must let them pass.
            extras={"riskScore": {"level": "low"}} if rma_id % 3 == 0 else {},
        )
        self.world.rmas[rma.id] = rma
        self.world.tell("RMA_CREATED", rma)
        if method[0] in samples.SHIPPED_METHODS:
            parcel = self.shipment(rma)
            for item in rma.items:
                item["shipmentId"] = str(parcel.id)
        exchanged = [line for line, of in zip(lines, terms, strict=True) if is_exchange(of)]
        if exchanged:
            rma.exchange_orders = [exchange_order(self.world.next_id("order"))]
            rma.exchange_items = [exchange_item(order, exchanged[0])]
        return rma

    def shipment(
        self, rma: Rma, *, at: datetime | None = None, is_outbound: bool = False
    ) -> Shipment:
        """Invent a parcel of a return that is not on its way yet."""
        shipment = Shipment(
            id=self.world.next_id("shipment"),
            shop=rma.shop,
            rma_id=rma.id,
            status="Pending",
            customer_address=rma.order.customer.address,
            return_address=_warehouse(rma.shop),
            is_outbound=is_outbound,
        )
        self.world.shipments[shipment.id] = shipment
        rma.shipments.append(shipment)
        rma.changed(at or rma.created_at)
        # [A] Told when it is made, which is together with its return, and not for its label.
        self.world.tell("SHIPMENT_CREATED", shipment)
        return shipment

    def label(self, shipment: Shipment) -> None:
        """Give a shipment its carrier, tracking number and label."""
        number = f"EX{shipment.id}ZA"
        shipment.carrier_name = self._rng.choice(samples.CARRIERS)
        shipment.tracking_number = number
        shipment.tracking_url = f"https://carrier.example.com/track/{number}"
        shipment.label_url = f"https://carrier.example.com/label/{number}.pdf"

    def transaction(
        self,
        rma: Rma,
        at: datetime,
        *,
        kind: str = "RefundToPaymentMethod",
        status: str = "Requested",
        amount: Decimal | None = None,
        currency: str | None = None,
        processor: str | None = "Shopify",
        bank_account: bool = False,
    ) -> Transaction:
        """Invent a transaction of a return; by itself a refund that waits to be paid elsewhere."""
        paid = rma.items[0]["paidPrice"]
        currency = currency or paid["currency"]
        if amount is None:
            amount = converted(paid["amount"], paid["currency"], currency)
        transaction = Transaction(
            id=self.world.next_id("transaction"),
            shop=rma.shop,
            rma_id=rma.id,
            order_id=rma.order.id,
            type=kind,
            status=status,
            amount=money(amount, currency, samples.SHOP_CURRENCY[rma.shop]),
            processor=processor,
            created_at=at,
            last_updated=at,
        )
        if kind in REFUND_TYPES:
            transaction.return_item_ids = [item["returnedItemId"] for item in rma.items]
        if status == "Success":
            refer(transaction)
        if bank_account:
            transaction.bank_account_details = self._bank_account(rma.order.customer)
        if transaction.id % 4 == 0:
            transaction.extras = {"gatewayReference": None}
        self.world.transactions[transaction.id] = transaction
        rma.transactions.append(transaction)
        rma.changed(at)
        self.world.note_refund(transaction, at, AUTOMATION)
        if kind == "InvoicePayment":
            note(rma, INVOICED, at)
        # [A] A refund is told twice, in any status: it is a transaction, too.
        self.world.tell("TRANSACTION_CREATED", transaction)
        if kind in REFUND_TYPES:
            self.world.tell("REFUND_CREATED", transaction)
        return transaction

    def _customer(self, email: str | None, name: str | None) -> Customer:
        invented, country, city, code = self._rng.choice(samples.PEOPLE)
        customer_id = self.world.next_id("customer")
        name = name or invented
        email = email or f"customer{customer_id % 1_000_000}@example.com"
        address = {
            "name": name,
            "street1": f"{customer_id % 99 + 1} Example Street",
            "street2": "",
            "city": city,
            "state": "",
            "zip": code,
            "country": country,
            "phone": f"+000000{customer_id % 1_000_000:06}",
            "email": email,
        }
        return Customer(customer_id, name, email, address)

    def _line(self, currency: str) -> Line:
        product, variant, sku = self._rng.choice(samples.PRODUCTS)
        # Every third price is a whole number, which ReturnGO shows without a point.
        cents = 0 if self._rng.random() < 1 / 3 else self._rng.randint(1, 99)
        rand = Decimal(self._rng.randint(49, 2499)) + Decimal(cents) / 100
        return Line(
            id=self.world.next_id("line"),
            product_id=self.world.next_id("product"),
            variant_id=self.world.next_id("product"),
            product=product,
            variant=variant,
            sku=sku,
            barcode=f"{self._rng.randrange(10**13):013}",
            price=converted(rand, "ZAR", currency),
        )

    def _item(self, order: Order, line: Line, terms: Terms) -> Json:
        if terms.reason is None:
            terms = replace(terms, reason=self._rng.choice(samples.REASONS))
        return item(order, line, self.world.next_id("item"), terms)

    def _bank_account(self, customer: Customer) -> Json:
        # [A] The shape was not seen. An IBAN's check digits are never 00, so this one is nobody's.
        return {
            "iban": f"DE00{self._rng.randrange(10**18):018}",
            "accountHolderName": customer.name,
            "bankName": "Example Bank",
        }


def refer(transaction: Transaction) -> None:
    """Give a transaction the reference that the platform knows it by."""
    words = {
        "RefundToStoreCredit": "StoreCreditCode",
        "RefundToPaymentMethod": "PlatformRefundId",
        "RefundToGiftCard": "PlatformRefundId",
    }
    transaction.external_reference_id = str(900_000_000_000 + transaction.id)
    transaction.external_reference_type = words.get(transaction.type, "InvoicePaymentId")


def _warehouse(shop: str) -> Json:
    return {
        "name": f"Returns of {shop}",
        "street1": "1 Warehouse Road",
        "street2": "Dock 4",
        "city": "Sampleton",
        "state": "",
        "zip": "0001",
        "country": "ZA",
        "phone": "",
        "email": "returns@example.com",
    }
