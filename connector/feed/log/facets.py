"""Statements about what sieves have noted: facets of events, as digests."""

from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Select,
    bindparam,
    func,
    literal,
    select,
)

from connector.store.tables import facet, sieve

MOST_COUNTED = 1000  # facets; of two that are more frequent, any will do

KNOWN_SIEVES = select(sieve.c.id, sieve.c.stream_id, sieve.c.until).where(
    sieve.c.stream_id.in_(bindparam("streams", expanding=True)),
    sieve.c.trigger == bindparam("trigger"),
    sieve.c.form == bindparam("form"),
)


def until_of(number: int) -> BindParameter[int]:
    """Stand for the number up to which a question's stream has been looked through."""
    return bindparam(f"until_{number}", type_=BigInteger)


def having(number: int, facets: int) -> Select[Any]:
    """Choose what of a question's stream was noted to have so many facets."""
    own = bindparam(f"sieve_{number}", type_=BigInteger)
    found = select(facet.c.seq, facet.c.event_id.label("id")).where(
        facet.c.sieve_id == own,
        facet.c.digest == _digest_of(0),
        facet.c.seq <= until_of(number),
    )
    for another in range(1, facets):
        other = facet.alias()
        has_it = select(literal(1)).where(
            other.c.sieve_id == own,
            other.c.digest == _digest_of(another),
            other.c.seq == facet.c.seq,
        )
        # PostgreSQL would join what EXISTS asks for, and sort that; this it asks row by row.
        found = found.where(has_it.scalar_subquery().is_not(None))
    return found


def _digest_of(number: int) -> BindParameter[int]:
    return bindparam(f"digest_{number}", type_=BigInteger)


@lru_cache
def counts_of(digests: int) -> Select[Any]:
    """Count how many events of some sieves have each of so many facets, up to MOST_COUNTED."""
    own = facet.c.sieve_id.in_(bindparam("sieves", expanding=True))
    return select(
        *(
            select(func.count())
            .select_from(
                select(facet.c.seq)
                .where(own, facet.c.digest == _digest_of(number))
                .limit(MOST_COUNTED)
                .subquery()
            )
            .scalar_subquery()
            .label(f"count_{number}")
            for number in range(digests)
        )
    )
