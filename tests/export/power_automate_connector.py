"""A custom connector as its definition describes it, and a caller that knows nothing else.

Microsoft runs connectors in its cloud only. This sends what the definition says, and signs in as
the policies say: what it tries is the description, not Microsoft's engine.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import requests

from connector.export import Files
from tests.processes import CALL

CONNECTION_PARAMETER = re.compile(r"@connectionParameters\('(\w+)', ''\)")


@dataclass(frozen=True)
class Operation:
    """One operation of a definition."""

    method: str
    path: str
    described: Any

    @property
    def parameters(self) -> dict[str, Any]:
        return {each["name"]: each for each in self.described["parameters"]}

    @property
    def asked(self) -> dict[str, Any]:
        """What a form asks: parameters, or the fields of the body."""
        if "body" in self.parameters:
            return dict(self.parameters["body"]["schema"]["properties"])
        return self.parameters

    @property
    def is_trigger(self) -> bool:
        return "x-ms-trigger" in self.described


@dataclass(frozen=True)
class Connector:
    """An export, and a connection of it with what its form was given."""

    files: Files
    connection: Mapping[str, str]

    @cached_property
    def definition(self) -> Any:
        return json.loads(self.files["apiDefinition.swagger.json"])

    @cached_property
    def properties(self) -> Any:
        return json.loads(self.files["apiProperties.json"])["properties"]

    @cached_property
    def operations(self) -> dict[str, Operation]:
        return {
            each["operationId"]: Operation(method.upper(), path, each)
            for path, item in self.definition["paths"].items()
            for method, each in item.items()
            if not method.startswith("x-")
        }

    def headers(self) -> dict[str, str]:
        """Sign in as the policies say; what was not filled in is empty."""
        return {
            policy["parameters"]["x-ms-apimTemplateParameter.name"]: CONNECTION_PARAMETER.sub(
                lambda found: self.connection.get(found[1], ""),
                policy["parameters"]["x-ms-apimTemplateParameter.value"],
            )
            for policy in self.properties["policyTemplateInstances"]
        }

    def address(self, operation: Operation, given: Mapping[str, Any]) -> str:
        base = "{schemes[0]}://{host}{basePath}".format(**self.definition)
        return base + operation.path.format(**given)

    def call(self, operation_id: str, **given: Any) -> requests.Response:
        """Call an operation with what its form was given."""
        operation = self.operations[operation_id]
        assert set(given) <= set(operation.asked), operation_id
        in_query = {
            name: given[name]
            for name, each in operation.parameters.items()
            if each["in"] == "query" and name in given
        }
        return requests.request(
            operation.method,
            self.address(operation, given),
            params=in_query,
            json=given if "body" in operation.parameters else None,
            headers=self.headers(),
            timeout=CALL,
        )

    def get(self, url: str) -> requests.Response:
        """Call what a Location says."""
        return requests.get(url, headers=self.headers(), timeout=CALL)

    def shape(self, schema: Any) -> Any:
        """Follow a reference."""
        if "$ref" not in schema:
            return schema
        return self.definition["definitions"][schema["$ref"].rpartition("/")[2]]

    def misfits(self, document: Any, schema: Any, place: str = "") -> Iterator[str]:
        """Say what of an answer its schema does not describe, or describes otherwise."""
        schema = self.shape(schema)
        kind = schema.get("type")
        if document is None or kind is None:
            return
        if not isinstance(document, KINDS[kind]):
            yield f"{place} is no {kind}"
        elif kind == "array":
            for each in document:
                yield from self.misfits(each, schema["items"], place)
        elif kind == "object":
            for name, value in document.items():
                if name not in schema["properties"]:
                    yield f"{place}.{name} is not described"
                else:
                    yield from self.misfits(value, schema["properties"][name], f"{place}.{name}")

    def answer_of(self, operation_id: str, status: int = 200) -> Any:
        """Say what an operation is described to answer."""
        return self.operations[operation_id].described["responses"][str(status)]["schema"]


KINDS: dict[str, Any] = {
    "array": list,
    "boolean": bool,
    "integer": int,
    "object": dict,
    "string": str,
}
