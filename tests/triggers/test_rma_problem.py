import pytest

from connector.blocks import parts_of
from tests.schemas.documents import rma
from tests.triggers.happenings import shown_by

REFUSED = "<p>The <b>refund</b> was refused\nby the shop &amp; its bank.</p>"


def document(kind: str | None, html: str | None = REFUSED) -> dict[str, object]:
    comment = {
        "commentType": kind,
        "triggeredBy": "",
        "htmlText": html,
        "datetime": "2026-02-06T15:40:21+00:00",
    }
    return rma(comments=[comment])


def test_a_problem_is_shown_with_its_words_and_its_return() -> None:
    body = document("error")
    ((name, _),) = parts_of(body, "comments")
    shown = shown_by("rma_problem", body, part=name)
    assert shown is not None
    assert shown["text"] == "The refund was refused by the shop & its bank."
    assert (shown["html"], shown["type"]) == (REFUSED, "error")
    assert (shown["rma_id"], shown["order_name"]) == ("10030552", "H12043")
    assert shown["commented_at"] == "2026-02-06T15:40:21Z"


@pytest.mark.parametrize("kind", ["merchant", "system", "Error", None])
def test_another_comment_is_no_problem(kind: str | None) -> None:
    body = document(kind)
    ((name, _),) = parts_of(body, "comments")
    assert shown_by("rma_problem", body, part=name) is None


def test_a_problem_without_words_is_one() -> None:
    body = document("error", None)
    ((name, _),) = parts_of(body, "comments")
    shown = shown_by("rma_problem", body, part=name)
    assert shown is not None
    assert shown["text"] is None
