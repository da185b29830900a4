"""The storefront: a customer's own returns on the shop's page, behind Shopify's app proxy."""

from connector.storefront.routes import add_to

__all__ = ["add_to"]
