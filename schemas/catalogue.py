"""The catalogue: what blocks there are, described for machines."""

from schemas.fields import Anything, Text
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
