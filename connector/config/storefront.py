"""Settings of the storefront, a part of those of a bridge."""

from dataclasses import dataclass

from marshmallow import fields, validate

from connector.config.declaring import setting


@dataclass(frozen=True, kw_only=True)
class StorefrontSettings:
    """How customers are shown their returns on a shop's page."""

    shopify_app_secret: str | None = setting(
        fields.String(validate=validate.Length(min=16, error="it must have 16 characters or more")),
        "The client secret of the Shopify app whose app proxy shows customers their returns;"
        " without it that way is shut. See storefront.md.",
        default=None,
        secret=True,
    )
    storefront_freshness: int = setting(
        fields.Integer(validate=validate.Range(min=1)),
        "Seconds for which the storefront shows a customer what it has found before.",
        default=600,
    )
    storefront_calls: int = setting(
        fields.Integer(validate=validate.Range(min=1)),
        "Calls to ReturnGO a day that the storefront may make for a key, less a tenth; customers"
        " are then asked to come back later. Searches keep their own.",
        default=100,
    )
    storefront_stylesheet: str | None = setting(
        fields.Url(
            schemes={"https"},
            error_messages={"invalid": "not a URL that begins with https://"},
        ),
        "The address of a stylesheet of the shop's own, which the storefront's pages load after the"
        " bridge's.",
        default=None,
    )
