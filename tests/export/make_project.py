"""A custom app as Make's editor reads it: `makecomapp.json`, and the files that it names."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from connector.export import Files

MANIFEST = "makecomapp.json"
ASKING = ("params", "staticParams", "mappableParams")
EXPRESSION = re.compile(r"\{\{(.*?)\}\}")


@dataclass(frozen=True)
class Project:
    """The files of a custom app."""

    files: Files

    @cached_property
    def manifest(self) -> Any:
        return json.loads(self.files[MANIFEST])

    def components(self, sort: str) -> dict[str, Any]:
        """Return what `makecomapp.json` says of each component of a sort."""
        return dict(self.manifest["components"][sort])

    def modules(self, module_type: str) -> dict[str, Any]:
        """Return what it says of each module of a type."""
        return {
            module_id: about
            for module_id, about in self.components("module").items()
            if about["moduleType"] == module_type
        }

    def read(self, path: str) -> Any:
        """Read a file: JSON, without the comments that Make would allow."""
        return json.loads(self.files[path])

    def code(self, sort: str, component: str, code: str) -> Any:
        """Read one code of a component."""
        return self.read(self.components(sort)[component]["codeFiles"][code])

    def codes(self) -> Iterator[tuple[str, str, str, str]]:
        """Go through all codes: sort and id of the component, the code, and its path."""
        for sort, components in self.manifest["components"].items():
            for component, about in components.items():
                for code, path in about["codeFiles"].items():
                    yield sort, component, code, path

    @property
    def base(self) -> Any:
        return self.read(self.manifest["generalCodeFiles"]["base"])

    @property
    def groups(self) -> Any:
        return self.read(self.manifest["generalCodeFiles"]["groups"])

    def parameters(self, *sorts: str) -> Iterator[tuple[str, Any]]:
        """Go through all that forms ask and tell, at whatever depth, each with its path."""
        for sort, _, code, path in self.codes():
            if sort in sorts and code in (*ASKING, "interface"):
                yield from ((path, each) for each in _all(self.read(path)))

    def asked(self, sort: str, component: str) -> set[str]:
        """Return what the forms of a component ask."""
        codes = self.components(sort)[component]["codeFiles"]
        return {
            parameter["name"]
            for code in ASKING
            if code in codes
            for asked in self.code(sort, component, code)
            for parameter in [asked, *_nested(asked)]
        }


def _all(parameters: Iterable[Any]) -> Iterator[Any]:
    for each in parameters:
        yield each
        if isinstance(each.get("spec"), list):
            yield from _all(each["spec"])
        yield from _all(_nested(each))


def _nested(parameter: Any) -> list[Any]:
    """Return what a form asks once an option is chosen."""
    options = parameter.get("options")
    chosen = options if isinstance(options, list) else []
    return [inner for option in chosen for inner in option.get("nested", ())]


def expressions(document: Any) -> Iterator[str]:
    """Go through what stands between braces anywhere in a document, names included."""
    yield from EXPRESSION.findall(json.dumps(document, ensure_ascii=False))


def misfits(sample: Any, told: Iterable[Any]) -> Iterator[str]:
    """Say what of a sample an interface does not tell, or tells to be something else."""
    known = {each["name"]: each for each in told}
    for name, value in sample.items():
        if name not in known:
            yield f"{name} is not told"
            continue
        if value is None:
            continue
        kind, spec = known[name]["type"], known[name].get("spec")
        if not isinstance(value, VALUES[kind]):
            yield f"{name} is no {kind}"
        elif isinstance(spec, list):
            for each in value if isinstance(value, list) else [value]:
                yield from (f"{name}.{inner}" for inner in misfits(each, spec))


VALUES: dict[str, Any] = {
    "any": object,
    "array": list,
    "boolean": bool,
    "collection": dict,
    "date": str,
    "integer": int,
    "text": str,
    "uinteger": int,
}
