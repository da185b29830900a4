"""Every file of the custom app is valid for Make's own schemas."""

import json

import pytest

import app
from connector.blocks import Catalogue
from connector.export import EXPORTERS, Site
from tests.export.make_project import Project
from tests.export.make_schemas import documents, faults
from tests.toy import actions, triggers

SITES = {
    "ours": Site(app.CATALOGUE, "https://bridge.example.com"),
    "toys": Site(Catalogue.of(triggers, actions), "https://bridge.example.com"),
}


@pytest.mark.parametrize("name", SITES)
def test_every_file_is_valid_for_makes_own_schema(name: str):
    project = Project(EXPORTERS["make"](SITES[name]))
    found = {path: faults(document, schema) for path, document, schema in documents(project)}
    assert {path: each for path, each in found.items() if each} == {}
    plain = {"README.md", ".gitignore"}
    assert set(found) | plain == set(project.files)


@pytest.mark.parametrize(
    ("schema", "document"),
    [
        ("makecomapp.schema.json", {"fileVersion": 1}),
        ("base.json", {"response": {"error": {"message": "x", "429": {"type": "RateLimitError"}}}}),
        ("api.json", {"url": "/x", "method": "POST"}),
        ("api.json", {"url": "/x", "response": {"trigger": {"type": "date", "order": "desc"}}}),
        ("epoch.json", {"response": {"output": {"label": "x"}}}),
        ("parameters.json", [{"name": "x", "type": "datetime"}]),
        ("groups.json", [{"label": "x"}]),
    ],
    ids=json.dumps,
)
def test_the_schemas_are_read_right_and_refuse_what_is_wrong(schema: str, document: object):
    assert faults(document, schema)
