"""How the app's parts are called: Make takes letters and digits only."""

from schemas.shapes import in_camel_case

CONNECTION = "bridge"


def action_id(key: str) -> str:
    """Return the name of the module of an action or a search."""
    return in_camel_case(key)


def trigger_id(key: str) -> str:
    """Return the name of the module that polls a trigger."""
    return in_camel_case(f"watch_{key}")


def instant_id(key: str) -> str:
    """Return the name of the module, and of its webhook, that gets a trigger's events at once."""
    return in_camel_case(f"watch_{key}_instantly")


def rpc_id(key: str) -> str:
    """Return the name of the remote procedure that fills a drop-down."""
    return in_camel_case(f"list_{key}")
