"""Fields: each carries the words that a user sees, and where ReturnGO keeps the value.

Reading ReturnGO's JSON is liberal: what is absent is None, what has another form passes through.
Reading what people type is forgiving: `forgive` puts it into the published form before it is
checked.
"""

from schemas.fields.described import Described, fold, trim
from schemas.fields.identifiers import Id, OrderName, RmaId, bare_name
from schemas.fields.nested import Group, Lines, forgive, guarded_in, sample_of, withhold
from schemas.fields.plain import (
    Amount,
    Anything,
    Boolean,
    DateTime,
    Integer,
    LookupText,
    Name,
    ObjectField,
    Text,
    TextList,
)
from schemas.fields.several import CommaList

__all__ = [
    "Amount",
    "Anything",
    "Boolean",
    "CommaList",
    "DateTime",
    "Described",
    "Group",
    "Id",
    "Integer",
    "Lines",
    "LookupText",
    "Name",
    "ObjectField",
    "OrderName",
    "RmaId",
    "Text",
    "TextList",
    "bare_name",
    "fold",
    "forgive",
    "guarded_in",
    "sample_of",
    "trim",
    "withhold",
]
