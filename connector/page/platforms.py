"""Platforms: how each is connected with this bridge, in the order in which people ask for them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Platform:
    """A platform. `export` names what it downloads, None where it needs nothing of its own."""

    name: str
    export: str | None
    steps: tuple[str, ...]


TOKEN = "Connect with the bridge token above; leave the ReturnGO key and the shop empty."  # noqa: S105 - a sentence

PLATFORMS = (
    Platform(
        "Zapier",
        "zapier",
        (
            "Download the app and unpack it.",
            "In its folder, run npm install and npx zapier-platform login.",
            "Then npx zapier-platform register ReturnGO, and npx zapier-platform push.",
            TOKEN,
            "In a Zap, choose ReturnGO and the trigger New RMA.",
        ),
    ),
    Platform(
        "Make",
        "make",
        (
            "Download the app and unpack it.",
            "Open it in VS Code with the extension Make Apps Editor, and deploy it to Make.",
            TOKEN,
            "In a scenario, add New RMA.",
        ),
    ),
    Platform(
        "n8n",
        "n8n",
        (
            "Download the package and unpack it; it holds workflows to import, too.",
            "Install the package as a community node, or import a workflow.",
            TOKEN,
            "Add the ReturnGO Trigger, event New RMA.",
        ),
    ),
    Platform(
        "Power Automate",
        "power-automate",
        (
            "Download the connector and unpack it.",
            "Under Custom connectors, import its OpenAPI file.",
            "Connect with the bridge token above, without the word Bearer.",
            "In a flow, choose New RMA.",
        ),
    ),
    Platform(
        "Activepieces",
        "activepieces",
        ("Download the piece and install it.", TOKEN, "In a flow, choose New RMA."),
    ),
    Platform(
        "Node-RED",
        "node-red",
        (
            "Download the nodes and install them into your palette.",
            "Set RETURNGO_BRIDGE_TOKEN to the bridge token above, as a credential.",
            "Drag New RMA into a flow.",
        ),
    ),
    Platform(
        "Any HTTP step",
        None,
        (
            "Send the header Authorization: Bearer, a blank, and the bridge token above.",
            "GET /v1/triggers of the address above: it lists the triggers and how each is called.",
            "The page Try it shows every other call.",
        ),
    ),
)
