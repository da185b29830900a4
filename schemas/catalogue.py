"""The catalogue: what blocks there are, described for machines."""

from schemas.fields import Anything, Boolean, Text
from schemas.shapes import Output


class BlockDescription(Output):
    """One block."""

    key = Text("Key", "Its name in addresses.", example="new_rma", allow_none=False)
    sort = Text(
        "Sort",
        "Whether it is a trigger, an action, a search or a choice.",
        example="trigger",
        allow_none=False,
    )
    label = Text("Label", "Its name for people.", example="New RMA", allow_none=False)
    noun = Text("Noun", "What it is about.", example="RMA", allow_none=False)
    description = Text(
        "Description",
        "What it does.",
        example="Triggers when a customer or an agent has created an RMA.",
        allow_none=False,
    )
    input_schema = Anything("Input Schema", "What it takes, as JSON Schema (2020-12).")
    output_schema = Anything("Output Schema", "What it answers, as JSON Schema (2020-12).")
    sample = Anything("Sample", "One realistic answer.")
    changes = Boolean(
        "Changes",
        "Whether it may change something at ReturnGO; otherwise it only reads.",
        example=False,
        allow_none=False,
    )
    effect = Text(
        "Effect",
        "What doing an action twice would mean: `set` leaves the same state, `add` makes another"
        " one; null: it is no action.",
        example="set",
    )
    confirms = Text(
        "Confirms",
        "What a person should have agreed to before an assistant does this; null: nothing.",
        example="It records what became of money.",
    )
