"""How operations are called."""


def starting(key: str) -> str:
    """Name the operation that polls a trigger."""
    return pascal(f"when_{key}")


def starting_at_once(key: str) -> str:
    """Name the operation that subscribes to a trigger."""
    return pascal(f"when_{key}_instantly")


def doing(key: str) -> str:
    """Name the operation of an action or a search."""
    return pascal(key)


def listing(key: str) -> str:
    """Name the operation that fills a drop-down."""
    return pascal(f"list_{key}")


def shape(key: str) -> str:
    """Name what a block answers."""
    return pascal(f"{key}_answer")


def pascal(key: str) -> str:
    """Write `two_words` as `TwoWords`."""
    return "".join(word.capitalize() for word in key.split("_"))
