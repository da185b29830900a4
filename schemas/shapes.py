"""The two sorts of shapes: what people send, and what they get."""

from marshmallow import EXCLUDE, RAISE, Schema


class Input(Schema):
    """What a block takes: a field that is not declared is an error."""

    class Meta:
        """A misspelt filter must not let everything through."""

        unknown = RAISE


class Output(Schema):
    """What a block answers: more fields may come with later releases."""

    class Meta:
        """Leaves the published schema open."""

        unknown = EXCLUDE
