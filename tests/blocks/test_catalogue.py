from types import ModuleType

import pytest

from connector.blocks import Catalogue
from tests.toy import actions, triggers
from tests.toy.broken import blockless, muddled, wordless
from tests.toy.triggers import coin_tossed


def test_a_block_is_found_by_its_file_which_is_its_key() -> None:
    catalogue = Catalogue.of(triggers, actions)
    assert list(catalogue.triggers) == ["coin_tossed"]
    assert list(catalogue.actions) == ["toss_coin"]
    assert catalogue.triggers["coin_tossed"].key == "coin_tossed"


def test_the_docstring_is_the_description() -> None:
    catalogue = Catalogue.of(triggers, actions)
    assert (
        catalogue.triggers["coin_tossed"].description
        == "Triggers when money moves, whatever for.\n\nOnly for tests."
    )
    assert catalogue.actions["toss_coin"].description == "Tosses a coin on top of an RMA."


@pytest.mark.parametrize(
    ("package", "module"),
    [(blockless, "nothing_here"), (wordless, "no_docstring"), (muddled, "wrong_sort")],
    ids=["no block", "no docstring", "an action among the triggers"],
)
def test_a_file_that_declares_no_trigger_in_words_is_refused(
    package: ModuleType, module: str
) -> None:
    with pytest.raises(TypeError, match=f"{module} must have a docstring and declare a Trigger"):
        Catalogue.of(package, actions)


def test_a_trigger_among_the_actions_is_refused() -> None:
    with pytest.raises(TypeError, match="coin_tossed must have a docstring and declare a Action"):
        Catalogue.of(triggers, triggers)


def test_what_is_composed_is_at_hand_and_nothing_is_composed_by_itself() -> None:
    catalogue = Catalogue.of(triggers, actions)
    assert not any("output_schema" in vars(block) for block in catalogue)
    catalogue.compose()
    for block in catalogue:
        made = {name for name in dir(block) if name.endswith("_schema")}
        assert made
        assert made <= vars(block).keys()


def test_declared_blocks_stay_as_they_were() -> None:
    Catalogue.of(triggers, actions)
    assert coin_tossed.block.key == ""
