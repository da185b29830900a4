"""Owners: the RMAs to which transactions belong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connector.feed.changes.change import Row
from connector.feed.pace.pace import Pace
from connector.feed.reading.reading import Reading
from connector.feed.reading.remembered import Remembered, RememberedRmas
from connector.feed.streams.parts import Parts
from connector.returngo import rmas_of
from connector.store import Store

# A search may take so long, with the last call well below a lease.
OWNERS_SECONDS = 20.0


@dataclass(frozen=True)
class Owners:
    """Finds what an event of a transaction shows of its RMA."""

    store: Store
    parts: Parts
    remembered: RememberedRmas
    pace: Pace

    def details_of(self, reading: Reading, transactions: Sequence[Row]) -> Mapping[str, Remembered]:
        """Find the details of the RMA of each transaction, by the transaction's id.

        An RMA whose details were read before costs no call, one that is known to hold the
        transaction costs one, and else it is searched for. What is not found is left out. Raises
        StoreUnavailable.
        """
        if not transactions:
            return {}
        stream = reading.stream
        holders = self.parts.holders(stream, transactions)
        with self.store.read() as database:
            # once each: the details of an RMA name all its transactions, as many as may be asked of
            known = {
                rma_id: self.remembered.of(database, stream, rma_id)
                for rma_id in set(holders.values())
            }
        found = {
            transaction_id: remembered
            for transaction_id, rma_id in holders.items()
            if (remembered := known[rma_id]) is not None and remembered.is_whole
        }
        searched = rmas_of(
            reading.returngo,
            [row for row in transactions if str(row.get("id")) not in found],
            known=holders,
            most_calls=self.pace.today(stream.key_id).calls_for_rmas,
            seconds=OWNERS_SECONDS,
        )
        return {**found, **{each: Remembered(details) for each, details in searched.items()}}
