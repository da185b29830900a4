"""Adding a block changes no exporter: it is found in every export by itself."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

import app
from connector.blocks import Action, Block, Catalogue, Choice, Effect, Kind, Search, Trigger
from connector.export import EXPORTERS, Site, archive
from schemas.fields import DateTime, Described, Id, Lines, Text
from schemas.shapes import FromReturnGO, Input
from tests.toy import actions, triggers

URL = "https://bridge.example.com"
TOYS = Catalogue.of(triggers, actions)


class Which(Input):
    """Which coins."""

    metal = Text("Metal of the Coin", "Only coins of this metal. Empty: all.", example="silver")
    minted_after = DateTime("Minted After", "Only later coins.", example="2026-02-04T09:08:06Z")


class Line(Input):
    """One coin of several."""

    weight = Text("Weight of the Coin", "How heavy it is, in ounces.", example="1")


class Purse(Input):
    """What to spend."""

    coin_id = Id("Coin ID", "Which coin to spend.", example="1", choices_from="coins_at_hand")
    small_change = Lines("Small Change", "Coins to spend beside.", Line)


class Coin(FromReturnGO):
    """A coin."""

    id = Text("ID", "The coin, to tell it from others.", example="1")
    metal = Text("Metal of the Coin", "What it is made of.", example="silver")
    lines = Lines("Scratches", "What was written on it.", Line)


def nothing(*_: Any, **__: Any) -> Any:
    return ()


ADDED: tuple[Block, ...] = (
    Trigger(
        key="coin_found",
        label="Coin Found",
        description="Triggers when a coin turns up.",
        noun="Coin",
        takes=Kind.RMA_CREATED,
        input=Which,
        output=Coin,
    ),
    Action(
        key="spend_coin",
        label="Spend Coin",
        description="Spends a coin.",
        noun="Coin",
        effect=Effect.SET,
        input=Purse,
        output=Coin,
        run=nothing,
    ),
    Search(
        key="look_for_coin",
        label="Look for Coin",
        description="Finds a coin that was lost.",
        noun="Coin",
        input=Which,
        output=Coin,
        run=nothing,
    ),
)
AT_HAND = Choice(
    key="coins_at_hand",
    label="Coins at Hand",
    description="The coins that are there.",
    noun="Coin",
    run=nothing,
)


def toys_and(added: Iterable[Block]) -> Catalogue:
    blocks = list(added)
    return replace(
        TOYS,
        triggers={**TOYS.triggers, **{b.key: b for b in blocks if isinstance(b, Trigger)}},
        actions={**TOYS.actions, **{b.key: b for b in blocks if isinstance(b, Action)}},
        searches={b.key: b for b in blocks if isinstance(b, Search)},
        choices={AT_HAND.key: AT_HAND},
    )


def text_of(platform: str, catalogue: Catalogue) -> str:
    files = EXPORTERS[platform](Site(catalogue, URL))
    return "\n".join(f"{path}\n{text}" for path, text in files.items())


each_platform = pytest.mark.parametrize("platform", EXPORTERS)


def test_there_is_a_platform_to_export_for() -> None:
    assert EXPORTERS


@each_platform
@pytest.mark.parametrize("block", ADDED, ids=lambda block: block.key)
def test_a_block_that_is_added_is_found_in_every_export(platform: str, block: Block) -> None:
    before = text_of(platform, toys_and(each for each in ADDED if each is not block))
    after = text_of(platform, toys_and(ADDED))
    for word in (block.key, block.label):
        assert word not in before
        assert word in after
    for name, field in block.input().fields.items():
        assert name in after
        assert field.metadata["title"] in after


@each_platform
def test_a_drop_down_that_is_added_is_found_in_every_export(platform: str) -> None:
    assert AT_HAND.key in text_of(platform, toys_and(ADDED))


@each_platform
def test_every_export_holds_every_block(platform: str) -> None:
    whole = text_of(platform, app.CATALOGUE)
    offered = [block for block in app.CATALOGUE if not isinstance(block, Choice)]
    fields = [field for block in offered for field in block.input_schema().fields.values()]
    drop_downs = {field.choices_from for field in fields if isinstance(field, Described)} - {None}
    for key in [*(block.key for block in offered), *drop_downs]:
        assert str(key) in whole


@each_platform
def test_an_export_knows_its_bridge_and_is_the_same_each_time(platform: str) -> None:
    files = EXPORTERS[platform](Site(TOYS, URL))
    assert URL.removeprefix("https://") in "\n".join(files.values())
    assert archive(files) == archive(EXPORTERS[platform](Site(TOYS, URL)))
