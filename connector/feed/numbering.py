"""Numbers for events: in a connection's log, what has the smaller number was committed first."""

from sqlalchemy import Connection as Database

from connector.store import Store
from connector.store.tables import sequence


def draw(store: Store, database: Database, connection: str, count: int) -> int:
    """Draw `count` numbers within the caller's transaction, and answer the last one drawn so far.

    The row's lock makes them commit in the order of their drawing: until the transaction ends,
    nobody else draws any, even if `count` is 0.
    """
    last = database.execute(
        store.insert(sequence)
        .values(connection=connection, last_seq=count)
        .on_conflict_do_update(
            index_elements=["connection"], set_={"last_seq": sequence.c.last_seq + count}
        )
        .returning(sequence.c.last_seq)
    )
    return int(last.scalar_one())
