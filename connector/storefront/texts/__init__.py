"""The words of the storefront's page: a module for each language, all with the same names."""

from collections.abc import Mapping
from types import MappingProxyType

from connector.storefront.texts import de, en, fr

LANGUAGES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"en": en.TEXTS, "de": de.TEXTS, "fr": fr.TEXTS}
)
"""Texts by language code; the first is taken where none of those asked for is there."""
