"""A search: finds things at ReturnGO, best match first, or in what the feed knows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar

from marshmallow import Schema

from connector.blocks.block import Block
from connector.blocks.knowledge import Knowledge
from connector.returngo import ReturnGO
from schemas.calls import AnswerFields, KnownAnswerFields, KnownSearchCall, SearchCall


@dataclass(frozen=True, kw_only=True)
class Search(Block):
    """Finds things and changes nothing.

    `run(returngo, limit, **fields)` answers things as ReturnGO shows them, the best match first;
    fields that were not given are left out. It should make no more calls than `limit` things need.
    """

    run: Callable[..., Iterable[Mapping[str, Any]]]

    sort: ClassVar[str] = "search"
    common_input: ClassVar[type[Schema]] = SearchCall
    common_output: ClassVar[type[Schema]] = AnswerFields

    def find(self, returngo: ReturnGO, call: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return what was found, as shown; nothing found is an empty list. Raises ReturnGOError."""
        limit = call["limit"]
        found = islice(self.run(returngo, limit=limit, **self.own(call)), limit)
        return [self.show(thing, returngo.shop, raw=call["raw"]) for thing in found]


@dataclass(frozen=True, kw_only=True)
class KnownSearch(Search):
    """Finds things in what the feed knows, without a call to ReturnGO.

    `run(knowledge, shops, limit, **fields)` answers things, each with its `shop`.
    """

    common_input: ClassVar[type[Schema]] = KnownSearchCall
    common_output: ClassVar[type[Schema]] = KnownAnswerFields

    def look_up(
        self, knowledge: Knowledge, shops: Sequence[str], call: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        """Return what is known of `shops`, as shown. Raises StoreUnavailable."""
        limit = call["limit"]
        found = islice(self.run(knowledge, shops, limit=limit, **self.own(call)), limit)
        return [self.show(thing, thing["shop"]) for thing in found]
