from collections.abc import Callable

import app
from connector.returngo import ReturnGO

ACTION = app.CATALOGUE.actions["reject_rma"]


def test_an_rma_is_rejected_at_returngo(new_rma: Callable[..., str], returngo: ReturnGO) -> None:
    rma_id = new_rma(status="Pending")
    assert ACTION.perform(returngo, {"rma_id": rma_id}) == {
        "id": rma_id,
        "rma_id": rma_id,
        "status": "Rejected",
        "shop": "demo.myshopify.com",
    }
    assert returngo.get_rma(rma_id)["rmaSummary"]["status"] == "Rejected"
