"""What a custom app must keep to, checked without Make's schemas.

Each rule goes through a project and says what breaks it. Some ask more than the schemas do: that
what one file names stands in the other.
"""

import re
from collections.abc import Callable, Iterator

from tests.export.make_project import MANIFEST, Project, misfits

Rule = Callable[[Project], Iterator[str]]

CODES = {
    "connection": {"communication", "params"},
    "endpoint": set[str](),
    "function": set[str](),
    "module": {"communication", "staticParams", "mappableParams", "interface", "samples"},
    "rpc": {"communication"},
    "webhook": {"communication", "params", "attach", "detach"},
}
MODULE_TYPES = {"action", "instant_trigger", "search", "trigger", "universal"}
CRUD = {"create", "read", "update", "delete", None}
ID = re.compile(r"[a-zA-Z][0-9a-zA-Z]{3,47}\Z")  # what Make's editor takes for one
TYPES = {
    *("any", "array", "boolean", "collection", "date", "integer", "password", "select", "text"),
    *("uinteger",),
}
LONGEST_LABEL = 256


def each_file_is_named_once(project: Project) -> Iterator[str]:
    general = project.manifest["generalCodeFiles"]
    if set(general) != {"base", "common", "readme", "groups"}:
        yield f"generalCodeFiles are {sorted(general)}"
    named = [path for path in general.values() if path] + [path for *_, path in project.codes()]
    if len(named) != len(set(named)):
        yield "a file is named twice"
    yield from (
        f"{path} is not named, or not there"
        for path in set(named) ^ (set(project.files) - {MANIFEST, ".gitignore"})
    )


def each_component_has_its_codes(project: Project) -> Iterator[str]:
    if set(project.manifest["components"]) != set(CODES):
        yield f"components are {sorted(project.manifest['components'])}"
    for sort, codes in CODES.items():
        for name, about in project.components(sort).items():
            epoch = {"epoch"} if about.get("moduleType") == "trigger" else set()
            if set(about["codeFiles"]) != codes | epoch:
                yield f"{name} has the codes {sorted(about['codeFiles'])}"


def components_are_called_as_make_wants(project: Project) -> Iterator[str]:
    for sort in CODES:
        yield from (f"{sort} {name}" for name in project.components(sort) if not ID.match(name))


def modules_are_of_known_types(project: Project) -> Iterator[str]:
    for name, about in project.components("module").items():
        if about["moduleType"] not in MODULE_TYPES:
            yield f"{name} is {about['moduleType']}"
        if (about["moduleType"] == "action") != ("actionCrud" in about):
            yield f"{name} has actionCrud though it is none, or lacks it"
        if about.get("actionCrud") not in CRUD:
            yield f"{name} does {about['actionCrud']}"
        if not about["label"] or not about["description"].endswith("."):
            yield f"{name} has no label or no description"


def what_is_referred_to_is_there(project: Project) -> Iterator[str]:
    for sort in ("webhook", "module", "rpc"):
        for name, about in project.components(sort).items():
            if about["connection"] not in project.components("connection"):
                yield f"{name} signs in with {about['connection']}"
    for name, about in project.modules("instant_trigger").items():
        if about.get("webhook") not in project.components("webhook"):
            yield f"{name} listens to {about.get('webhook')}"
    for path, parameter in project.parameters(*CODES):
        options = parameter.get("options")
        if isinstance(options, str) and not (
            options.startswith("rpc://")
            and options.removeprefix("rpc://") in project.components("rpc")
        ):
            yield f"{path}: {parameter['name']} is filled by {options}"


def every_module_is_in_one_group(project: Project) -> Iterator[str]:
    grouped = [module for group in project.groups for module in group["modules"]]
    if sorted(grouped) != sorted(project.components("module")):
        yield "the groups hold other modules than there are"
    yield from (f"{group} is empty" for group in project.groups if not group["modules"])


def parameters_are_well_formed(project: Project) -> Iterator[str]:
    for path, each in project.parameters(*CODES):
        if each["type"] not in TYPES:
            yield f"{path}: {each['name']} is a {each['type']}"
        if not 0 < len(each["label"]) <= LONGEST_LABEL:
            yield f"{path}: {each['name']} has no label"
        if (each["type"] == "select") != ("options" in each):
            yield f"{path}: {each['name']} is a select without options, or has some"
        if each["type"] == "array" and not each.get("spec"):
            yield f"{path}: {each['name']} is an array of nothing"
        if each.get("default", "") == "" and "default" in each:
            yield f"{path}: {each['name']} has an empty default"


def samples_fit_their_interface(project: Project) -> Iterator[str]:
    for name in project.components("module"):
        told = project.code("module", name, "interface")
        sample = project.code("module", name, "samples")
        yield from (f"{name}: {each}" for each in misfits(sample, told))


RULES: tuple[Rule, ...] = (
    each_file_is_named_once,
    each_component_has_its_codes,
    components_are_called_as_make_wants,
    modules_are_of_known_types,
    what_is_referred_to_is_there,
    every_module_is_in_one_group,
    parameters_are_well_formed,
    samples_fit_their_interface,
)
