"""How the app's parts are called: Make takes letters and digits only."""

CONNECTION = "bridge"


def action_id(key: str) -> str:
    """Return the name of the module of an action or a search."""
    return camel(key)


def trigger_id(key: str) -> str:
    """Return the name of the module that polls a trigger."""
    return camel(f"watch_{key}")


def instant_id(key: str) -> str:
    """Return the name of the module, and of its webhook, that gets a trigger's events at once."""
    return camel(f"watch_{key}_instantly")


def rpc_id(key: str) -> str:
    """Return the name of the remote procedure that fills a drop-down."""
    return camel(f"list_{key}")


def camel(key: str) -> str:
    """Write `two_words` as `twoWords`."""
    first, *others = key.split("_")
    return first + "".join(word.capitalize() for word in others)
