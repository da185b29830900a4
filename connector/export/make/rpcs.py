"""Remote procedures: they fill drop-downs."""

from connector.blocks import Catalogue, Choice
from connector.export.form import form
from connector.export.make.app import Component, Sort
from connector.export.make.names import CONNECTION, rpc_id
from connector.export.make.parameters import queried


def rpc(catalogue: Catalogue, choice: Choice) -> Component:
    """Fill a drop-down. Make hands over the fields of the form that has it."""
    return Component(
        sort=Sort.RPC,
        id=rpc_id(choice.key),
        about={"label": choice.label, "connection": CONNECTION},
        codes={
            "communication": {
                "url": f"/choices/{choice.key}",
                "method": "GET",
                "qs": queried(form(catalogue, choice)),
                "response": {
                    "iterate": "{{body}}",
                    "output": {"label": "{{item.label}}", "value": "{{item.id}}"},
                },
            }
        },
    )
