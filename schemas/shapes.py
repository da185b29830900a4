"""The two sorts of shapes: what people send, and what they get."""

from copy import deepcopy
from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema
from marshmallow.fields import Field

from schemas.fields import Described


class Input(Schema):
    """What a block takes: a field that is not declared is an error."""

    class Meta:
        """A misspelt filter must not let everything through."""

        unknown = RAISE

    def on_bind_field(self, field_name: str, field_obj: Field[Any]) -> None:
        """Publish no field as one that may be null: it is read as one that is absent."""
        super().on_bind_field(field_name, field_obj)
        field_obj.allow_none = False


class Output(Schema):
    """What a block answers: more fields may come with later releases."""

    class Meta:
        """Leaves the published schema open."""

        unknown = EXCLUDE


class FromReturnGO(Output):
    """What ReturnGO sends, under our names: `created_at` is its `createdAt`, unless said."""

    def on_bind_field(self, field_name: str, field_obj: Field[Any]) -> None:
        """Give each field the place where ReturnGO has its value."""
        super().on_bind_field(field_name, field_obj)
        if isinstance(field_obj, Described) and field_obj.source is None:
            field_obj.source = in_camel_case(field_name)


def within(root: str, shape: type[FromReturnGO], *names: str) -> type[FromReturnGO]:
    """Make a shape of some fields of another, whose document stands at `root` of a larger one."""
    whole = shape().fields
    fields = {name: deepcopy(whole[name]) for name in names}
    for field in fields.values():
        if isinstance(field, Described):
            field.inside = root
    return type(f"{shape.__name__}Part", (FromReturnGO,), {"__doc__": shape.__doc__, **fields})


def in_camel_case(name: str) -> str:
    """Write a name as ReturnGO does."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
