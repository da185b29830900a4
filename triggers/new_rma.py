"""Triggers when a customer or an agent has created an RMA."""

from connector.blocks import Kind, Trigger
from schemas.filters import RmaFilters
from schemas.rma import Rma

block = Trigger(label="New RMA", noun="RMA", takes=Kind.RMA_CREATED, input=RmaFilters, output=Rma)
