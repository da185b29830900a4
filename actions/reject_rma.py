"""Rejects an RMA.

One that is rejected already is left as it is. Where ReturnGO refuses it, the answer says in which
status the return is.
"""

from functools import partial

from connector.blocks import Action, Effect
from connector.returngo.status_setting import set_rma_status
from schemas.rma_status import rma_in
from schemas.which import WhichPendingRma
from schemas.words import REJECTED

block = Action(
    label="Reject RMA",
    noun="RMA",
    effect=Effect.SET,
    input=WhichPendingRma,
    output=rma_in(REJECTED),
    assumes=("status-body",),
    run=partial(set_rma_status, status=REJECTED),
)
