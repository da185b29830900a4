"""Where a sealed value stands: what is sealed for one place opens at no other."""

from typing import Any, NewType

import simplejson
from sqlalchemy import Column

Place = NewType("Place", bytes)


def place(column: Column[Any], *row: object) -> Place:
    """Name the place of a value: a column, and the primary key of its row, in the table's order."""
    return Place(simplejson.dumps([column.table.name, column.name, *map(str, row)]).encode())
