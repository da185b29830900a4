"""The words that invented people, goods and returns are made of. Nobody here exists."""

from decimal import Decimal

PEOPLE = (
    ("Nomvula Mkhabeni", "ZA", "Cape Town", "8001"),
    ("Zoë Müllerström", "DE", "Köln", "50667"),
    ("José Ñíquez", "ES", "A Coruña", "15001"),
    ("王小例", "JP", "東京", "100-0001"),
    ("Ólafur Þórisson", "IS", "Reykjavík", "101"),
    ("Đặng Thị Mẫu", "VN", "Đà Nẵng", "550000"),
    ("مريم المثال", "KW", "الكويت", "13001"),
    ("Séamus O'Brienne", "IE", "Baile Átha Cliath", "D01 F5P2"),
    ("Łucja Żółkiewska-Przykład", "PL", "Łódź", "90-001"),
    ("Thandi Example", "ZA", "Durban", "4001"),
)

PRODUCTS = (
    ("Linen Shirt", "Sand / M", "LIN-SHIRT-M"),
    ("Trail Runner", "Blue / 42", "TRAIL-42"),
    ("Crème Brûlée Torch", "Default Title", "TORCH-1"),
    ("Wool Socks 3-pack", "Grey / 39-42", "SOCK-3"),
    ('Canvas Bag 15"', "Olive", "BAG-15"),
    ("抹茶 Tea Set", "Large", "TEA-L"),
    ("Rain Jacket", "Yellow / XL", "RAIN-XL"),
)

REASONS = ("Does not fit", "Changed my mind", "Arrived damaged", "Wrong item", "Not as described")

RESOLUTION_NAMES = {
    "RefundToPaymentMethod": "Refund to payment method",
    "RefundToGiftCard": "Refund to gift card",
    "RefundToStoreCredit": "Refund to store credit",
    "InstantVariantExchange": "Exchange for another size or colour",
    "ExchangeAnyItem": "Exchange for any item",
}

RETURN_METHODS = (
    ("Ship with any carrier", "Courier return"),
    ("Prepaid label", "We send you a label"),
    ("Return in store", "Bring it to a shop"),
    ("No shipment required", "Keep the item"),
)
# Only these send a parcel.
SHIPPED_METHODS = frozenset({"Ship with any carrier", "Prepaid label"})

CARRIERS = ("Example Courier", "Sample Post", "Überland Express")
PROCESSORS = ("Shopify", "PayPal", "Stripe", "Manual")
CURRENCIES = ("ZAR", "EUR", "USD", "JPY", "KWD")

DECIMALS = {"JPY": 0, "KWD": 3}
"""Decimals of a currency where these are not two."""

IN_RAND = {
    "ZAR": Decimal(1),
    "EUR": Decimal(20),
    "USD": Decimal(18),
    "JPY": Decimal("0.12"),
    "KWD": Decimal(60),
}
"""What one unit of a currency is worth in rand: invented, fixed rates."""

SHOP_CURRENCY = {
    "demo.myshopify.com": "ZAR",
    "outlet.myshopify.com": "EUR",
    "other.myshopify.com": "USD",
}
SHOPS = tuple(SHOP_CURRENCY)
