"""Approves an RMA, so that the customer can send the goods back.

One that is approved already is left as it is. Where ReturnGO cannot make the packing slip, the
return stays Pending, and an error comment on it says why: *RMA Problem* tells of it.
"""

from functools import partial

from connector.blocks import Action, Effect
from connector.returngo.status_setting import set_rma_status
from schemas.rma_status import rma_in
from schemas.which import WhichRma
from schemas.words import APPROVED

block = Action(
    label="Approve RMA",
    noun="RMA",
    effect=Effect.SET,
    input=WhichRma,
    output=rma_in(APPROVED),
    assumes=("status-body",),
    run=partial(set_rma_status, status=APPROVED),
)
