import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.refund import is_refund, waits_to_be_paid
from schemas.words import REFUND_TYPES, TRANSACTION_TYPES


@pytest.mark.parametrize("word", TRANSACTION_TYPES)
def test_of_the_known_types_those_that_give_money_back_are_refunds(word: str) -> None:
    assert is_refund({"type": word}) == (word in REFUND_TYPES)


@pytest.mark.parametrize("reference", [None, "", "  "])
def test_a_refund_without_a_reference_waits(reference: str | None) -> None:
    shown = {"type": "RefundToPaymentMethod", "external_reference_id": reference}
    assert waits_to_be_paid(shown)


@given(word=st.none() | st.text(), reference=st.none() | st.text())
@example(word="refundtopaymentmethod", reference=None)
def test_what_is_no_refund_or_was_paid_never_waits(word: str | None, reference: str | None) -> None:
    if waits_to_be_paid({"type": word, "external_reference_id": reference}):
        assert word is not None
        assert word[:6] == "Refund"
        assert not (reference or "").strip()
