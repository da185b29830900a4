"""The language of a page: of what the shop's link says, its address, or the visitor's browser.

Shopify documents no parameter for it. A theme may add one of its own to its link, such as
`?locale={{ request.locale.iso_code }}`, which Shopify forwards and signs.
"""

from werkzeug.datastructures import LanguageAccept

from connector.storefront.texts import LANGUAGES


def choose(locale: str | None, path_prefix: str, accepted: LanguageAccept) -> str:
    """Return a language of LANGUAGES: by the locale, else `/de/apps/…`, else the browser's."""
    first = path_prefix.strip("/").split("/")[0]
    for wanted in (locale or "", first, *accepted.values()):
        language = wanted.replace("_", "-").split("-")[0].lower()
        if language in LANGUAGES:
            return language
    return next(iter(LANGUAGES))
