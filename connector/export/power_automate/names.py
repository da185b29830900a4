"""How operations are called."""


def poll_operation(key: str) -> str:
    """Return the id of the operation that polls a trigger."""
    return pascal(f"when_{key}")


def subscribe_operation(key: str) -> str:
    """Return the id of the operation that subscribes to a trigger."""
    return pascal(f"when_{key}_instantly")


def action_operation(key: str) -> str:
    """Return the id of the operation of an action or a search."""
    return pascal(key)


def choice_operation(key: str) -> str:
    """Return the id of the operation that fills a drop-down."""
    return pascal(f"list_{key}")


def shape(key: str) -> str:
    """Return the name of what a block answers."""
    return pascal(f"{key}_answer")


def pascal(key: str) -> str:
    """Write `two_words` as `TwoWords`."""
    return "".join(word.capitalize() for word in key.split("_"))
