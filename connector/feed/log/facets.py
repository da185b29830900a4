"""Statements about what sieves have noted: facets of events, as digests."""

from collections.abc import Iterable, Sequence
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

MOST_RANGES = 400  # SQLite merges no more than 500
MOST_COUNTED = 1000  # facets; of two that are more frequent, any will do

KNOWN_SIEVES = select(sieve.c.id, sieve.c.stream_id, sieve.c.until).where(
    sieve.c.stream_id.in_(bindparam("streams", expanding=True)),
    sieve.c.trigger == bindparam("trigger"),
    sieve.c.form == bindparam("form"),
)


def until_of(number: int) -> BindParameter[int]:
    """Stand for the number up to which a question's stream has been looked through."""
    return bindparam(f"until_{number}", type_=BigInteger)


def having(number: int, groups: Sequence[int]) -> list[Select[Any]]:
    """Choose what of a question's stream was noted to have a facet of each group.

    `groups` are their sizes. For each facet of the first group there is a range of the index; an
    event that has several of them is in several.
    """
    first, *others = groups
    return [_having(number, each, others) for each in range(first)]


def _having(number: int, first: int, others: Sequence[int]) -> Select[Any]:
    own = bindparam(f"sieve_{number}", type_=BigInteger)
    found = select(facet.c.seq, facet.c.event_id.label("id")).where(
        facet.c.sieve_id == own,
        facet.c.digest == _digest_of(0, first),
        facet.c.seq <= until_of(number),
    )
    for group, size in enumerate(others, start=1):
        other = facet.alias()
        has_one = select(literal(1)).where(
            other.c.sieve_id == own,
            other.c.digest.in_([_digest_of(group, each) for each in range(size)]),
            other.c.seq == facet.c.seq,
        )
        # PostgreSQL would join what EXISTS asks for, and sort that; this it asks row by row.
        found = found.where(has_one.limit(1).scalar_subquery().is_not(None))
    return found


def can_be_merged(streams: int, groups: Iterable[int]) -> bool:
    """Return whether a statement can merge the ranges of so many streams and groups of facets."""
    return streams * (1 + max(groups)) <= MOST_RANGES


def name_of(group: int, each: int) -> str:
    """Name a facet of a group in a statement."""
    return f"digest_{group}_{each}"


def _digest_of(group: int, each: int) -> BindParameter[int]:
    return bindparam(name_of(group, each), type_=BigInteger)


@lru_cache
def counts_of(groups: int) -> Select[Any]:
    """Count how often some sieves have a facet of each of so many groups, up to MOST_COUNTED."""
    own = facet.c.sieve_id.in_(bindparam("sieves", expanding=True))
    return select(
        *(
            select(func.count())
            .select_from(
                select(facet.c.seq)
                .where(own, facet.c.digest.in_(bindparam(f"group_{number}", expanding=True)))
                .limit(MOST_COUNTED)
                .subquery()
            )
            .scalar_subquery()
            .label(f"count_{number}")
            for number in range(groups)
        )
    )
