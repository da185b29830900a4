"""A stand-in for what the feed knows, where a test decides what that is."""

from collections.abc import Sequence
from dataclasses import dataclass

from connector.blocks import RmaCount


@dataclass(frozen=True)
class HandKnowledge:
    """Knows the counts that it was given."""

    counts: Sequence[RmaCount]

    def rma_counts(self, shops: Sequence[str]) -> list[RmaCount]:
        return [each for each in self.counts if each.shop in shops]
