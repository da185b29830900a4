"""A toy whose forms hold all that a form can: objects, lists, lines, a drop-down that waits."""

from connector.blocks import Action, Catalogue, Choice, Effect, Search
from schemas.fields import Group, Id, Lines, Text, TextList
from schemas.shapes import FromReturnGO, Input


class Place(Input):
    """Where."""

    city = Text("City", "Which city.", example="Springfield", required=True)


class Kind(Input):
    """Of which kind."""

    kind = Text("Kind", "Which kind.", example="large", required=True)


class Deed(Kind):
    """What to do."""

    place = Group("Place", "Where to do it.", Place)
    words = TextList("Words", "What to say.", example=["yes", "no"])
    rows = Lines("Rows", "What to write.", Place, required=True)
    parcel_id = Id("Parcel ID", "Which parcel.", example="1", choices_from="parcels")


class Said(Input):
    """What was said."""

    words = TextList("Words", "What was said.", example=["yes", "no"])


class Done(FromReturnGO):
    """What was done."""

    id = Text("ID", "The deed.", example="1")
    place = Group("Place", "Where it was done.", Place)
    rows = Lines("Rows", "What was written.", Place)


DEED = Action(
    key="do_it",
    label="Do It",
    description="Does it.",
    noun="Deed",
    effect=Effect.SET,
    input=Deed,
    output=Done,
    run=dict,
)
FIND = Search(
    key="find_it",
    label="Find It",
    description="Finds it.",
    noun="Deed",
    input=Said,
    output=Done,
    run=dict,
)
PARCELS = Choice(
    key="parcels",
    label="Parcels",
    description="The parcels of a kind.",
    noun="Parcel",
    input=Kind,
    run=dict,
)
DEEDS = Catalogue(
    triggers={},
    actions={DEED.key: DEED},
    searches={FIND.key: FIND},
    choices={PARCELS.key: PARCELS},
)
