from connector.returngo import ReturnGO
from tests.conftest import Control
from tests.triggers.conftest import Poll

LOOKS = 5  # polls, after which every open RMA has been read again


def test_a_comment_that_moves_nothing_is_found_by_looking_again(
    control: Control, poll: Poll, returngo: ReturnGO
) -> None:
    rma_id = control("rmas", order_name="H12043")["rmaSummary"]["rmaId"]
    before = poll("rma_comment_added", type="merchant")
    returngo.add_comment(rma_id, "<p>Parcel arrived.</p>")
    for _ in range(LOOKS):
        shown = poll("rma_comment_added")
    mine = [each for each in shown if each["html"] == "<p>Parcel arrived.</p>"]
    assert len(mine) == 1
    assert mine[0]["id"].startswith(f"comment:{rma_id}:")
    assert (mine[0]["rma_id"], mine[0]["order_name"]) == (rma_id, "H12043")
    assert mine[0]["occurred_at"] == mine[0]["commented_at"] is not None
    assert mine[0] not in before


def test_the_same_words_twice_in_a_second_are_two_comments(
    control: Control, poll: Poll, returngo: ReturnGO
) -> None:
    rma_id = control("rmas")["rmaSummary"]["rmaId"]
    for _ in range(2):
        returngo.add_comment(rma_id, "<p>Again.</p>")
    shown = poll("rma_comment_added")
    assert len([each for each in shown if each["html"] == "<p>Again.</p>"]) == 2
    assert len({each["id"] for each in shown}) == len(shown)


def test_a_type_is_a_filter(control: Control, poll: Poll, returngo: ReturnGO) -> None:
    returngo.add_comment(control("rmas")["rmaSummary"]["rmaId"], "<p>Hello.</p>")
    types = {each["type"] for each in poll("rma_comment_added")}
    for word in types:
        assert {each["type"] for each in poll("rma_comment_added", type=word.upper())} == {word}
    assert poll("rma_comment_added", type="poem") == []
