"""A request of a collection: address, parameters, body, and the test of its answer."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from connector.export.form import FieldKind, FormField
from connector.export.text import example_text

CollectionItem = dict[str, Any]
ANEW = "{{$guid}}"  # Postman writes another one each time
JSON = "application/json"

IS_LIST = "pm.test('It is a list', () => pm.expect(pm.response.json()).to.be.an('array'));"
HAS_ID = "pm.test('It has an id', () => pm.expect(pm.response.json().id).to.be.a('string'));"
HAS_LABEL = (
    "pm.test('It has a label', () => pm.expect(pm.response.json().label).to.be.a('string'));"
)
SIGNS = (
    "pm.test('It will be signed', () => pm.expect(pm.response.json().secret).to.match(/^whsec_/));"
)
SUBSCRIBED = (
    "pm.test('It is subscribed', () => pm.expect(pm.response.code).to.be.oneOf([200, 201]));"
)
KEEPS_HOOK = "pm.collectionVariables.set('hookId', pm.response.json().id);"


def request(
    name: str,
    method: str,
    path: str,
    *,
    description: str,
    query: Sequence[dict[str, Any]] = (),
    body: Any = None,
    tests: Iterable[str] = (),
) -> CollectionItem:
    """Write a request, which its tests look at once it is answered."""
    address: dict[str, Any] = {
        "raw": "{{baseUrl}}" + path,
        "host": ["{{baseUrl}}"],
        "path": path.strip("/").split("/"),
    }
    if query:
        address["query"] = list(query)
    asked: dict[str, Any] = {"method": method, "url": address, "description": description}
    if body is not None:
        asked["header"] = [{"key": "Content-Type", "value": JSON}]
        raw = json.dumps(body, indent=2, ensure_ascii=False)
        asked["body"] = {"mode": "raw", "raw": raw, "options": {"raw": {"language": "json"}}}
    script = {"type": "text/javascript", "exec": list(tests)}
    return {"name": name, "event": [{"listen": "test", "script": script}], "request": asked}


def expecting(status: int, *more: str) -> tuple[str, ...]:
    """Test that the bridge answers with a status, and what else is asked."""
    return (
        f"pm.test('The status is {status}', () => pm.response.to.have.status({status}));",
        *more,
    )


def parameters_of(form: Iterable[FormField]) -> list[dict[str, Any]]:
    """Write the parameters of an address; those that need not be given are switched off."""
    return [
        {
            "key": field.name,
            "value": _text(field.example),
            "description": f"{field.label}: {field.help}",
            **({} if field.required else {"disabled": True}),
        }
        for field in form
    ]


def body_of(form: Iterable[FormField]) -> dict[str, Any]:
    """Write a body with every field: what is required by its example, the rest as null."""
    return {field.name: _filled(field) for field in form}


def _filled(field: FormField) -> Any:
    match field:
        case FormField(name="idempotency_key"):
            return ANEW
        case FormField(required=False):
            return None
        case FormField(kind=FieldKind.LINES):
            return [_line(field)]
        case _:
            return field.example


def _line(field: FormField) -> dict[str, Any]:
    return {each.name: each.example if each.required else None for each in field.fields}


def _text(example: Any) -> str:
    if example is None:
        return ""
    return example_text(example)
