"""The OpenAPI document: what it says of the whole, and how it is written down."""

from typing import Any

import yaml
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from connector import VERSION
from connector.blocks.json_schema import OPENAPI_VERSION
from connector.web.auth import SECURITY, SECURITY_SCHEMES
from connector.web.openapi.examples import FilledIn
from connector.web.openapi.inputs import as_it_may_be_sent
from connector.web.openapi.responses import SHARED

TITLE = "ReturnGO Connector"
ABOUT = """\
ReturnGO's returns as building blocks: triggers that you poll, actions that you call.

**Try it here:** press *Authorize*, enter your bridge token, open a block and press *Execute*.
Every error is a problem (RFC 9457) that says in a sentence what to do. An address that is not here
answers 404; another method answers 405, and its header `Allow` names those that there are.
"""


CONTACT = "The operator of this bridge"
# What each group of operations is for, in the order in which they are shown.
TAGS = {
    "Connection": "Whom a token speaks for, and what is left of the day's calls.",
    "Triggers": "What happened: polled, or batch by batch.",
    "Actions": "What changes something at ReturnGO.",
    "Searches": "What is looked up and changes nothing.",
    "Choices": "What drop-downs offer.",
    "Exports": "Ready integrations for the platforms.",
    "Hooks": "Addresses to which events are sent.",
}


class _Plain(yaml.SafeDumper):
    """Writes everything where it stands: numbered aliases would change with each new field."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def new_document() -> APISpec:
    """Begin an OpenAPI 3.1 document without operations."""
    schemas = MarshmallowPlugin()
    document = APISpec(
        title=TITLE,
        version=VERSION,
        openapi_version=OPENAPI_VERSION,
        plugins=[schemas, FilledIn()],
        info={
            "description": ABOUT,
            "contact": {"name": CONTACT},
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        servers=[{"url": "/", "description": "This bridge"}],
        security=SECURITY,
    )
    converter: Any = schemas.converter
    converter.add_attribute_function(as_it_may_be_sent)
    for name, about in TAGS.items():
        document.tag({"name": name, "description": about})
    for name, scheme in SECURITY_SCHEMES.items():
        document.components.security_scheme(name, scheme)
    for name, header in SHARED.items():
        document.components.header(name, header)
    return document


def to_yaml(document: dict[str, Any]) -> str:
    """Write a document as YAML: the same text for the same catalogue."""
    text: str = yaml.dump(document, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=100)
    return text


def to_dict(document: APISpec) -> dict[str, Any]:
    """Return a document as a dictionary in the order in which people read it."""
    whole: dict[str, Any] = document.to_dict()
    order = ("openapi", "info", "servers", "security", "tags", "paths", "components")
    return {name: whole[name] for name in order}
