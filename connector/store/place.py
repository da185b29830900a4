"""Where a sealed value stands: what is sealed for one place opens at no other."""

from typing import Any, NewType

import simplejson
from sqlalchemy import Column

Place = NewType("Place", bytes)


def place(column: Column[Any], *row: object) -> Place:
    """Return where a value stands: its column, and its row's primary key in the table's order."""
    return Place(simplejson.dumps([column.table.name, column.name, *map(str, row)]).encode())
