"""Tosses a coin on top of an RMA."""

from datetime import datetime
from typing import Any

from connector.blocks import Action, Effect
from connector.returngo import ReturnGO
from schemas.fields import Id, Integer, Text
from schemas.shapes import Input, Output


class Fields(Input):
    rma_id = Id("RMA ID", "Where to toss it.", example="10030552", required=True)
    side = Text("Side", "What to call.", example="heads", choices=("heads", "tails"))
    height = Integer("Height", "How high, in feet.", example=6)


class Coin(Output):
    id = Text("ID", "The coin.", example="coin-10030552", source="coin")
    side = Text("Side", "What it shows.", example="heads")
    status = Text("Status", "How far the RMA is.", example="Approved")


def run(
    returngo: ReturnGO, rma_id: str, side: str = "tails", height: int | None = None
) -> dict[str, Any]:
    del height
    status = returngo.get_rma(rma_id)["rmaSummary"]["status"]
    return {"coin": f"coin-{rma_id}", "side": side, "status": status}


def already_done(returngo: ReturnGO, since: datetime, **fields: Any) -> None:
    del returngo, since, fields


block = Action(
    label="Toss Coin",
    noun="Coin",
    effect=Effect.ADD,
    input=Fields,
    output=Coin,
    run=run,
    already_done=already_done,
)
