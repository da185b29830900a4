"""The real commands, beside a running bridge on the same database."""

import re
from functools import partial

import pytest
import simplejson

from tests.end_to_end.waiting import eventually
from tests.processes import SHOPS, Sandbox, command, running_bridge

MILLIONS = 6_512_044_000_000  # of the ids that customers get after those of the history
ANN = "ann@example.com"
QUICK = {"FEED_FRESHNESS": "1"}


def test_a_customer_is_handed_over_and_forgotten_while_the_bridge_serves(
    real_sandbox: Sandbox, each_database_url: str
):
    with running_bridge(real_sandbox.url, each_database_url, **QUICK) as bridge:
        told = partial(bridge.poll, "new_rma", shop=SHOPS[0], limit=100)
        others = eventually(told)
        made = real_sandbox.control("rmas", {"shop": SHOPS[0], "customer_email": ANN})
        rma_id = str(made["rmaSummary"]["rmaId"])

        def is_told() -> bool:
            return any(each["rma_id"] == rma_id for each in told())

        run = partial(command, real_sandbox.url, each_database_url)
        eventually(is_told)
        disclosed = run("disclose", "--email", ANN)
        documents = [simplejson.loads(line) for line in disclosed.stdout.splitlines()]
        assert {each["id"] for each in documents} == {rma_id}
        assert f"rma:{rma_id}:created" in {each.get("event") for each in documents}

        kept = run("forget", "--email", ANN, "--yes")
        assert (kept.returncode, "still have to be worked on" in kept.stderr) == (3, True)
        assert is_told()
        forgotten = run("forget", "--email", ANN, "--yes", "--also-open")
        assert forgotten.returncode == 0, forgotten.stderr
        assert "Erased: 1 RMAs" in forgotten.stdout
        assert not is_told()
        assert {each["id"] for each in others} <= {each["id"] for each in told()}

        # ReturnGO shows it again, and another one.
        real_sandbox.control(f"rmas/{rma_id}/status", {"status": "Approved"})
        real_sandbox.control("rmas", {"shop": SHOPS[0], "customer_email": ANN})
        eventually(lambda: len(told()) > len(others))
        assert not is_told()


def test_a_customer_is_found_by_the_id_that_returngo_knows(
    real_sandbox: Sandbox, database_url: str
):
    with running_bridge(real_sandbox.url, database_url, **QUICK) as bridge:
        eventually(partial(bridge.poll, "new_rma", shop=SHOPS[0], limit=100))
        made = real_sandbox.control("rmas", {"shop": SHOPS[0]})
        rma_id = str(made["rmaSummary"]["rmaId"])
        # The sandbox names an invented customer after the end of the id.
        (number,) = re.findall(r"\d+", made["shipments"][0]["customerAddress"]["email"])
        customer_id = MILLIONS + int(number)
        done = command(
            real_sandbox.url,
            database_url,
            *("forget", "--customer", str(customer_id), "--yes", "--also-open"),
        )
        assert f"RMA {rma_id}, " in done.stdout, done.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "by --email or by --customer"),
        (("--email", ANN, "--customer", "7"), "by --email or by --customer"),
        (("--email", "ann"), "'ann' is no e-mail address"),
        (("--customer", "7", "--shop", "other.myshopify.com"), "other.myshopify.com"),
    ],
)
def test_a_wrong_name_is_refused_with_a_sentence(
    real_sandbox: Sandbox, database_url: str, words: tuple[str, ...], says: str
):
    done = command(real_sandbox.url, database_url, "forget", *words, "--yes")
    assert done.returncode == 2
    assert says in done.stderr
