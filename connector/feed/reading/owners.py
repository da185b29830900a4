"""Owners: the RMAs to which transactions belong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connector.feed.changes.change import Details, Row
from connector.feed.pace.pace import Pace
from connector.feed.reading.reading import Reading
from connector.feed.streams.parts import Parts
from connector.returngo import rmas_of

# A search may take so long, with the last call well below a lease.
SECONDS = 20.0


@dataclass(frozen=True)
class Owners:
    """Finds what an event of a transaction shows of its RMA."""

    parts: Parts
    pace: Pace

    def details_of(self, reading: Reading, transactions: Sequence[Row]) -> Mapping[str, Details]:
        """Find the details of the RMA of each transaction, by the transaction's id.

        Where an RMA is known to hold it, that costs one call, else a search; what is not found is
        left out. Raises StoreUnavailable.
        """
        if not transactions:
            return {}
        stream = reading.stream
        return rmas_of(
            reading.returngo,
            transactions,
            known=self.parts.holders(stream, transactions),
            most_calls=self.pace.calls_for_rmas(stream.key_id),
            seconds=SECONDS,
        )
