"""The custom app keeps to Make's rules, as this repository states them."""

import json
from typing import Any

import pytest

from connector.export import EXPORTERS
from tests.export.make_project import MANIFEST, Project
from tests.export.make_rules import RULES as RULES_OF_PARTS
from tests.export.make_rules_of_requests import RULES_OF_REQUESTS, triggers_remember_by_date
from tests.export.test_make_schemas import SITES

RULES = (*RULES_OF_PARTS, *RULES_OF_REQUESTS)
PROJECTS = {name: Project(EXPORTERS["make"](site)) for name, site in SITES.items()}
TOYS = PROJECTS["toys"]


@pytest.mark.parametrize("name", PROJECTS)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_app_keeps_the_rule(name, rule):
    assert list(rule(PROJECTS[name])) == []


def path_of(sort: str, component: str, code: str) -> str:
    return str(TOYS.components(sort)[component]["codeFiles"][code])


TRIGGER = path_of("module", "watchCoinTossed", "communication")
ACTION = path_of("module", "tossCoin", "communication")
ASKS = path_of("module", "tossCoin", "mappableParams")
EPOCH = path_of("module", "watchCoinTossed", "epoch")
ATTACH = path_of("webhook", "watchCoinTossedInstantly", "attach")
SIGN_IN = path_of("connection", "bridge", "params")
BASE = "general/base.iml.json"


def broken(path: str, *keys: Any, value: Any = None) -> Project:
    """Make a project of which one thing is another; without a value, it is missing."""
    document = json.loads(TOYS.files[path])
    part = document
    for key in keys[:-1]:
        part = part[key]
    if value is None:
        del part[keys[-1]]
    else:
        part[keys[-1]] = value
    return Project({**TOYS.files, path: json.dumps(document)})


MODULE = (MANIFEST, "components", "module")
BREACHES = {
    "each_file_is_named_once": broken(*MODULE, "tossCoin", "codeFiles", "samples"),
    "each_component_has_its_codes": broken(*MODULE, "watchCoinTossed", "codeFiles", "epoch"),
    "components_are_called_as_make_wants": broken(*MODULE, "toss_coin", value={"codeFiles": {}}),
    "modules_are_of_known_types": broken(*MODULE, "tossCoin", "moduleType", value="trick"),
    "what_is_referred_to_is_there": broken(ASKS, 0, value={"name": "x", "options": "rpc://none"}),
    "every_module_is_in_one_group": broken("modules/groups.json", 0),
    "parameters_are_well_formed": broken(ASKS, 0, "type", value="datetime"),
    "requests_use_what_the_form_asks": broken(ACTION, "body", "x", value="{{parameters.x}}"),
    "requests_go_to_the_bridge": broken(ACTION, "url", value="https://elsewhere.example.com/"),
    "triggers_remember_by_date": broken(
        TRIGGER, "response", "trigger", "date", value="{{item.occurred_at}}"
    ),
    "webhooks_are_attached_and_detached": broken(ATTACH, "response", "data", value={"id": "x"}),
    "errors_are_sorted_as_make_repeats": broken(
        BASE, "response", "error", "429", "type", value="DataError"
    ),
    "secrets_are_kept_out_of_logs": broken(
        SIGN_IN, 0, "options", 0, "nested", 0, "type", value="text"
    ),
    "samples_fit_their_interface": broken(path_of("module", "tossCoin", "interface"), 0),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_breach_of_the_rule_is_noticed(rule):
    assert list(rule(BREACHES[rule.__name__]))


def test_an_epoch_that_lists_too_much_is_noticed():
    assert list(triggers_remember_by_date(broken(EPOCH, "response", "limit", value=301)))


def test_a_block_that_is_added_appears_as_module_webhook_and_groups():
    assert set(TOYS.components("module")) == {
        "watchCoinTossed",
        "watchCoinTossedInstantly",
        "tossCoin",
        "makeApiCall",
    }
    assert set(TOYS.components("webhook")) == {"watchCoinTossedInstantly"}
    assert TOYS.components("rpc") == {}
    assert [group["label"] for group in TOYS.groups] == [
        "Triggers",
        "Instant Triggers",
        "Actions",
        "Other",
    ]
    asked = TOYS.read(ASKS)
    assert [(each["name"], each["type"]) for each in asked] == [
        ("rma_id", "text"),
        ("side", "select"),
        ("height", "integer"),
        ("shop", "text"),
        ("idempotency_key", "text"),
    ]


def test_line_items_are_arrays_of_collections():
    ours = PROJECTS["ours"]
    asked = {each["name"]: each for each in ours.code("module", "createRma", "mappableParams")}
    assert asked["items"]["type"] == "array"
    assert asked["items"]["spec"][0]["name"] == "line_item_id"
    told = {each["name"]: each for each in ours.code("module", "watchNewRma", "interface")}
    assert told["items"]["type"] == "array"
    assert len(told["items"]["spec"]) > 10


def test_drop_downs_are_filled_by_remote_procedures():
    ours = PROJECTS["ours"]
    asked = {each["name"]: each for each in ours.code("module", "updateShipment", "mappableParams")}
    assert asked["shipment_id"]["options"] == "rpc://listShipments"
    rpc = ours.code("rpc", "listShipments", "communication")
    assert rpc["qs"]["rma_id"] == "{{parameters.rma_id}}"
    assert rpc["response"]["output"] == {"label": "{{item.label}}", "value": "{{item.id}}"}
