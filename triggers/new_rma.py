"""Triggers when a customer or an agent has created an RMA.

Not seen: how an RMA stood before the bridge's first look at it; and one from before the day that
the first contact with a store takes in, unless history is brought in.
"""

from connector.blocks import Kind, Trigger
from schemas.filters import RmaFilters
from schemas.rma import Rma

block = Trigger(label="New RMA", noun="RMA", takes=Kind.RMA_CREATED, input=RmaFilters, output=Rma)
