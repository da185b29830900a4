"""The exported app as Zapier's schema and its publishing checks read it.

The checks are those of https://docs.zapier.com/integrations/publish/integration-checks-reference
that a definition shows; D019, D020, D025 and D026 are not described there.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest

import app
from tests.export.deeds import DEED, DEEDS
from tests.export.zapier_app import URL, written

KEY = re.compile(r"[a-zA-Z]+[a-zA-Z0-9_]*")
# What Zapier's schema takes for the name of a secret.
SECRETS = ("access_token", "api_key", "apikey", "auth", "jwt", "passw", "secret", "signature")
INSTANT = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d.*)?")
ZONED = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d))?")
PLAIN = {
    "string": str,
    "datetime": str,
    "integer": int,
    "boolean": bool,
}
SMALL_WORDS = {"a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to"}

Definition = dict[str, Any]


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Any], Definition]:
    return written(app.CATALOGUE, tmp_path_factory.mktemp("zapier")).check()


@pytest.fixture(scope="module")
def definition(checked: tuple[list[Any], Definition]) -> Definition:
    return checked[1]


def operations(definition: Definition) -> Iterator[tuple[str, dict[str, Any]]]:
    for sort in ("triggers", "creates", "searches"):
        yield from definition[sort].items()


def visible(definition: Definition) -> list[tuple[str, dict[str, Any]]]:
    return [
        (key, each)
        for key, each in operations(definition)
        if not each["display"].get("hidden", False)
    ]


def inputs(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for field in operation["operation"].get("inputFields", ()):
        yield field
        yield from field.get("children", ())


def helps(definition: Definition) -> Iterator[str]:
    yield from (field["helpText"] for field in definition["authentication"]["fields"])
    for _, each in operations(definition):
        yield each["display"].get("description", "")
        yield from (field.get("helpText", "") for field in inputs(each))


def test_the_schema_finds_no_error(checked: tuple[list[Any], Definition]):
    errors, _ = checked
    assert errors == []


def test_each_trigger_polls_and_is_instant_each_action_creates_each_search_searches(
    definition: Definition,
):
    catalogue = app.CATALOGUE
    hooks = {
        key for key, each in definition["triggers"].items() if each["operation"]["type"] == "hook"
    }
    hidden = {
        key for key, each in definition["triggers"].items() if each["display"].get("hidden", False)
    }
    assert hooks == {f"{key}_instant" for key in catalogue.triggers}
    assert hidden == {f"choices_{key}" for key in catalogue.choices}
    assert set(definition["triggers"]) - hooks - hidden == set(catalogue.triggers)
    assert set(definition["creates"]) == set(catalogue.actions)
    assert set(definition["searches"]) == set(catalogue.searches)
    assert all(KEY.fullmatch(key) and len(key) > 1 for key, _ in operations(definition))


def test_any_catalogue_makes_a_valid_app(tmp_path_factory: pytest.TempPathFactory):
    errors, definition = written(DEEDS, tmp_path_factory.mktemp("any")).check()
    assert errors == []
    deed = definition["creates"][DEED.key]["operation"]
    form = {each["key"]: each for each in deed["inputFields"]}
    assert form["place__city"]["label"] == "Place City"
    assert form["words"]["list"] is True
    assert [child["key"] for child in form["rows"]["children"]] == ["rows__city"]
    assert form["about_rows"]["helpText"] == "What to write."
    assert form["parcel_id"]["dynamic"] == "choices_parcels.id.label"
    assert form["parcel_id"]["dependsOn"] == ["kind"], "which must be filled in anyway"
    told = [each["key"] for each in deed["outputFields"]]
    assert told == ["id", "shop", "place__city", "rows"]


def test_d001_no_action_asks_for_a_secret(definition: Definition):
    keys = [field["key"] for _, each in operations(definition) for field in inputs(each)]
    assert keys
    assert not [key for key in keys if any(word in key for word in SECRETS)]


def test_d002_the_connections_help_has_links(definition: Definition):
    for field in definition["authentication"]["fields"]:
        assert re.search(r"\[[^]]+\]\(https://[^)]+\)", field["helpText"]), field["key"]


def test_d003_the_connection_has_a_label(definition: Definition):
    assert definition["authentication"]["connectionLabel"] == "{{label}}"


def test_d004_an_id_that_a_drop_down_knows_is_chosen_from_it(definition: Definition):
    forms = [list(inputs(each)) for _, each in operations(definition)]
    known = {field["key"] for form in forms for field in form if "dynamic" in field}
    assert {"rma_id", "shipment_id", "shop", "transaction_id"} <= known
    assert all("dynamic" in field for form in forms for field in form if field["key"] in known)


def test_d005_each_drop_down_is_there_and_shows_what_it_names(definition: Definition):
    named = {
        field["dynamic"]
        for _, each in operations(definition)
        for field in inputs(each)
        if "dynamic" in field
    }
    assert named
    for name in named:
        trigger, value, label = name.split(".")
        shown = definition["triggers"][trigger]
        assert shown["display"]["hidden"]
        assert {value, label} <= set(shown["operation"]["sample"])


def test_d006_d016_d017_each_hook_subscribes_unsubscribes_and_lists(definition: Definition):
    for key in app.CATALOGUE.triggers:
        polling = definition["triggers"][key]["operation"]
        hook = definition["triggers"][f"{key}_instant"]["operation"]
        assert {"performSubscribe", "performUnsubscribe", "performList", "perform"} <= set(hook)
        for same in ("inputFields", "outputFields", "sample"):
            assert hook[same] == polling[same]


def test_d007_every_address_is_https(definition: Definition):
    assert definition["authentication"]["fields"][0]["default"] == URL
    assert "http://" not in " ".join(helps(definition))


def test_d008_every_link_is_markdown(definition: Definition):
    for text in helps(definition):
        bare = re.sub(r"\[[^]]+\]\(https://[^)\s]+\)|`[^`]+`", "", text)
        assert "http" not in bare, text
        assert "](" not in bare, text


def test_d009_every_search_has_a_field(definition: Definition):
    assert all(each["operation"]["inputFields"] for each in definition["searches"].values())


def test_d010_d012_every_sample_is_there_and_has_an_id(definition: Definition):
    for key, each in operations(definition):
        assert each["operation"]["sample"]["id"], key


def test_d011_no_help_text_repeats_the_label(definition: Definition):
    for _, each in operations(definition):
        for field in inputs(each):
            told = field.get("helpText", "").rstrip(".").lower()
            assert told != field.get("label", "").lower()


def test_d013_d014_d015_no_field_names_a_search_and_there_are_no_search_or_creates(
    definition: Definition,
):
    assert not [f for _, each in operations(definition) for f in inputs(each) if "search" in f]
    assert definition.get("searchOrCreates", {}) == {}


def test_d018_every_label_is_in_title_case(definition: Definition):
    for key, each in visible(definition):
        words = each["display"]["label"].replace("(", "").split()
        assert all(word[0].isupper() or word in SMALL_WORDS for word in words), key
    labels = [each["display"]["label"] for _, each in visible(definition)]
    assert len(labels) == len(set(labels))


def test_d021_every_description_of_a_trigger_says_when_it_triggers(definition: Definition):
    for key, each in visible({**definition, "creates": {}, "searches": {}}):
        assert re.fullmatch(r"Triggers when [^\n]+\.", each["display"]["description"]), key


def test_d022_every_create_has_fields_of_its_own(definition: Definition):
    assert all(each["operation"]["inputFields"] for each in definition["creates"].values())


def values(sample: Any) -> Iterator[Any]:
    match sample:
        case dict():
            for each in sample.values():
                yield from values(each)
        case list():
            for each in sample:
                yield from values(each)
        case _:
            yield sample


def test_d023_every_time_in_a_sample_has_its_zone(definition: Definition):
    told = [
        value
        for _, each in operations(definition)
        for value in values(each["operation"]["sample"])
        if isinstance(value, str) and INSTANT.fullmatch(value)
    ]
    assert told
    assert all(ZONED.fullmatch(value) for value in told)


def fits(field: dict[str, Any], holder: Any) -> bool:
    """Return whether what a sample or an answer holds is what an output field says."""
    for name in field["key"].split("__"):
        holder = holder.get(name) if isinstance(holder, dict) else None
    if holder is None:
        return True
    if "children" in field:
        return isinstance(holder, list) and all(
            fits(child, line) for line in holder for child in field["children"]
        )
    if "type" not in field:
        return True
    entries = holder if field.get("list") else [holder]
    kind = PLAIN[field["type"]]
    return isinstance(entries, list) and all(
        isinstance(entry, kind) and (kind is bool or not isinstance(entry, bool))
        for entry in entries
    )


def test_d024_every_sample_is_what_its_output_fields_say(definition: Definition):
    for key, each in visible(definition):
        fields = each["operation"]["outputFields"]
        sample = each["operation"]["sample"]
        assert all(fits(field, sample) for field in fields), key
        assert set(sample) <= {field["key"].split("__")[0] for field in fields}, key


def test_line_items_stand_under_their_list(definition: Definition):
    create = definition["creates"]["create_rma"]["operation"]
    form = {field["key"]: field for field in create["inputFields"]}
    assert [child["key"] for child in form["items"]["children"]] == [
        "items__line_item_id",
        "items__policy_id",
        "items__return_reason",
    ]
    told = {field["key"]: field for field in create["outputFields"]}
    assert "name" in [child["key"] for child in told["items"]["children"]]


def test_a_drop_down_waits_only_for_what_must_be_filled_in(definition: Definition):
    update = definition["creates"]["update_shipment"]["operation"]["inputFields"]
    shipment = next(field for field in update if field["key"] == "shipment_id")
    assert shipment["dynamic"] == "choices_shipments.id.label"
    assert "dependsOn" not in shipment, "its RMA may be left empty, where the ID is mapped"


def test_the_idempotency_keys_help_says_what_to_map(definition: Definition):
    for key, each in definition["creates"].items():
        fields = {field["key"]: field for field in each["operation"]["inputFields"]}
        assert fields["idempotency_key"]["helpText"].startswith("Map the trigger's ID"), key
        assert not fields["idempotency_key"]["required"]
