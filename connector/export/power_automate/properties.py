"""How a connection signs in: with a bridge token, or with one's own ReturnGO key."""

from typing import Any

HIDDEN_TYPE = "securestring"
# A header whose parameter is left empty is sent empty; the bridge takes that for absent.
HEADERS = {
    "Authorization": "Bearer @connectionParameters('token', '')",
    "x-api-key": "@connectionParameters('api_key', '')",
    "x-shop-name": "@connectionParameters('shop_name', '')",
}


def _parameter(number: int, kind: str, label: str, help_text: str) -> dict[str, Any]:
    return {
        "type": kind,
        "uiDefinition": {
            "displayName": label,
            "description": help_text,
            "tooltip": help_text,
            "constraints": {
                "required": "false",
                "clearText": kind != HIDDEN_TYPE,
                "tabIndex": number,
            },
        },
    }


PROPERTIES = {
    "properties": {
        "iconBrandColor": "#007ee5",
        "capabilities": [],
        "connectionParameters": {
            "token": _parameter(
                1,
                HIDDEN_TYPE,
                "Bridge Token",
                "The long random text that was set as BRIDGE_TOKEN, without the word Bearer. Leave"
                " the two fields below empty.",
            ),
            "api_key": _parameter(
                2,
                HIDDEN_TYPE,
                "ReturnGO API Key",
                "Instead of a bridge token, where the bridge allows it: from ReturnGO's page"
                " Settings > Integrations > API.",
            ),
            "shop_name": _parameter(
                3,
                "string",
                "Shop Name",
                "The shop of that key, such as example.myshopify.com.",
            ),
        },
        "policyTemplateInstances": [
            {
                "templateId": "setheader",
                "title": f"Send {name}",
                "parameters": {
                    "x-ms-apimTemplateParameter.name": name,
                    "x-ms-apimTemplateParameter.value": value,
                    "x-ms-apimTemplateParameter.existsAction": "override",
                    "x-ms-apimTemplate-policySection": "Request",
                },
            }
            for name, value in HEADERS.items()
        ],
    }
}
