"""A Postman collection, filled in as a person would, and run by Postman's own runner."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.node_tools import node_json

PACKAGE = "newman"
Collection = dict[str, Any]


@dataclass(frozen=True)
class Ran:
    """A request that was run: its answer, and what its tests found."""

    name: str
    url: str
    status: int
    body: str
    passed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)

    @property
    def answer(self) -> Any:
        """Read the answer; the request must have passed its tests."""
        assert not self.failed + self.scripts, f"{self.name}: {self.failed} {self.body}"
        assert 200 <= self.status < 300, f"{self.url} {self.status}: {self.body}"
        return json.loads(self.body) if self.body else None


def run(collection: Collection, folder: Path, variables: Mapping[str, str]) -> list[Ran]:
    """Run each request in its order."""
    paths = [folder / "collection.json", folder / "variables.json"]
    for path, what in zip(paths, (collection, variables), strict=True):
        path.write_text(json.dumps(what), encoding="utf-8")
    return [Ran(**each) for each in node_json("newman.js", *map(str, paths), package=PACKAGE)]


def requests_of(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Go through the requests of a collection, or of a folder in it."""
    for item in items:
        if "item" in item:
            yield from requests_of(item["item"])
        else:
            yield item


def folder_of(collection: Collection, name: str) -> list[dict[str, Any]]:
    """Return the requests of a folder."""
    (found,) = (item for item in collection["item"] if item["name"] == name)
    return list(requests_of(found["item"]))


def only(collection: Collection, items: list[dict[str, Any]]) -> Collection:
    """Leave out what is not to be run."""
    return {**collection, "item": items}


def path_of(item: dict[str, Any]) -> str:
    return "/" + "/".join(item["request"]["url"]["path"])


def fill_in(item: dict[str, Any], given: Mapping[str, Any]) -> None:
    """Fill in what is there to be filled in: in the address, or in the body."""
    asked = item["request"]
    if "raw" in asked.get("body", {}):
        body = json.loads(asked["body"]["raw"])
        assert given.keys() <= body.keys()
        for name, value in given.items():
            if isinstance(value, list):  # lines, each with fields that the sample has, too
                assert all(set(line) <= set(body[name][0]) for line in value)
        asked["body"]["raw"] = json.dumps({**body, **given})
        return
    query = {each["key"]: each for each in asked["url"].get("query", [])}
    assert given.keys() <= query.keys(), f"{item['name']}: {given} of {set(query)}"
    for name, value in given.items():
        query[name].update(value=value, disabled=False)
