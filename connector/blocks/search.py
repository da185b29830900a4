"""A search: finds things at ReturnGO, best match first."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar

from marshmallow import Schema

from connector.blocks.block import Block
from connector.returngo import ReturnGO
from schemas.calls import AnswerFields, SearchCall


@dataclass(frozen=True, kw_only=True)
class Search(Block):
    """Finds things and changes nothing.

    `run(returngo, limit, **fields)` answers things as ReturnGO shows them, the best match first;
    fields that were not given are left out. It should make no more calls than `limit` things need.
    """

    run: Callable[..., Iterable[Mapping[str, Any]]]

    common_input: ClassVar[type[Schema]] = SearchCall
    common_output: ClassVar[type[Schema]] = AnswerFields

    def find(self, returngo: ReturnGO, call: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Answer what was found, as shown; nothing found is an empty list. Raises ReturnGOError."""
        limit = call["limit"]
        found = islice(self.run(returngo, limit=limit, **self.own(call)), limit)
        return [self.show(thing, returngo.shop, raw=call["raw"]) for thing in found]
