import json

import app
from connector.export import Site
from connector.export.zapier import render
from tests.processes import ROOT

URL = "https://bridge.example.com"


def test_the_app_asks_for_the_version_of_zapiers_core_that_it_is_tried_with():
    files = render(Site(app.CATALOGUE, URL))
    asked = json.loads(files["package.json"])["dependencies"]
    tried = json.loads((ROOT / "tests/node/package.json").read_text())["devDependencies"]
    assert asked == {"zapier-platform-core": tried["zapier-platform-core"]}
    assert asked["zapier-platform-core"].replace(".", "").isdigit(), "exactly, as Zapier demands"


def test_the_readme_of_the_app_tells_each_of_its_files():
    files = render(Site(app.CATALOGUE, URL))
    own = set(files) - {"README.md", "package.json"}
    assert own
    assert all(f"`{name}`" in files["README.md"] for name in own)
