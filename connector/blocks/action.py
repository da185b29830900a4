"""An action: its fields, the few lines that do it, and what doing it twice would mean."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar

from marshmallow import Schema

from connector.blocks.block import Block
from connector.blocks.inputs import shorten
from connector.returngo import ReturnGO
from schemas.calls import ActionCall, AnswerFields


class Effect(Enum):
    """What doing it twice would mean; recovery after a crash follows from it."""

    SET = "set"
    """It leaves the same state: do it again."""

    ADD = "add"
    """It makes another one: look upstream first."""


def always(_fields: Mapping[str, Any]) -> bool:
    """Say of any fields that an action with them only reads."""
    return True


@dataclass(frozen=True, kw_only=True)
class Action(Block):
    """Does something at ReturnGO.

    `run(returngo, **fields)` does it and answers the thing, as ReturnGO would show it; fields that
    were not given are left out. `already_done(returngo, since, **fields)` finds what an interrupted
    earlier try left behind, or answers None, and it is done again; an ADD must have it. `about`
    names the fields that say what it is done to, for the record. `makes_any_call` tells that they
    name the call itself, so that not every token that may act may do it; `only_reads(fields)`,
    that with these it changes nothing, so that no call is kept for it: `always`, where it never
    does. `confirms` is a sentence, where it may move or record money: an assistant does it only
    once a person has agreed to just that.
    """

    effect: Effect
    run: Callable[..., Mapping[str, Any]]
    already_done: Callable[..., Mapping[str, Any] | None] | None = None
    about: tuple[str, ...] = ("rma_id", "transaction_id", "shipment_id", "order_id")
    makes_any_call: bool = False
    only_reads: Callable[[Mapping[str, Any]], bool] = lambda _: False
    confirms: str | None = None

    sort: ClassVar[str] = "action"
    common_input: ClassVar[type[Schema]] = ActionCall
    common_output: ClassVar[type[Schema]] = AnswerFields

    def __post_init__(self) -> None:
        if self.effect is Effect.ADD and self.already_done is None:
            raise TypeError(f"{self.label} adds something, so it must declare already_done.")

    def describe(self) -> dict[str, Any]:
        """Return the block's entry in the catalogue."""
        return {
            **super().describe(),
            "changes": self.only_reads is not always,
            "effect": self.effect.value,
            "confirms": self.confirms,
        }

    def subject(self, *shown: Mapping[str, Any]) -> str:
        """Say what it is done to, such as `rma 10030552`, by its fields and what it answered."""
        given = {name: value for fields in shown for name, value in fields.items()}
        return ", ".join(
            f"{name.removesuffix('_id')} {shorten(str(given[name]))}"
            for name in self.about
            if given.get(name)
        )

    def perform(
        self, returngo: ReturnGO, fields: Mapping[str, Any], *, raw: bool = False
    ) -> dict[str, Any]:
        """Do it, and answer the resulting object as shown. Raises ReturnGOError."""
        return self.show(self.run(returngo, **fields), returngo.shop, raw=raw)
